"""The store on PostgreSQL against bare psycopg on the same tables, on one server that flushes to disk.

    python -m benchmarks.postgres

Both sides take turns in one run, so that a busy machine slows both; the ratio is the median of
the rounds' ratios. Bare values are ready to be bound; "ours" includes encoding, checks, the lock that
keeps events in order, and telling the others. A bare ack is four round trips: select, conditional
update, insert of the event, commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing
from functools import partial
from statistics import median

import psycopg

from benchmarks.store import ASHA, NOW, ROUNDS, SIZE, opening, ready, repeat, timed
from benchmarks.wire import line_of, watched
from console.desk.executor import Executor
from console.desk.local import LocalDesk
from console.domain.commands import Ack
from console.domain.events import Acked, Body, Event, Noted
from console.domain.fold import fold
from console.domain.policy import Policy
from console.domain.roster import Roster
from console.domain.summary import summarise
from console.ports.store import Write
from console.store.append import EVENT
from console.store.postgres.store import PostgresStore
from console.store.postgres.target import target_of
from console.store.rows import COLUMNS, SELECTED
from tests.servers.postgres import running

ACKS = 200
BATCH = 500  # incidents, of two events each
CHANGES = 3  # times that every incident changes
RULES = Policy(Roster(), teams=("payments",))

Rows = list[tuple[object, ...]]


def _marks(count: int) -> str:
    return ", ".join(["%s"] * count)


_SETS = ", ".join(f"{name} = %s" for name in COLUMNS)
_EXCLUDED = ", ".join(f"{name} = excluded.{name}" for name in (*COLUMNS, "seq"))
EVENTS = f"INSERT INTO events VALUES ({_marks(len(EVENT))})".encode()  # noqa: S608 - placeholders
UPSERT = (
    f"INSERT INTO incidents ({SELECTED}, seq) VALUES ({_marks(len(COLUMNS) + 1)})"  # noqa: S608 - our names
    f" ON CONFLICT (id) DO UPDATE SET {_EXCLUDED}"
).encode()
UPDATE = f"UPDATE incidents SET {_SETS}, seq = %s WHERE id = %s AND n = %s".encode()  # noqa: S608 - our names
OPEN = f"SELECT {SELECTED} FROM incidents WHERE is_open = 1".encode()  # noqa: S608 - our names
SINCE = f"SELECT {SELECTED} FROM incidents WHERE seq > %s ORDER BY seq LIMIT 500".encode()  # noqa: S608 - our names


class Shift:
    """Incidents that grow event by event, the same on both sides."""

    def __init__(self) -> None:
        self._logs: list[tuple[Event, ...]] = []

    def open(self, count: int) -> list[Write]:
        """Return the writes that open more incidents."""
        writes = [opening(len(self._logs) + number) for number in range(count)]
        self._logs += [write.events for write in writes]
        return writes

    def add(self, number: int, body: Body, op: str = "") -> Write:
        """Return the write that adds an event to an incident."""
        log = self._logs[number]
        event = Event(f"INC-{number}", len(log) + 1, NOW, ASHA, body, op)
        self._logs[number] = (*log, event)
        return Write(event.incident, len(log), (event,), summarise(fold(self._logs[number])), op)


class Bare:
    """psycopg with nothing around it, on tables made by the store."""

    def __init__(self, url: str) -> None:
        PostgresStore(target_of(url)).close()
        self.line = psycopg.connect(url, autocommit=True, options="-c search_path=oncall")
        self.seq = 0

    def ready(self, writes: list[Write]) -> tuple[Rows, list[list[object]]]:
        """Return the rows of events and of incidents for some writes."""
        events, rows = ready(writes, self.seq)
        self.seq += len(events)
        return events, rows

    def batch(self, events: Rows, rows: list[list[object]]) -> None:
        """Write events and what the incidents are after them in one transaction; the driver pipelines each list."""
        with self.line.transaction(), self.line.cursor() as cursor:
            cursor.executemany(EVENTS, events)
            cursor.executemany(UPSERT, rows)

    def ack(self, event: tuple[object, ...], row: list[object]) -> None:
        """Write one event in four round trips."""
        name, n = event[1], event[2]
        with psycopg.ClientCursor(self.line) as first:
            first.execute("BEGIN; SELECT n FROM incidents WHERE id = %s", (name,))
        with self.line.cursor() as cursor:
            cursor.execute(UPDATE, [*row, name, int(str(n)) - 1])
            cursor.execute(EVENTS, event)
            cursor.execute("COMMIT")

    def fetch(self, sql: bytes, *values: object) -> Rows:
        """Return all rows of a query."""
        return self.line.execute(sql, values or None).fetchall()


def report(name: str, ours: list[float], bare: list[float], goal: float) -> None:
    """Print the medians, the median of the ratios and what it should not exceed."""
    ratio = median(one / other for one, other in zip(ours, bare, strict=True))
    print(f"{name:<44}{median(ours):>9.2f}{median(bare):>9.2f}{ratio:>7.2f}{goal:>7.1f}", flush=True)


def filling(store: PostgresStore, bare: Bare, shift: Shift) -> None:
    """Measure batches of a thousand events, up to the full size."""
    ours, others = [], []
    for _ in range(SIZE // BATCH):
        writes = shift.open(BATCH)
        values = bare.ready(writes)
        ours.append(timed(partial(store.append, writes)))
        others.append(timed(partial(bare.batch, *values)))
    report(f"batch of {2 * BATCH} events", ours, others, 1.0)


def changing(store: PostgresStore, bare: Bare, shift: Shift) -> None:
    """Measure a change of every incident, and one of a hundredth against writing all incidents again."""
    ours, others, few, again = [], [], [], []
    for turn in range(CHANGES):
        writes = [shift.add(number, Noted(f"note {turn}")) for number in range(SIZE)]
        events, rows = bare.ready(writes)
        ours.append(timed(partial(store.append, writes)))
        others.append(timed(partial(bare.batch, events, rows)))
        changed = [shift.add(number, Noted("one more")) for number in range(0, SIZE, 100)]
        events, newer = bare.ready(changed)
        rows[::100] = newer
        few.append(timed(partial(store.append, changed)))
        again.append(timed(partial(bare.batch, events, rows)))
    report(f"{SIZE} incidents change / upsert", ours, others, 1.0)
    report(f"{SIZE // 100} of {SIZE} change / upsert of all", few, again, 0.2)


async def acking(store: PostgresStore, bare: Bare, shift: Shift, url: str) -> None:
    """Measure acknowledgements at three depths, each against the bare one of its round, and count what they ask."""
    executor = Executor(store, lambda: RULES)
    own = PostgresStore(target_of(url))
    desk = LocalDesk(own, lambda: RULES, ASHA, find_runbook=lambda _incident: (None, ""), handover=str)
    took: dict[str, list[float]] = {"bare": [], "append": [], "executor": [], "desk": []}
    for first in range(0, 4 * ACKS, 4):
        names = [f"op-{first + part}" for part in range(4)]
        events, rows = bare.ready([shift.add(first, Acked(), names[0])])
        took["bare"].append(timed(partial(bare.ack, events[0], rows[0])))
        write = shift.add(first + 1, Acked(), names[1])
        took["append"].append(timed(partial(store.append, [write])))
        decided = partial(executor.carry_out, f"INC-{first + 2}", Ack(take=True), ASHA, names[2])
        took["executor"].append(timed(decided))
        took["desk"].append(await through(desk, first + 3, names[3]))
    report("ack: append only", took["append"], took["bare"], 1.0)
    report("ack: load, decide, append", took["executor"], took["bare"], 1.0)
    report("ack: the same through the desk's thread", took["desk"], took["bare"], 1.0)
    free = 4 * ACKS
    events, rows = bare.ready([shift.add(free, Acked(), "op-bare")])
    with watched(bare.line) as plain:
        bare.ack(events[0], rows[0])
    with watched(line_of(own)) as ours:
        await desk.carry_out(f"INC-{free + 1}", Ack(take=True), "op-desk")
    for name, traffic in (("an ack through the desk", ours), ("a bare ack", plain)):
        print(f"  {name}: {traffic.trips} round trips, {traffic.statements} statements", flush=True)
    await desk.close()


async def through(desk: LocalDesk, number: int, op: str) -> float:
    """Return how many milliseconds an acknowledgement through a desk takes."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    await desk.carry_out(f"INC-{number}", Ack(take=True), op)
    return (loop.time() - start) * 1000


