"""How a new incident for alerts is called, and when it counts as reported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from console.domain.alert import Alert, Upstream
from console.domain.commands import Open
from console.domain.vocabulary import ReporterKind


def worst_of(alerts: Sequence[Alert]) -> Alert:
    """Return the alert that an incident is named after: the worst, of equals one that is not held back."""
    return min(
        alerts, key=lambda alert: (alert.priority, alert.muted_until is not None, alert.ref.fingerprint)
    )


def opening(key: str, alerts: Sequence[Alert], recurrence_of: str, now: datetime) -> Open:
    """Return a new incident, named after its worst alert."""
    worst = worst_of(alerts)
    kept = worst.upstream or Upstream()
    return Open(
        reporter=kept.reporter,
        reported_by=kept.reported_by,
        reported_at=min(kept.reported_at, now) if kept.reported_at else None,
        body=worst.description if kept.reporter is not ReporterKind.MONITORING else "",
        title=worst.title.strip() or worst.name.strip() or key,
        service=worst.service,
        key=key,
        alert_name=worst.name,
        alerts=tuple(alerts),
        recurrence_of=recurrence_of,
    )
