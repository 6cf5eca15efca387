"""Incidents as they stood at a moment: their logs up to then, and nothing of what came later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.domain.fold import fold
from console.domain.incident import Incident
from console.domain.trim import pruned_at
from console.ports.store import IncidentStore

AT_ONCE = 500
TOLD_LATE = timedelta(days=1)
"""How much later than it happened the end of an incident may have been heard: until then it stood open here."""
_INSTANT = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Then:
    """The incidents of a moment, oldest report first. ``pruned`` have lost detail since: their words are not what they were.

    ``known`` False: the store's first incident was reported later, so that nothing can be said of the moment.
    """

    at: datetime
    incidents: tuple[Incident, ...]
    pruned: int
    known: bool


def as_of(store: IncidentStore, at: datetime, *, only_open: bool) -> Then:
    """Return incidents as they stood at an instant (UTC), what happened in that millisecond included. Raises ``StoreError``."""
    rows = store.rows(at - TOLD_LATE if only_open else None, at + _INSTANT)
    names = [row.id for row in rows]
    found: list[Incident] = []
    pruned = 0
    for start in range(0, len(names), AT_ONCE):
        some, cut = _standing(store, names[start : start + AT_ONCE], at)
        found += [one for one in some if one.is_open or not only_open]
        pruned += cut
    known = bool(found) or bool(store.rows(None, at + _INSTANT))
    return Then(at, tuple(found), pruned, known)


def _standing(store: IncidentStore, names: Sequence[str], at: datetime) -> tuple[list[Incident], int]:
    logs = store.logs(names)
    found: list[Incident] = []
    pruned = 0
    for name in names:
        known = tuple(event for event in logs[name] if event.at <= at)
        if known:  # else nobody knew of it yet: it was reported with an earlier time later on
            found.append(fold(known))
            pruned += pruned_at(logs[name]) is not None
    return found, pruned
