"""One signal from one source, normalised. All text in it has been through ``text.safe``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from console.domain.priority import Priority
from console.domain.vocabulary import ReporterKind


@dataclass(frozen=True, slots=True)
class AlertRef:
    """Identity of an alert: the configured source's name and the source's own dedup key.

    A redundant pair of servers configured as one source yields one ref per alert.
    """

    source: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Link:
    """A titled address; only http and https addresses are ever made into links."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody as a source names them; any part may be empty. ``bot``: an integration or rule, no person."""

    id: str = ""
    name: str = ""
    email: str = ""
    bot: bool = False


@dataclass(frozen=True, slots=True)
class Upstream:
    """How an incident stands in the product that keeps it: a system of record for paging or for reports.

    Such a product told somebody at ``reported_at`` (UTC), so our clocks count from then (semantics,
    section 2), and an ack made there counts with its own time and actor. ``reference`` is what people
    there call it ("#1234", "OPS-17"). ``reporter`` and ``reported_by`` say who told it.
    """

    reference: str = ""
    reported_at: datetime | None = None
    acked: bool = False
    acked_by: Who = Who()
    acked_at: datetime | None = None
    assignees: tuple[str, ...] = ()
    reporter: ReporterKind = ReporterKind.MONITORING
    reported_by: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert that its source reports as firing (an alert that is absent has cleared).

    ``name`` is the rule that fired, ``title`` one line for a person, ``description`` may have
    several lines. ``priority`` is the source's severity mapped to P1-P4, provisional until a
    person sets one. ``started_at`` is when the source says the fault began (UTC), or None.
    ``muted_until``: the source itself is holding notifications back (a silence, a downtime)
    until then; ``muted_by`` says who or what. ``upstream`` is set where the source keeps incidents
    of its own: then this alert is one of those, whole, and shares ours with no other; its first link
    is its page there.
    """

    ref: AlertRef
    name: str
    title: str
    service: str
    priority: Priority
    started_at: datetime | None = None
    labels: tuple[tuple[str, str], ...] = ()
    description: str = ""
    runbook_url: str = ""
    links: tuple[Link, ...] = ()
    muted_until: datetime | None = None
    muted_by: str = ""
    upstream: Upstream | None = None

    def label(self, name: str) -> str:
        """Return a label's value, or an empty string."""
        for key, value in self.labels:
            if key == name:
                return value
        return ""


class Ending(StrEnum):
    """Why a source no longer lists what it listed."""

    RESOLVED = "resolved"
    MOVED = "moved"  # open there, but no longer within what we ask for
    GONE = "gone"  # deleted, or no longer ours to see


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of an incident of a system of record that left its list: looked up, never guessed.

    ``by`` and ``at`` (UTC) say who ended it and when, where that is known; ``text`` is one line more.
    """

    ref: AlertRef
    how: Ending
    by: Who = Who()
    at: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Poll:
    """What one successful fetch brought.

    ``complete`` is False where part of the answer is missing (one peer of a pair is down, a
    record could not be read): alerts absent from an incomplete poll have *not* cleared.
    ``problems`` are one-line sentences about records that were left out. ``ended`` says more of
    some that are no longer among ``alerts``.
    """

    source: str
    alerts: tuple[Alert, ...]
    complete: bool = True
    problems: tuple[str, ...] = ()
    ended: tuple[Ended, ...] = ()
