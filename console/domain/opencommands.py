"""What opens an incident; ``commands`` is the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.domain.alert import Alert
from console.domain.priority import Priority
from console.domain.vocabulary import ReporterKind


@dataclass(frozen=True, slots=True)
class Open:
    """A new incident (from alerts by the engine, or reported by a person)."""

    title: str
    service: str
    key: str = ""
    alert_name: str = ""
    alerts: tuple[Alert, ...] = ()
    priority: Priority | None = None
    reporter: ReporterKind = ReporterKind.MONITORING
    reported_by: str = ""
    reported_at: datetime | None = None
    backdated: str = ""
    recurrence_of: str = ""
    body: str = ""
    split_from: str = ""
