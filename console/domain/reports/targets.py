"""Which targets an incident is measured against in a report, and the line that they make over the weeks.

An incident counts against the step that was in force on the day of its report: a target that is tightened
later does not make last year's weeks worse. Priorities that the steps are not for, and days before the first
step, have the targets of ``[sla]`` as they are now.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from console.domain.measures import MILLISECOND, Measure
from console.domain.policy import Policy
from console.domain.priority import Priority
from console.domain.reports.weeks import Week
from console.domain.walltime import to_utc

Line = tuple[timedelta, timedelta]
"""The targets for the ack and for the resolution."""


@dataclass(frozen=True, slots=True)
class Step:
    """From when on (UTC) which targets are in force."""

    at: datetime
    line: Line


class Targets:
    """The targets of all times in one zone."""

    def __init__(self, policy: Policy, zone: tzinfo) -> None:
        rules = policy.reports
        steps = sorted(rules.steps, key=lambda one: one.start)
        self._starts = [to_utc(datetime.combine(one.start, time()), zone) for one in steps]
        self._lines: list[Line] = [(one.ack, one.resolve) for one in steps]
        self._stepping = rules.priorities
        self._own: dict[Priority, Line] = {
            priority: (target.ack, target.resolve) for priority, target in policy.targets.items()
        }
        self._whole = {
            line: (line[0] // MILLISECOND, line[1] // MILLISECOND)
            for line in (*self._lines, *self._own.values())
        }

    def of(self, one: Measure) -> tuple[int, int]:
        """Return what an incident is measured against, in milliseconds; one of no priority counts as P1."""
        priority = one.effective_priority or Priority.P1
        step = self._at(one.reported_at) if self._starts and priority in self._stepping else None
        return self._whole[step or self._own[priority]]

    def line(self, week: Week) -> Line:
        """Return the line that a chart draws for a week: what a P1 is measured against when it begins."""
        return self._line(week.start)

    def steps(self, week: Week) -> tuple[Step, ...]:
        """Return where that line steps within a week, after it has begun."""
        if Priority.P1 not in self._stepping:
            return ()
        inside = [start for start in self._starts if week.start < start < week.end]
        return tuple(Step(start, self._line(start)) for start in inside)

    def _line(self, moment: datetime) -> Line:
        step = self._at(moment) if Priority.P1 in self._stepping else None
        return step or self._own[Priority.P1]

    def _at(self, moment: datetime) -> Line | None:
        place = bisect_right(self._starts, moment)
        return self._lines[place - 1] if place else None
