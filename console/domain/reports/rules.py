"""What a team's reports are measured against: targets that step down over time, and causes that count as its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from console.domain.priority import Priority


@dataclass(frozen=True, slots=True)
class TargetStep:
    """Targets from a day on (local to the report's zone), until the next step."""

    start: date
    ack: timedelta
    resolve: timedelta


@dataclass(frozen=True, slots=True)
class ReportRules:
    """``steps`` by day, for incidents of these ``priorities``; all others keep the targets of their priority.

    ``tech_ops`` are the cause tags that count as trouble of one's own making, in lower case.
    """

    steps: tuple[TargetStep, ...] = ()
    priorities: frozenset[Priority] = frozenset({Priority.P1, Priority.P2})
    tech_ops: frozenset[str] = frozenset()
