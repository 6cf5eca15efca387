"""Remembers what has rung. Looks only at rows that changed; between them it compares instants."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from console.domain.attention import Listener, Ring, listener, of_row, of_shift
from console.domain.human import count
from console.domain.policy import Policy
from console.domain.snapshot import Snapshot
from console.domain.summary import Summary

APART = timedelta(seconds=3)
"""Between two rings: a hundred incidents that open one after another are no siren."""

_SHIFT_EVERY = timedelta(minutes=1)
_MOST_KEYS = 20_000

_Known = tuple[Summary, tuple[Ring, ...]]


class Ringer:
    """Calls ``sound`` with one line when something concerns the person. What waits at the start rings once."""

    def __init__(self, sound: Callable[[str], None]) -> None:
        self._sound = sound
        self._known: dict[str, _Known] = {}
        self._rows: tuple[Summary, ...] = ()
        self._rules: Policy | None = None
        self._who = Listener("", frozenset())
        self._pending: list[Ring] = []
        self._next: datetime | None = None
        self._rung: dict[str, None] = {}
        self._last: datetime | None = None
        self._shift_at: datetime | None = None

    def take(self, snapshot: Snapshot) -> None:
        """Take up what a snapshot shows, and ring for what is due at its time."""
        who = listener(snapshot.me, snapshot.duties)
        others = who != self._who or snapshot.policy is not self._rules
        if others or snapshot.rows is not self._rows:
            known = {} if others else self._known
            self._who, self._rules, self._rows = who, snapshot.policy, snapshot.rows
            self._known = {row.id: self._rings(known.get(row.id), row) for row in snapshot.rows}
            self._pending = [
                ring for _, rings in self._known.values() for ring in rings if ring.key not in self._rung
            ]
            self._next = min((ring.at for ring in self._pending), default=None)
        self.tick(snapshot.now)

    def tick(self, now: datetime) -> None:
        """Ring for what is due by now (store time, UTC)."""
        if self._last is not None and timedelta(0) <= now - self._last < APART:
            return
        due = list(self._shift(now))
        if self._next is not None and self._next <= now:
            due += [ring for ring in self._pending if ring.at <= now]
            self._pending = [ring for ring in self._pending if ring.at > now]
            self._next = min((ring.at for ring in self._pending), default=None)
        if due:
            self._ring(due, now)

    def _rings(self, known: _Known | None, row: Summary) -> _Known:
        """Return what is known of a row, worked out anew where the row is another object."""
        if known is not None and known[0] is row:
            return known
        return row, of_row(row, self._who, self._rules) if self._rules is not None else ()

    def _ring(self, due: list[Ring], now: datetime) -> None:
        self._last = now
        self._rung.update(dict.fromkeys(ring.key for ring in due))
        while len(self._rung) > _MOST_KEYS:
            del self._rung[next(iter(self._rung))]
        latest = max(due, key=lambda ring: ring.at)
        more = f" (and {count(len(due) - 1, 'more thing')} waiting for you)" if len(due) > 1 else ""
        self._sound(latest.text + more)

    def _shift(self, now: datetime) -> tuple[Ring, ...]:
        """Return what rings for the next shift; looked up once a minute."""
        if self._rules is None or (self._shift_at is not None and abs(now - self._shift_at) < _SHIFT_EVERY):
            return ()
        self._shift_at = now
        return tuple(ring for ring in of_shift(self._rules, self._who.id, now) if ring.key not in self._rung)
