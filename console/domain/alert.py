"""One signal from one source, normalised. All text in it has been through ``text.safe``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.domain.priority import Priority


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
class Alert:
    """An alert that its source reports as firing (an alert that is absent has cleared).

    ``name`` is the rule that fired, ``title`` one line for a person, ``description`` may have
    several lines. ``priority`` is the source's severity mapped to P1-P4, provisional until a
    person sets one. ``started_at`` is when the source says the fault began (UTC), or None.
    ``muted_until``: the source itself is holding notifications back (a silence, a downtime)
    until then; ``muted_by`` says who or what.
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

    def label(self, name: str) -> str:
        """Return a label's value, or an empty string."""
        for key, value in self.labels:
            if key == name:
                return value
        return ""


@dataclass(frozen=True, slots=True)
class Poll:
    """What one successful fetch brought.

    ``complete`` is False where part of the answer is missing (one peer of a pair is down, a
    record could not be read): alerts absent from an incomplete poll have *not* cleared.
    ``problems`` are one-line sentences about records that were left out.
    """

    source: str
    alerts: tuple[Alert, ...]
    complete: bool = True
    problems: tuple[str, ...] = ()
