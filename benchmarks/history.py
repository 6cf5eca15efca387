"""Does a long history slow down what a console asks? The same questions at 20,000 and at 1,000,000 events.

    python -m benchmarks.history

Both stores have equally many open incidents and equally much of the last weeks; only what lies
behind differs. They take turns; the ratio is that of the medians. Then the large one is pruned while
somebody writes notes into it, and copied.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from console.domain.actors import ENGINE, Actor
from console.domain.alert import Alert, AlertRef
from console.domain.events import Acked, AlertsCleared, AlertsFired, Event, Noted, Opened, Recovered, Resolved
from console.domain.fold import fold
from console.domain.priority import Priority
from console.domain.summary import Summary, summarise
from console.ports.store import Write
from console.store.append import EVENT, event_row
from console.store.codec import pack, to_ms
from console.store.moving import copy
from console.store.pruning import prune
from console.store.rows import COLUMNS, to_row
from console.store.sqlite.store import SqliteStore
from console.store.tx import Connection

SMALL, LARGE = 20_000, 1_000_000  # events
EACH = 10  # events of one incident
OPEN = 300  # incidents, in both
KEYS = 400
ALIKE = (
    1200  # incidents after which alerts are alike again: a multiple of 4 priorities, 30 services, the keys
)
LATEST = 1000  # incidents of the last month, in both
MONTH = timedelta(days=30)
ROUNDS = 40
PAGE = 2000  # incidents written together
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ASHA = Actor("asha")


def past(number: int, at: datetime, *, over: bool) -> tuple[Event, ...]:
    """Return the log of an incident that was reported at a time."""
    name, key = f"INC-{number}", _key(number)
    alert = Alert(
        AlertRef("prod", f"{number % KEYS:016x}"),
        f"Rule{number % KEYS}",
        f"Rule{number % KEYS} fires on instance {number % KEYS}",
        f"service-{number % 30}",
        Priority(1 + number % 4),
        labels=(("instance", f"{number % KEYS}"), ("region", "jakarta-1"), ("team", "payments")),
        description="The share of requests that fail is above two percent for five minutes.",
    )
    key = key if over else f"open-{number}"
    opened = Opened(alert.title, alert.service, "payments", key, alert.name, alert.priority, at, at)
    bodies = [
        opened,
        AlertsFired((alert,)),
        Acked(),
        *(
            Noted(f"looked at it again, number {note}, nothing new in the log of the gateway")
            for note in range(4)
        ),
        AlertsCleared((alert.ref,)),
        Recovered(at + timedelta(minutes=20)),
        Resolved("restarted", "capacity") if over else Noted("waiting"),
    ]
    return tuple(
        Event(name, n, at + timedelta(minutes=n), ENGINE if n < 3 else ASHA, body, f"op-{number}-{n}")
        for n, body in enumerate(bodies, 1)
    )


def fill(database: Connection, events: int) -> None:
    """Write a history into an empty store: most of it long over, the last of it open."""
    total = events // EACH
    rows_of = ("op", "incident", "n", "at")
    model = {over: summarise(fold(past(0, NOW, over=over))) for over in (False, True)}
    with database.write() as tx:
        for start in range(0, total, PAGE):
            logs, incidents, ops = [], [], []
            for number in range(start, min(start + PAGE, total)):
                over = number < total - OPEN
                at = _when(number, total)
                log = past(number, at, over=over)
                row = _row(model[over], log, at)
                seq = number * EACH
                logs += [_event_row(seq, event) for event in log]
                ended = to_ms(log[-1].at) if over else None
                incidents.append([*to_row(row), seq + len(log), ended])
                ops += [(event.op, event.incident, event.n, to_ms(event.at)) for event in log]
            tx.insert("events", EVENT, logs)
            tx.insert("incidents", (*COLUMNS, "seq", "ended_at"), incidents)
            tx.insert("ops", rows_of, ops)
        tx.run("UPDATE meta SET value = ? WHERE name = 'allocated'", total)


_packed: dict[tuple[int, int, type], tuple[str, str]] = {}


def _event_row(seq: int, event: Event) -> tuple[object, ...]:
    """Return the row of an event; what many logs say alike is put into JSON once."""
    if isinstance(event.body, Opened | Recovered):
        return event_row(seq + event.n, event)
    number = int(event.incident.removeprefix("INC-"))
    said = event.n, number % ALIKE, type(event.body)
    if said not in _packed:
        _packed[said] = pack(event.body)
    kind, body = _packed[said]
    actor, at = event.actor, to_ms(event.at)
    return (seq + event.n, event.incident, event.n, at, actor.name, actor.kind.value, kind, event.op, body)


def _when(number: int, total: int) -> datetime:
    """Return when an incident was reported: the latest within the last month, the others in the years before."""
    left = total - number
    if left <= LATEST:
        return NOW - MONTH * left / LATEST
    return NOW - MONTH - timedelta(days=1100) * (left - LATEST) / (total - LATEST)


def _row(model: Summary, log: tuple[Event, ...], at: datetime) -> Summary:
    """Return the row of a log, from one folded before: folding each takes ten times as long as all the rest."""
    opened = log[0].body
    if not isinstance(opened, Opened):
        raise TypeError("a log begins with its opening")
    moved: dict[str, Any] = {
        name: moment + (at - NOW)
        for name in model.__dataclass_fields__
        if isinstance(moment := getattr(model, name), datetime)
    }
    return replace(
        model,
        id=log[0].incident,
        title=opened.title,
        service=opened.service,
        key=opened.key,
        alert_name=opened.alert_name,
        provisional=opened.provisional,
        **moved,
    )


def questions(store: SqliteStore, events: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what a console asks, by name; the answers are equally long for both stores."""
    total = events // EACH
    newest = f"INC-{total - 1}"
    week = NOW - timedelta(days=7)
    yield "open incidents", store.open_rows
    yield "changed, 20 new", lambda: store.changed(events - 20 * EACH)
    yield "nothing changed", lambda: store.changed(events)
    yield "one log", lambda: store.log(f"INC-{total // 2}")
    yield "op applied", lambda: store.applied(f"op-{total // 2}-3")
    yield "rows of a week", lambda: store.rows(week)
    yield "same key, 30 days", lambda: store.same_key(_key(total - OPEN - 1), NOW - MONTH)
    yield "same noisy key, 12 days", lambda: store.same_key("noisy", NOW - timedelta(days=12))
    yield "summary", lambda: store.summary(newest)
    notes = iter(range(1_000_000))

    def ack() -> None:
        before = store.summary(newest)
        if before is None:
            raise RuntimeError(f"{newest} is gone")
        event = Event(newest, before.n + 1, NOW, ASHA, Noted("n"), f"ack-{events}-{next(notes)}")
        store.append([Write(newest, before.n, (event,), replace(before, n=event.n), event.op)])

    yield "a note, durable", ack


