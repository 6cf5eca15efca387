"""The words of the gap report: from when to when a source told us nothing, and what came late (V21)."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import datetime

from console.domain.alert import AlertRef, Poll
from console.domain.health import SourceHealth
from console.domain.human import count, length


def blind_text(health: SourceHealth) -> str:
    """Return the journal's line for a source that has just been given up as live."""
    since = f"since {health.last_success:%H:%M} UTC" if health.last_success else "since the start"
    return f"{health.name} blind {since}: {health.error}"


def sight_text(before: SourceHealth, now: datetime, late: int) -> str:
    """Return the journal's line for a source that answers again; ``before`` is its health until now."""
    if before.last_success is None:
        return f"{before.name} answers for the first time at {now:%H:%M} UTC"
    gap = f"{before.last_success:%H:%M}–{now:%H:%M} UTC ({length(now - before.last_success)})"
    arrived = f"; {count(late, 'alert')} arrived late" if late else "; no alert arrived late"
    return f"{before.name} was blind {gap}{arrived}"


def late_alerts(poll: Poll, seen: AbstractSet[AlertRef] | None, last_success: datetime | None) -> int:
    """Return how many alerts started while we were blind and are new to us.

    ``seen`` are those of the last good poll; None where another engine made it, then only the
    sources' own start times tell.
    """
    return sum(
        1
        for alert in poll.alerts
        if (seen is None or alert.ref not in seen)
        and (alert.started_at is None or last_success is None or alert.started_at >= last_success)
    )
