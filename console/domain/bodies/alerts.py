"""What the sources say: alerts fire, clear, get worse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.domain.alert import Alert, AlertRef
from console.domain.priority import Priority


@dataclass(frozen=True, slots=True)
class AlertsFired:
    """Alerts joined the incident, fired again, or changed what they say."""

    alerts: tuple[Alert, ...]


@dataclass(frozen=True, slots=True)
class AlertsCleared:
    """A complete poll no longer has these alerts."""

    refs: tuple[AlertRef, ...]


@dataclass(frozen=True, slots=True)
class SeverityRaised:
    """The source's severity rose; an acked incident is triggered again (S2, ISA-18.2 re-alarm)."""

    before: Priority | None
    after: Priority


@dataclass(frozen=True, slots=True)
class Recovered:
    """All member alerts have cleared; ``at`` is when the last one did, as far as we know."""

    at: datetime
