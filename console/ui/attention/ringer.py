"""Remembers what has rung. Looks only at rows that changed; between them it compares instants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.domain.attention import Listener, Ring, listener, of_row, of_shift
from console.domain.human import count
from console.domain.policy import Policy
from console.domain.snapshot import Snapshot
from console.domain.summary import Summary

APART = timedelta(seconds=3)
"""Between two rings: a hundred incidents that open one after another are no siren."""

_SHIFT_EVERY = timedelta(minutes=1)
_MOST_KEYS = 50_000


@dataclass(slots=True)
class _Known:
    """A row, what it rings for, and when the first of that is due which has not rung yet."""

    row: Summary
    rings: tuple[Ring, ...]
    due: datetime | None


class Ringer:
    """Calls ``sound`` with one line when something concerns the person. What waits at the start rings once."""

    def __init__(self, sound: Callable[[str], None]) -> None:
        self._sound = sound
        self._known: dict[str, _Known] = {}
        self._rows: tuple[Summary, ...] = ()
        self._rules: Policy | None = None
        self._who = Listener("", frozenset())
        self._next: datetime | None = None
        self._rung: dict[str, None] = {}
        self._last: datetime | None = None
        self._shift_at: datetime | None = None

    def take(self, snapshot: Snapshot) -> None:
        """Take up what a snapshot shows, and ring for what is due at its time."""
        who, rules = listener(snapshot.me, snapshot.duties), snapshot.policy
        # Of the rules only the targets count for a row; they change far less often than covers and leave.
        anew = who != self._who or self._rules is None or rules.targets != self._rules.targets
        self._who, self._rules = who, rules
        if anew or snapshot.rows is not self._rows:
            self._rows = snapshot.rows
            self._look(rules, {} if anew else self._known)
        self.tick(snapshot.now)

    def tick(self, now: datetime) -> None:
        """Ring for what is due by now (store time, UTC)."""
        if self._last is not None and timedelta(0) <= now - self._last < APART:
            return
        due = list(self._shift(now))
        if self._next is not None and self._next <= now:
            for known in self._known.values():
                if known.due is not None and known.due <= now:
                    due += [ring for ring in known.rings if ring.at <= now and ring.key not in self._rung]
                    known.due = min((ring.at for ring in known.rings if ring.at > now), default=None)
            self._next = min((one.due for one in self._known.values() if one.due is not None), default=None)
        if due:
            self._ring(due, now)

    def _look(self, rules: Policy, before: dict[str, _Known]) -> None:
        """Take up the rows; those that are the same object as before ring for what they did."""
        known: dict[str, _Known] = {}
        soonest: datetime | None = None
        for row in self._rows:
            one = before.get(row.id)
            if one is None or one.row is not row:
                rings = of_row(row, self._who, rules)
                due = (
                    min((ring.at for ring in rings if ring.key not in self._rung), default=None)
                    if rings
                    else None
                )
                one = _Known(row, rings, due)
            known[row.id] = one
            if one.due is not None and (soonest is None or one.due < soonest):
                soonest = one.due
        self._known, self._next = known, soonest

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
