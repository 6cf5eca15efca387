"""A store of a given size: so many open incidents, and around them a long history that is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from benchmarks.fill import alert
from console.domain.actors import ENGINE, Actor
from console.domain.events import (
    Acked,
    AlertsCleared,
    AlertsFired,
    Body,
    Event,
    Noted,
    Opened,
    Recovered,
    Resolved,
)
from console.domain.fold import fold
from console.domain.summary import summarise
from console.store.append import EVENT, event_row
from console.store.codec import to_ms
from console.store.rows import COLUMNS, to_row
from console.store.sql import SqlStore
from console.store.tx import Tx

OPEN_EVENTS = 2  # of an open incident
OVER_EVENTS = 20  # of one that is over
PAGE = 1000  # incidents written together
HISTORY = timedelta(days=700)
ASHA = Actor("asha")
INCIDENT = (*COLUMNS, "seq", "ended_at")
OP = ("op", "incident", "n", "at")


def size_of(open_count: int, events: int) -> int:
    """Return how many incidents there are for so many open ones and about so many events."""
    return open_count + max(0, events - OPEN_EVENTS * open_count) // OVER_EVENTS


def fill(store: SqlStore, open_count: int, events: int) -> int:
    """Fill an empty store, open incidents scattered evenly among the others; return the number of events."""
    total = size_of(open_count, events)
    now, seq = store.now(), 0
    with store.database.lasting(), store.database.write() as tx:
        for start in range(0, total, PAGE):
            numbers = range(start, min(start + PAGE, total))
            is_open = [
                number * open_count // total != (number + 1) * open_count // total for number in numbers
            ]
            ages = [HISTORY * (total - number) / total for number in numbers]
            logs = [
                _log(number, now - (timedelta(minutes=5) if still else age), is_open=still)
                for number, still, age in zip(numbers, is_open, ages, strict=True)
            ]
            seq = _page(tx, logs, seq)
        tx.run("UPDATE meta SET value = ? WHERE name = 'allocated'", total)
    return seq


def _page(tx: Tx, logs: list[tuple[Event, ...]], seq: int) -> int:
    """Write some logs after a position and return the position of the last event."""
    events, incidents, ops = [], [], []
    for log in logs:
        for event in log:
            seq += 1
            events.append(event_row(seq, event))
            if event.op:
                ops.append((event.op, event.incident, event.n, to_ms(event.at)))
        summary = summarise(fold(log))
        ended = to_ms(summary.resolved_at) if summary.resolved_at else None
        incidents.append([*to_row(summary), seq, ended])
    tx.insert("events", EVENT, events)
    tx.insert("incidents", INCIDENT, incidents)
    tx.insert("ops", OP, ops)
    return seq


def _log(number: int, at: datetime, *, is_open: bool) -> tuple[Event, ...]:
    """Return the log of an incident that was reported at a time."""
    name = f"INC-{number}"
    bodies = _bodies(number, at) if is_open else (*_bodies(number, at), *_rest(number, at))
    return tuple(
        Event(
            name,
            n,
            at + timedelta(seconds=20 * n),
            ENGINE if n <= OPEN_EVENTS else ASHA,
            body,
            "" if n <= OPEN_EVENTS else f"fill-{number}-{n}",
        )
        for n, body in enumerate(bodies, 1)
    )


def _bodies(number: int, at: datetime) -> Iterator[Body]:
    fired = alert(number, at)
    yield Opened(
        fired.title, fired.service, "payments", f"{number}", fired.name, fired.priority, at, fired.started_at
    )
    yield AlertsFired((fired,))


_NOTES = tuple(Noted(f"note {turn}: the pool of connections is full, restarted") for turn in range(14))


def _rest(number: int, at: datetime) -> Iterator[Body]:
    yield Acked()
    yield from _NOTES
    yield AlertsCleared((alert(number, at).ref,))
    yield Recovered(at + timedelta(minutes=6))
    yield Resolved("restarted the pool")