def _key(number: int) -> str:
    """Return a grouping key; every tenth incident is of the one rule that never stops firing."""
    return "noisy" if number % 10 == 0 else f"service-{number % 30}/Rule{number % KEYS}"


def compare(small: SqliteStore, large: SqliteStore) -> None:
    """Ask both in turns and print a row for each question."""
    print("| question | 20,000 events | 1,000,000 events | ratio |\n|---|---|---|---|")
    for (name, ask), (_, ask_large) in zip(questions(small, SMALL), questions(large, LARGE), strict=True):
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(ROUNDS):
            for taken, call in zip(times, (ask, ask_large), strict=True):
                began = perf_counter()
                call()
                taken.append(perf_counter() - began)
        few, many = map(median, times)
        print(f"| {name} | {few * 1e6:.0f} us | {many * 1e6:.0f} us | {many / few:.2f} |", flush=True)


def prune_beside(store: SqliteStore) -> None:
    """Prune a store while a console writes notes into it; print how long it took and the longest wait."""
    with closing(SqliteStore(store.path)) as other:
        waits: list[float] = []
        done = threading.Event()

        def write() -> None:
            *_, (_, note) = questions(other, LARGE)
            while not done.is_set():
                began = perf_counter()
                note()
                waits.append(perf_counter() - began)
                done.wait(0.02)

        writer = threading.Thread(target=write)
        writer.start()
        began = perf_counter()
        try:
            told = prune(store.database, NOW - timedelta(days=545))
        finally:
            took = perf_counter() - began
            done.set()
            writer.join()
    print(
        f"\npruned {told.incidents} incidents in {took:.1f} s, {told.events_before} events became {told.events_after};"
        f" of {len(waits)} notes meanwhile the median took {median(waits) * 1e3:.0f} ms, the longest {max(waits) * 1e3:.0f} ms"
    )


def move(store: SqliteStore, folder: Path) -> None:
    """Copy a store; print how long it took and how much memory was needed."""
    with closing(SqliteStore(folder / "copy.db")) as target:
        before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, perf_counter()
        copied = copy(store.database, target.database)
        took, after = perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows = sum(one.rows for one in copied[:-1])
    print(
        f"copied and verified {rows} rows in {took:.1f} s, with {(after - before) / 1024:.0f} MB more memory"
    )


def main() -> None:
    """Fill both stores and compare them."""
    with tempfile.TemporaryDirectory() as folder:
        stores = []
        for name, events in (("small", SMALL), ("large", LARGE)):
            store = SqliteStore(Path(folder) / f"{name}.db")
            began = perf_counter()
            fill(store.database, events)
            print(f"{name}: {events} events in {perf_counter() - began:.1f} s", file=sys.stderr)
            stores.append(store)
        with closing(stores[0]), closing(stores[1]):
            compare(*stores)
            prune_beside(stores[1])
            move(stores[1], Path(folder))


if __name__ == "__main__":
    main()
