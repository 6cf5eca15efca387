"""Which alerts are one incident, as the config file writes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field

from console.config.base import Line, Table, Word
from console.config.durations import PositiveDuration
from console.config.flapping import Flapping
from console.config.problems import Problem
from console.config.services import Service
from console.domain import policy
from console.domain.grouping import catches


def _several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Labels = Annotated[tuple[Word, ...], Field(min_length=1, max_length=10)]
Values = Annotated[tuple[Line, ...], BeforeValidator(_several), Field(min_length=1, max_length=100)]
"""One value or a list of them; ``*`` stands for any letters."""


class GroupingRule(Table):
    """``[[grouping.rules]]``: some alerts are grouped in another way. The first rule that matches counts."""

    name: Word
    """What the rule is called; part of the key of its incidents, so a new name means new incidents."""

    match: Annotated[dict[Word, Values], Field(min_length=1, max_length=10)]
    """Which alerts: "service", "alertname", "source" or any label, and the values it may have; ``*`` for any letters."""

    by: Labels
    """Those of them that agree in these are one incident."""


class Grouping(Table):
    """``[grouping]``: which alerts are one incident."""

    by: Labels = ("service", "alertname")
    """Alerts that agree in these are one incident: "service", "alertname" or any label."""

    reopen_window: PositiveDuration = timedelta(hours=24)
    """An alert that fires again within this time of the resolution reopens its incident."""

    graph: bool = True
    """Whether what fails below a failing service (``depends_on``) joins its incident."""

    window: PositiveDuration = timedelta(minutes=10)
    """Trouble that began within this time of the last that joined belongs to the same storm."""

    earlier: PositiveDuration = timedelta(minutes=5)
    """What alerts so much earlier than the service it depends on fails by something else. Rules wait (``for:``)."""

    storm_from: Annotated[int, Field(ge=2, le=1000)] = 3
    """So many services must fail with the one they depend on."""

    silent_from: Annotated[int, Field(ge=2, le=1000)] = 3
    """The same where nothing alerts at that one itself."""

    rules: tuple[GroupingRule, ...] = ()

    flapping: Flapping = Flapping()

    change_window: PositiveDuration = timedelta(hours=2)
    """Changes (``oncall change``) so long before an incident began are shown with it."""

    def values(self) -> policy.Grouping:
        """Return it as plain values."""
        return policy.Grouping(
            by=self.by,
            reopen_window=self.reopen_window,
            rules=tuple(
                policy.GroupingRule(rule.name, tuple(sorted(rule.match.items())), rule.by)
                for rule in self.rules
            ),
            graph=self.graph,
            window=self.window,
            earlier=self.earlier,
            storm_from=self.storm_from,
            silent_from=self.silent_from,
            flapping=self.flapping.rule,
            change_window=self.change_window,
        )


def check_grouping(grouping: Grouping, services: tuple[Service, ...]) -> Iterator[Problem]:
    """Yield rules of one name or that nothing ever reaches, and services that stand on themselves."""
    rules = grouping.values().rules
    for index, rule in enumerate(rules):
        for before, other in enumerate(rules[:index]):
            if rule.name == other.name:
                yield Problem(
                    ("grouping", "rules", index, "name"),
                    f'"{rule.name}" is in [[grouping.rules]] already',
                    other=("grouping", "rules", before, "name"),
                )
            elif catches(other, rule):
                yield Problem(
                    ("grouping", "rules", index, "match"),
                    f'never counts: "{other.name}" before it matches all of these',
                    warning=True,
                    other=("grouping", "rules", before, "match"),
                )
    for index, service in enumerate(services):
        if service.name in service.depends_on:
            place = ("services", index, "depends_on", service.depends_on.index(service.name))
            yield Problem(place, "depends on itself: that says nothing", warning=True)
