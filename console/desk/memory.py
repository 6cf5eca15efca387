"""Looking back: how often an incident was seen, how it ended then, and what was like it."""

from __future__ import annotations

from console.desk.details import LAST_TIME_WITHIN
from console.domain.fold import fold
from console.domain.incident import Incident
from console.domain.similar import LOOKED_AT, SEEN_WITHIN, Memory, best, past_of, similar
from console.domain.summary import Summary
from console.ports.store import IncidentStore


def read_memory(store: IncidentStore, incident: str) -> Memory | None:
    """Return what is remembered about an incident, or None where there is none; blocking, for the store's thread.

    Reads ``LOOKED_AT`` short rows and a few logs, however many incidents there are.
    """
    events = store.log(incident)
    if not events:
        return None
    asked = fold(events)
    before = _before(store, asked)
    matches = best(asked, store.ended(LOOKED_AT))
    wanted = [match.earlier.id for match in matches] + [row.id for row in before[:1]]
    whole = {name: fold(log) for name, log in store.logs(wanted).items() if log}
    return Memory(
        sum(row.reported_at >= asked.reported_at - SEEN_WITHIN for row in before),
        past_of(whole[before[0].id]) if before and before[0].id in whole else None,
        similar(asked, matches, whole),
    )


def _before(store: IncidentStore, asked: Incident) -> list[Summary]:
    """Return the incidents of the same key that were reported before, latest first; merged ones were no other."""
    since = asked.reported_at - LAST_TIME_WITHIN
    return [
        row
        for row in (store.same_key(asked.key, since) if asked.key else ())
        if row.id != asked.id and since <= row.reported_at < asked.reported_at and not row.merged_into
    ]
