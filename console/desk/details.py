"""Reading one incident whole: its log, what it amounts to, and how it went the last time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from console.desk.trying import tries_of
from console.domain.change import Change
from console.domain.changes.correlated import Correlated, concerned, correlate, last_began, span
from console.domain.events import Event
from console.domain.fold import fold
from console.domain.human import age, length
from console.domain.incident import Incident
from console.domain.notify.notification import Notification
from console.domain.policy import Policy
from console.domain.runbook import Runbook
from console.domain.snapshot import Detail
from console.domain.summary import Summary
from console.domain.waiting import Tries
from console.errors import StoreError
from console.ports.store import IncidentStore

LAST_TIME_WITHIN = timedelta(days=90)
MOST_CHANGES = 500
"""Changes of its services that are looked through: the latest before an incident began or was reopened, and as many since."""
MOST_SHOWN = 100
"""Of those what may have to do with it: the latest before it began, and as many since."""


@dataclass(frozen=True, slots=True)
class Read:
    """What the store has about one incident. ``last_time`` is one line, or empty."""

    incident: Incident
    events: tuple[Event, ...]
    last_time: str
    notifications: tuple[Notification, ...] = ()
    changes: tuple[Correlated, ...] = ()
    tries: Tries = ()

    def detail(self, runbook: Runbook | None, note: str) -> Detail:
        """Return it with the runbook that was found, or why none was."""
        return Detail(
            self.incident,
            self.events,
            runbook,
            note,
            self.last_time,
            self.notifications,
            self.changes,
            self.tries,
        )


def read_detail(store: IncidentStore, incident: str, policy: Policy) -> Read | None:
    """Return all about an incident, or None where there is none; blocking, for the store's thread."""
    events = store.log(incident)
    if not events:
        return None
    folded, now = fold(events), store.now()
    return Read(
        folded,
        events,
        last_time(store, folded, now),
        _notifications(store, incident),
        _changes(store, folded, policy, now),
        tries_of(store, folded),
    )


def _changes(
    store: IncidentStore, incident: Incident, policy: Policy, now: datetime
) -> tuple[Correlated, ...]:
    first, last = span(incident, policy, now)
    since = min(max(last_began(incident) + timedelta(milliseconds=1), first), last)
    whose = concerned(incident, policy)
    try:
        found: list[Change] = [
            *store.changes(first, since, MOST_CHANGES, whose),
            *store.changes(since, last, MOST_CHANGES, whose),
        ]
    except StoreError:
        return ()  # as below
    near = correlate(incident, found, policy, now)
    earlier = [one for one in near if one.change.at < since]
    return (*earlier[-MOST_SHOWN:], *near[len(earlier) :][-MOST_SHOWN:])


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
