"""The store against bare ``sqlite3`` on the same tables with the same values ready to be bound.

    python -m benchmarks.store [FOLDER]

Both sides take turns in one run, so that a busy machine slows both; the ratio is the median of
the rounds' ratios. "ours" includes everything a caller waits for: encoding, checks, locks.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.fill import alert
from console.desk.executor import Executor
from console.domain.actors import ENGINE, Actor
from console.domain.commands import Ack
from console.domain.events import Acked, AlertsFired, Event, Opened
from console.domain.fold import fold
from console.domain.policy import Policy
from console.domain.roster import Roster
from console.domain.summary import summarise
from console.ports.store import Write
from console.store.append import event_row
from console.store.rows import COLUMNS, SELECTED, to_row
from console.store.sqlite.store import SqliteStore

SIZE = 10_000
ROUNDS = 9
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ASHA = Actor("asha")

EVENT = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
INSERT = f"INSERT INTO incidents ({SELECTED}, seq) VALUES ({', '.join('?' * (len(COLUMNS) + 1))})"  # noqa: S608 - our names
UPDATE = f"UPDATE incidents SET {', '.join(f'{name} = ?' for name in COLUMNS)}, seq = ? WHERE id = ?"  # noqa: S608 - our names
OPEN = f"SELECT {SELECTED} FROM incidents WHERE is_open = 1"  # noqa: S608 - our names
SINCE = f"SELECT {SELECTED} FROM incidents WHERE seq > ? ORDER BY seq LIMIT 500"  # noqa: S608 - our names


def opening(number: int) -> Write:
    """Return the write that opens an incident of one alert."""
    name, fired = f"INC-{number}", alert(number, NOW)
    opened = Opened(
        fired.title, fired.service, "payments", f"{number}", fired.name, fired.priority, NOW, fired.started_at
    )
    events = (Event(name, 1, NOW, ENGINE, opened), Event(name, 2, NOW, ENGINE, AlertsFired((fired,))))
    return Write(name, 0, events, summarise(fold(events)))


def ack(write: Write, op: str) -> Write:
    """Return the write that acknowledges an incident just opened."""
    event = Event(write.incident, 3, NOW, ASHA, Acked(), op)
    return Write(write.incident, 2, (event,), summarise(fold((*write.events, event))), op)


def ready(writes: list[Write], seq: int) -> tuple[list[tuple[object, ...]], list[list[object]]]:
    """Return the rows of events, numbered from ``seq`` on, and those of incidents with their ``seq`` last."""
    events: list[tuple[object, ...]] = []
    rows: list[list[object]] = []
    for write in writes:
        for event in write.events:
            seq += 1
            events.append(event_row(seq, event))
        rows.append([*to_row(write.summary), seq])
    return events, rows


class Bare:
    """``sqlite3`` with nothing around it; values are made ready outside of the measured time."""

    def __init__(self, path: Path) -> None:
        SqliteStore(path).close()
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.execute("PRAGMA synchronous = FULL")
        self.seq = 0

    def ready(self, writes: list[Write]) -> tuple[list[tuple[object, ...]], list[list[object]]]:
        """Return the rows of events and of incidents for some writes."""
        events, rows = ready(writes, self.seq)
        self.seq += len(events)
        return events, rows

    def batch(self, events: list[tuple[object, ...]], rows: list[list[object]]) -> None:
        """Write new incidents in one transaction."""
        self.database.execute("BEGIN IMMEDIATE")
        self.database.executemany(EVENT, events)
        self.database.executemany(INSERT, rows)
        self.database.execute("COMMIT")

    def one(self, event: tuple[object, ...], row: list[object]) -> None:
        """Write one event, the changed row and the operation in one transaction."""
        self.database.execute("BEGIN IMMEDIATE")
        self.database.execute(EVENT, event)
        self.database.execute(UPDATE, [*row, row[0]])
        self.database.execute("INSERT INTO ops VALUES (?, ?, ?, ?)", (event[7], event[1], event[2], event[3]))
        self.database.execute("COMMIT")


def timed(work: Callable[[], object]) -> float:
    """Return how many milliseconds something takes."""
    start = perf_counter()
    work()
    return (perf_counter() - start) * 1000


def report(name: str, ours: list[float], bare: list[float], goal: str = "") -> None:
    """Print the medians and the median of the ratios."""
    ratio = median(one / other for one, other in zip(ours, bare, strict=True))
    print(f"{name:<38}{median(ours):>10.3f}{median(bare):>10.3f}{ratio:>8.2f}  {goal}")


def writing(store: SqliteStore, bare: Bare) -> None:
    """Measure filling up, a batch of a thousand events and single acknowledgements."""
    ours, others = [], []
    step = SIZE // 10
    for part in range(10):
        writes = [opening(number) for number in range(part * step, (part + 1) * step)]
        ready = bare.ready(writes)
        ours.append(timed(partial(store.append, writes)))
        others.append(timed(partial(bare.batch, *ready)))
    report(f"{step} new incidents ({2 * step} events)", ours, others, f"in all {sum(ours):.0f} ms")

    ours, others = [], []
    for turn in range(ROUNDS * 20):
        write = ack(opening(turn), f"op-{turn}")
        events, rows = bare.ready([write])
        ours.append(timed(partial(store.append, [write])))
        others.append(timed(partial(bare.one, events[0], rows[0])))
    report("acknowledgement, flushed to disk", ours, others, "goal 2.5")
    deciding(store, bare)


def deciding(store: SqliteStore, bare: Bare) -> None:
    """Measure acknowledgements from the command to the answer: log, fold, rules, write."""
    rules = Policy(Roster(), teams=("payments",))
    executor = Executor(store, lambda: rules)
    ours, others = [], []
    for turn in range(ROUNDS * 20, ROUNDS * 40):
        op = f"op-{turn}"
        events, rows = bare.ready([ack(opening(turn), op)])
        ours.append(timed(partial(executor.carry_out, f"INC-{turn}", Ack(take=True), ASHA, op)))
        others.append(timed(partial(bare.one, events[0], rows[0])))
    report("acknowledgement, decided and flushed", ours, others, "goal 2.5")


def reading(store: SqliteStore, bare: Bare) -> None:
    """Measure the whole list, what changed, and the look whether anything did."""
    fetch = bare.database.execute
    pairs: list[tuple[str, Callable[[], object], Callable[[], object], int]] = []
    position = store.open_rows().position
    pairs.append((f"list of {SIZE} open incidents", store.open_rows, lambda: fetch(OPEN).fetchall(), 1))
    after = position - 20
    pairs.append(("20 changes", lambda: store.changed(after), lambda: fetch(SINCE, (after,)).fetchall(), 50))
    pairs.append(
        ("no changes", lambda: store.changed(position), lambda: fetch(SINCE, (position,)).fetchall(), 200)
    )
    pairs.append(("signal", store.signal, lambda: fetch("PRAGMA data_version").fetchall(), 500))
    for name, our_way, bare_way, times in pairs:
        ours, others = [], []
        for _ in range(ROUNDS):
            ours.append(timed(partial(repeat, our_way, times)) / times)
            others.append(timed(partial(repeat, bare_way, times)) / times)
        report(name, ours, others)


def repeat(work: Callable[[], object], times: int) -> None:
    """Do something several times over."""
    for _ in range(times):
        work()


def main() -> None:
    """Print a table; milliseconds and ratios."""
    print(f"{'':<38}{'ours ms':>10}{'bare ms':>10}{'ratio':>8}")
    place = sys.argv[1] if len(sys.argv) > 1 else None
    with (
        tempfile.TemporaryDirectory(dir=place) as folder,
        closing(SqliteStore(Path(folder) / "ours.db")) as store,
    ):
        bare = Bare(Path(folder) / "bare.db")
        writing(store, bare)
        reading(store, bare)
        bare.database.close()


if __name__ == "__main__":
    main()
