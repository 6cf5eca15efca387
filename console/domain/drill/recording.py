"""What a drill replays: alerts with times from the first of them, and what the responder of then did."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.priority import Priority
from console.domain.vocabulary import StepState

SEVERITIES = {Priority.P1: "critical", Priority.P2: "high", Priority.P3: "warning", Priority.P4: "info"}
"""The severities that sources map to these priorities."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alert that fires from ``at`` until ``until`` (None: to the end), in seconds from the first one.

    The same ``id`` may come again: it is the same alert.
    """

    at: float
    until: float | None
    id: str
    name: str
    service: str
    severity: str
    title: str
    labels: tuple[tuple[str, str], ...] = ()
    description: str = ""
    runbook_url: str = ""


@dataclass(frozen=True, slots=True)
class Responded:
    """What was done about it, in seconds from the first alert; None: it was not done. Nobody is named.

    ``steps`` are (number, state) in the order in which they were marked, ``updates`` how often clients
    were told.
    """

    acked: float | None = None
    priority: Priority | None = None
    priority_set: float | None = None
    steps: tuple[tuple[int, StepState], ...] = ()
    escalated: float | None = None
    noted: float | None = None
    updates: int = 0
    resolved: float | None = None
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Recording:
    """A recorded incident. ``about`` says what it is for, ``depends_on`` which services stand on which."""

    name: str
    title: str
    about: str
    alarms: tuple[Alarm, ...]
    responded: Responded = Responded()
    depends_on: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def services(self) -> tuple[str, ...]:
        """The services its alerts and its graph speak of, that of the first alert first."""
        named = (alarm.service for alarm in self.alarms)
        graph = (name for service, below in self.depends_on for name in (service, *below))
        return tuple(dict.fromkeys((*named, *graph)))

    @property
    def lasts(self) -> float:
        """Seconds until its last alert clears or was resolved."""
        ends = [alarm.until or alarm.at for alarm in self.alarms]
        return max([*ends, self.responded.resolved or 0.0])