def reading(store: PostgresStore, bare: Bare) -> None:
    """Measure the whole list, what changed, and the look whether anything did."""
    for line in (bare.line, line_of(store)):
        line.execute("VACUUM ANALYZE events, incidents")
    position = store.open_rows().position
    theirs = max(int(str(row[0])) for row in bare.fetch(b"SELECT max(seq) FROM incidents"))
    pairs: list[tuple[str, Callable[[], object], Callable[[], object], int, float]] = [
        (f"{SIZE} open rows, not decoded", lambda: _values(store), lambda: bare.fetch(OPEN), 1, 1.1),
        (f"{SIZE} open rows as summaries", store.open_rows, lambda: bare.fetch(OPEN), 1, 1.1),
        (
            "20 changes",
            lambda: store.changed(position - 20),
            lambda: bare.fetch(SINCE, theirs - 20),
            50,
            1.6,
        ),
        ("no changes", lambda: store.changed(position), lambda: bare.fetch(SINCE, theirs), 50, 1.6),
    ]
    for name, our_way, bare_way, times, goal in pairs:
        ours, others = [], []
        for _ in range(ROUNDS):
            ours.append(timed(partial(repeat, our_way, times)) / times)
            others.append(timed(partial(repeat, bare_way, times)) / times)
        report(name, ours, others, goal)


def _values(store: PostgresStore) -> object:
    """Return the open rows as the driver gives them, as the bare side does."""
    with store.database.snapshot() as tx:
        return tx.all(OPEN.decode())


def main() -> None:
    """Print a table; milliseconds, ratios and the goals of the ratios."""
    with running(fsync=True) as server:
        url, other = (server.url(server.create_database()) for _ in range(2))
        bare, shift = Bare(other), Shift()
        print(f"{'':<44}{'ours ms':>9}{'bare ms':>9}{'ratio':>7}{'goal':>7}")
        with closing(PostgresStore(target_of(url), answer_within=60)) as store, closing(bare.line):
            filling(store, bare, shift)
            changing(store, bare, shift)
            asyncio.run(acking(store, bare, shift, url))
            reading(store, bare)


if __name__ == "__main__":
    main()
