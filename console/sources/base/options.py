"""What the config tables of all sources have in common."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, BeforeValidator, model_validator

from console.config.base import Line, Table
from console.config.durations import PositiveDuration
from console.domain.ability import NOTHING, Ability
from console.domain.priority import Priority
from console.domain.vocabulary import EffectKind
from console.web.options import Login, WebOptions


def _priority(value: object) -> Priority:
    if isinstance(value, Priority):
        return value
    names = Priority.__members__
    if not isinstance(value, str) or value.upper() not in names:
        raise ValueError(f"is one of {', '.join(names)}")
    return names[value.upper()]


def _lower(table: dict[str, Priority]) -> dict[str, Priority]:
    return {name.strip().casefold(): priority for name, priority in table.items()}


OnePriority = Annotated[Priority, BeforeValidator(_priority)]
"""``"P1"`` to ``"P4"``."""

Priorities = Annotated[dict[str, OnePriority], AfterValidator(_lower)]
"""A table of a product's own words for how bad it is, in any case: ``{ sev0 = "P1" }``."""


class SourceOptions(Table):
    """Keys that every source takes besides ``kind`` and ``name``."""

    interval: PositiveDuration = timedelta(seconds=15)
    """How often to poll."""

    deadline: PositiveDuration = timedelta(seconds=30)
    """How long one poll may take, all its pages together."""

    watchdogs: tuple[Line, ...] = ()
    """Names of alerts that must always fire here: one that is missing is an incident."""

    watchdog_after: PositiveDuration = timedelta(minutes=5)
    """How long a watchdog may be missing before that is an incident."""

    @property
    def ability(self) -> Ability:
        """What the source does upstream with these options."""
        return NOTHING


class HttpOptions(WebOptions, SourceOptions):
    """Keys of every source that is reached over HTTP."""


class LoginOptions(Login, HttpOptions):
    """Keys of a source whose server takes whatever credentials it was set up with."""


COUNTERS = {
    EffectKind.ACK: EffectKind.UNACK,
    EffectKind.SNOOZE: EffectKind.WAKE,
    EffectKind.RESOLVE: EffectKind.REOPEN,
}
"""What comes with an action of the config, where the product has it: taking it back."""


class ActingOptions(SourceOptions):
    """Keys of a source that can be acted on. A kind says in ``DOES`` and ``LACKS`` what is possible there."""

    DOES: ClassVar[Mapping[EffectKind, str]] = {}
    """What the product can do, in words that stand after the source's name ("resolves it")."""

    LACKS: ClassVar[Mapping[EffectKind, str]] = {}
    """What it cannot, and why ("cannot be resolved: it ends when the metric recovers")."""

    DEFAULT: ClassVar[tuple[EffectKind, ...]] = ()
    """What is done where ``actions`` is left out: all that means the same there as here."""

    HOLDS: ClassVar[bool] = False
    """True where an ack or snooze is a hold with an end (``Ability.holds``)."""

    OWNS: ClassVar[bool] = False
    """True where the product keeps incidents of its own (``Ability.owns``)."""

    actions: tuple[EffectKind, ...] | None = None
    """What is done there when it is done here; left out: see the page of the source. ``[]``: nothing."""

    @model_validator(mode="after")
    def _possible(self) -> Self:
        for kind in self.actions or ():
            if kind not in self.DOES:
                why = self.LACKS.get(kind)
                possible = ", ".join(one.value for one in self.DOES if one not in COUNTERS.values())
                raise ValueError(
                    f'actions: "{kind.value}" {why}'
                    if why
                    else f'actions: no "{kind.value}"; there are: {possible}'
                )
        return self

    @property
    def ability(self) -> Ability:
        """What is done there with these options."""
        asked = self.DEFAULT if self.actions is None else self.actions
        wanted = {*asked, *(COUNTERS[kind] for kind in asked if kind in COUNTERS)}
        off = {kind: "is switched off in the config (actions)" for kind in self.DOES if kind not in wanted}
        return Ability(
            does=tuple((kind, words) for kind, words in self.DOES.items() if kind in wanted),
            lacks=(*off.items(), *self.LACKS.items()),
            holds=self.HOLDS,
            owns=self.OWNS,
        )
