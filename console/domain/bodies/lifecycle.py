"""Opened, taken, given back, resolved, reopened, merged, closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.domain.priority import Priority
from console.domain.vocabulary import ReporterKind, Sufficed


@dataclass(frozen=True, slots=True)
class Opened:
    """The incident became known to us.

    ``reported_at`` is when (UTC; the event's own time for alerts, possibly back-dated for a
    human report, then ``backdated`` says why). ``key`` groups alerts: service + alert name by
    default, empty for human reports; it is also what recurrence is counted by. ``pruned_at`` is
    set where the log has since been cut down to what the numbers are made of. ``split_from`` is the
    incident whose alerts these were before a person split them off.
    """

    title: str
    service: str
    team: str
    key: str
    alert_name: str
    provisional: Priority | None
    reported_at: datetime
    source_started_at: datetime | None = None
    reporter: ReporterKind = ReporterKind.MONITORING
    reported_by: str = ""
    backdated: str = ""
    recurrence_of: str = ""
    runbook_url: str = ""
    body: str = ""
    pruned_at: datetime | None = None
    split_from: str = ""


@dataclass(frozen=True, slots=True)
class Acked:
    """Somebody took it. ``took`` is True where they were not the one paged (S10).

    ``made_at`` is set where the ack was made earlier than it reached us (offline, or upstream
    in a system of record); it is the time that counts.
    """

    took: bool = False
    made_at: datetime | None = None
    via: str = ""


@dataclass(frozen=True, slots=True)
class Unacked:
    """Nobody has it any more: by hand, or ``auto`` after an unanswered nudge."""

    reason: str = ""
    auto: bool = False


@dataclass(frozen=True, slots=True)
class Assigned:
    """The owner changed without an ack."""

    to: str


@dataclass(frozen=True, slots=True)
class Mitigated:
    """A fix is in; now watching."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class Resolved:
    """Over. ``auto``: cleared by itself and then acked or stable (S3, S4).

    ``made_at`` is set where it was resolved earlier than that reached us, in the source ``via``.
    ``runbook`` is the one that ``sufficed`` was said of, empty where that is not known.
    """

    note: str = ""
    cause: str = ""
    sufficed: Sufficed = Sufficed.UNSAID
    auto: bool = False
    made_at: datetime | None = None
    via: str = ""
    runbook: str = ""


@dataclass(frozen=True, slots=True)
class Reopened:
    """A new epoch: fresh targets from the event's time (S7)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Merged:
    """This incident is now part of another."""

    into: str


@dataclass(frozen=True, slots=True)
class Absorbed:
    """Another incident became part of this one; its report time may move our resolve deadline (V16)."""

    child: str
    child_reported_at: datetime


@dataclass(frozen=True, slots=True)
class Closed:
    """Reviewed and filed."""
