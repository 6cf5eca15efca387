"""Reading one incident whole: its log, what it amounts to, and how it went the last time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from console.domain.events import Event
from console.domain.fold import fold
from console.domain.human import age, length
from console.domain.incident import Incident
from console.domain.notify.notification import Notification
from console.domain.summary import Summary
from console.errors import StoreError
from console.ports.store import IncidentStore

LAST_TIME_WITHIN = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Read:
    """What the store has about one incident. ``last_time`` is one line, or empty."""

    incident: Incident
    events: tuple[Event, ...]
    last_time: str
    notifications: tuple[Notification, ...] = ()


def read_detail(store: IncidentStore, incident: str) -> Read | None:
    """Return all about an incident, or None where there is none; blocking, for the store's thread."""
    events = store.log(incident)
    if not events:
        return None
    folded = fold(events)
    return Read(folded, events, last_time(store, folded, store.now()), _notifications(store, incident))


def _notifications(store: IncidentStore, incident: str) -> tuple[Notification, ...]:
    try:
        return store.notifications(incident=incident)
    except StoreError:
        return ()  # an older store that can only be read has no place for them


def last_time(store: IncidentStore, incident: Incident, now: datetime) -> str:
    """Return the previous occurrence: ``INC-7, 3d ago, resolved in 41m by budi: restarted the pool``."""
    if not incident.key:
        return ""
    earlier = [
        row
        for row in store.same_key(incident.key, now - LAST_TIME_WITHIN)
        if row.id != incident.id and row.reported_at < incident.reported_at
    ]
    if not earlier:
        return ""
    row = earlier[0]
    told = f"{row.id}, {age(now - row.reported_at)} ago, {_how_it_ended(row)}"
    resolution = fold(store.log(row.id)).resolution
    return f"{told}: {resolution}" if resolution else told


def _how_it_ended(row: Summary) -> str:
    if row.merged_into:
        return f"merged into {row.merged_into}"
    if row.resolved_at is None:
        return "still open"
    by = f" by {row.owner}" if row.owner else ""
    return f"resolved in {length(row.resolved_at - row.reported_at)}{by}"
