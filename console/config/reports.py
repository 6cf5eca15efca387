"""What reports measure against, as the config file writes it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from console.config.base import Line, Table
from console.config.durations import PositiveDuration
from console.domain.priority import Priority
from console.domain.reports.rules import ReportRules, TargetStep


class ReportTarget(Table):
    """``[[report.targets]]``: targets from a day on, until the next one; they step down as the team gets better."""

    start: Annotated[date, Field(alias="from")]
    """The first day, on the wall clock of the team's zone."""

    ack: PositiveDuration
    """Time from the report to the first human ack."""

    resolve: PositiveDuration
    """Time from the report to the resolution."""


class Report(Table):
    """``[report]``: what ``oncall report`` counts and against what."""

    tech_ops: Annotated[tuple[Line, ...], Field(max_length=100)] = ()
    """Cause tags that count as trouble of one's own making, such as "deploy"."""

    priorities: Annotated[tuple[Literal["P1", "P2", "P3", "P4"], ...], Field(min_length=1)] = ("P1", "P2")
    """Whose targets step down; all others keep those of ``[sla]``."""

    targets: Annotated[tuple[ReportTarget, ...], Field(max_length=100)] = ()
    """See there."""

    @model_validator(mode="after")
    def _one_a_day(self) -> Self:
        days = [one.start for one in self.targets]
        twice = next((day for day in days if days.count(day) > 1), None)
        if twice is not None:
            raise ValueError(f"has two targets from {twice} on; leave one out")
        return self

    def rules(self) -> ReportRules:
        """Return the domain's rules, the steps by day."""
        steps = sorted(self.targets, key=lambda one: one.start)
        return ReportRules(
            steps=tuple(TargetStep(one.start, one.ack, one.resolve) for one in steps),
            priorities=frozenset(Priority[name] for name in self.priorities),
            tech_ops=frozenset(cause.lower() for cause in self.tech_ops),
        )
