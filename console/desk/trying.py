"""When the engine tries again what it asked of others in vain."""

from __future__ import annotations

from datetime import timedelta

from console.domain.incident import Incident
from console.domain.waiting import Tries, some_wait
from console.errors import StoreError
from console.ports.store import IncidentStore

_AHEAD = timedelta(days=3650)
_MOST = 500
"""Entries of the outbox that are looked through."""


def tries_of(store: IncidentStore, incident: Incident) -> Tries:
    """Return when each effect of an incident that waits is tried again; blocking, for the store's thread."""
    if not some_wait(incident.effects):
        return ()
    try:
        waiting = store.outbox(store.now() + _AHEAD, _MOST)
    except StoreError:
        return ()  # the reason is told all the same
    return tuple((one.id, one.due_at) for one in waiting if one.incident == incident.id and one.due_at)
