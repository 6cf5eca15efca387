"""Counting what a person's shift has asked of them so far; what has not changed is not read again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from console.domain.events import Event
from console.domain.fold import fold
from console.domain.incident import Incident
from console.domain.loadmeter import ShiftLoad, shift_load
from console.domain.policy import Policy
from console.domain.roster import shift_of
from console.domain.team.occasions import zone_of
from console.domain.team.turns import turns
from console.ports.store import IncidentStore

MOST = 1_000
"""Incidents of a shift that are counted; in a storm beyond that the store has other work to do."""
LONGEST = timedelta(days=14)
"""How far back a shift without a beginning is counted."""


class LoadReader:
    """Counts for one person. Blocking, for the store's thread."""

    def __init__(self, store: IncidentStore, policy_of: Callable[[], Policy], person: str) -> None:
        self._store = store
        self._policy_of = policy_of
        self._person = person
        self._known: dict[str, tuple[int, Incident, tuple[Event, ...]]] = {}

    def read(self) -> ShiftLoad | None:
        """Return the load of the shift that runs now; None where there is none or it cannot be counted cheaply.

        Raises ``StoreError``.
        """
        now, policy = self._store.now(), self._policy_of()
        duty = shift_of(policy.roster, self._person, now)
        if duty is None:
            self._known.clear()
            return None
        running = turns(policy.roster, self._person, now, now + timedelta.resolution)
        turn = next(one for one in running if (one.team, one.role) == (duty.team, duty.role))
        start = max(turn.start or now - LONGEST, now - LONGEST)
        rows = self._store.rows(since=start, limit=MOST + 1)
        if len(rows) > MOST:
            return None
        held = {one.team for one in running}
        mine = {
            row.id: row.n for row in rows if row.team in held or self._person in {row.owner, row.acked_by}
        }
        changed = [name for name, n in mine.items() if self._known.get(name, (0,))[0] != n]
        for name, events in (self._store.logs(changed) if changed else {}).items():
            if events:
                self._known[name] = (events[-1].n, fold(events), self._acts(events))
        self._known = {name: self._known[name] for name in mine if name in self._known}
        acts = [(event.at, name) for name, (_, _, own) in self._known.items() for event in own]
        incidents = [incident for _, incident, _ in self._known.values()]
        return shift_load(incidents, acts, self._person, (start, now), zone_of(policy, turn))

    def _acts(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        return tuple(event for event in events if event.actor.name == self._person)
