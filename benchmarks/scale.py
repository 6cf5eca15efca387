"""Fifty consoles on one PostgreSQL, ten thousand open incidents, a million events; and ten of them on SQLite.

    python -m benchmarks.scale [--store postgres|sqlite|both] [--consoles N] [--open 10000] [--events 1000000]

The same questions are asked by turns of a large store that all the consoles follow, and of a small one
with as many open incidents, hardly any history and one console. The ratio is the median of the
rounds' ratios. Every console is a process of its own; one of them asks the questions. They all run on
this machine: "held still" is the ack while the others are stopped, as if they ran on machines of their
own; the server still tells each of them.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.consoles import RULES, Eyes, new_desk, open_sql
from benchmarks.million import fill
from benchmarks.processes import AT_ONCE, Consoles, consoles
from benchmarks.store import repeat, report, timed
from benchmarks.team import GOALS, LINES, follow
from console.desk.executor import Executor
from console.desk.local import LocalDesk
from console.domain.actors import Actor
from console.domain.commands import Ack, Note
from console.domain.incident import State
from console.store.postgres.store import PostgresStore
from console.store.sqlite.store import SqliteStore
from tests.servers.postgres import running

CONSOLES = {"postgres": 50, "sqlite": 10}
ROUNDS = 15
OPENINGS = 5
OFTEN = 20  # times that what is quick is asked at once, the first of which warms up
SECONDS = 15.0  # of following, with writes and without
CALM = 0.4  # seconds after an ack, so that nobody is still busy with it at the next measurement


@contextmanager
def places(kind: str, count: int) -> Iterator[tuple[str, str]]:
    """Give the addresses of a large and a small store."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'large.db'}", f"sqlite:///{Path(folder) / 'small.db'}"
        return
    settings = {"shared_buffers": "256MB", "max_wal_size": "4GB"}
    with running(max_connections=LINES * count + 20, fsync=True, settings=settings) as server:
        yield server.url(server.create_database()), server.url(server.create_database())


def prepare(url: str, open_count: int, events: int) -> None:
    """Fill a store and bring its statistics up to date."""
    with closing(open_sql(url)) as store:
        began = time.monotonic()
        count = fill(store, open_count, events)
        took = time.monotonic() - began
        with store.database.lasting(), store.database.read() as tx:
            tx.script("VACUUM ANALYZE" if url.startswith("postgres") else "ANALYZE")
        print(
            f"  filled with {count} events in {took:.0f} s, statistics {time.monotonic() - began - took:.0f} s"
        )


@dataclass
class Side:
    """One of the two stores, with the desk that asks it."""

    desk: LocalDesk
    eyes: Eyes = field(default_factory=Eyes)
    task: asyncio.Task[None] | None = None
    free: list[str] = field(default_factory=list)

    async def begin(self) -> None:
        """Follow, and note which incidents can be acked."""
        self.task = asyncio.create_task(self.eyes.follow(self.desk))
        await self.eyes.changed.wait()
        rows = self.eyes.latest.rows if self.eyes.latest else ()
        self.free = [row.id for row in rows if row.state is State.TRIGGERED]

    async def ack(self) -> tuple[float, float]:
        """Acknowledge an incident; return the milliseconds until it was saved and until it was visible here."""
        incident = self.free.pop()
        self.eyes.changed.clear()
        began = time.monotonic()
        await self.desk.carry_out(incident, Ack(take=True), f"scale-{incident}-{began}")
        saved = time.monotonic()
        await self.eyes.changed.wait()
        return (saved - began) * 1000, (time.monotonic() - began) * 1000

    async def end(self) -> None:
        """Close the desk."""
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)
        await self.desk.close()


async def first(url: str) -> float:
    """Return the milliseconds from opening a store to the first snapshot."""
    began = time.monotonic()
    side = Side(new_desk(url))
    await side.begin()
    took = (time.monotonic() - began) * 1000
    await side.end()
    return took


class Taken:
    """Milliseconds by name, for the large store and the small one."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[list[float], list[float]]] = {}

    def note(self, name: str, large: float, small: float) -> None:
        """Take in a round."""
        pair = self._found.setdefault(name, ([], []))
        pair[0].append(large)
        pair[1].append(small)

    def report(self) -> None:
        """Print the medians and the ratios."""
        print(f"  {'':<36}{'large ms':>10}{'small ms':>10}{'ratio':>8}")
        for name, (large, small) in self._found.items():
            report(f"  {name}", large, small)


Store = PostgresStore | SqliteStore


def twenty_changes(store: Store) -> int:
    """Note something on twenty open incidents and return the position before."""
    found = store.open_rows()
    executor = Executor(store, lambda: RULES)
    for row in found.rows[:20]:
        executor.carry_out(row.id, Note("one of twenty"), Actor("asha"), f"twenty-{row.id}")
    return found.position


def asking(large: Store, small: Store, taken: Taken) -> None:
    """Measure what a follower asks."""
    stores = (large, small)
    after, position = (
        [twenty_changes(store) for store in stores],
        [store.open_rows().position for store in stores],
    )
    questions: list[tuple[str, int, Callable[[int], object]]] = [
        ("open incidents", 1, lambda which: stores[which].open_rows()),
        ("20 changes", OFTEN, lambda which: stores[which].changed(after[which])),
        ("no changes", OFTEN, lambda which: stores[which].changed(position[which])),
        ("engine, who is there, time", OFTEN, lambda which: _rest(stores[which])),
    ]
    for _ in range(ROUNDS):
        for name, times, ask in questions:
            took = [timed(partial(repeat, partial(ask, which), times)) / times for which in (0, 1)]
            taken.note(name, *took)


def _rest(store: Store) -> object:
    return store.engine(), store.presences(), store.now()


async def acking(sides: Sequence[Side], taken: Taken, how: str) -> None:
    """Measure acknowledgements through a desk."""
    for _ in range(ROUNDS):
        both = []
        for side in sides:
            both.append(await side.ack())
            await asyncio.sleep(CALM)
        taken.note(f"ack until saved{how}", both[0][0], both[1][0])
        taken.note(f"ack until visible{how}", both[0][1], both[1][1])


async def compare(large: str, small: str, team: Consoles) -> None:
    """Ask both stores by turns and print the medians and ratios."""
    taken = Taken()
    for _ in range(OPENINGS):
        taken.note("first snapshot", await first(large), await first(small))
    with closing(open_sql(large)) as many, closing(open_sql(small)) as few:
        asking(many, few, taken)
    sides = Side(new_desk(large)), Side(new_desk(small))
    for side in sides:
        await side.begin()
    await acking(sides, taken, "")
    with team.held():
        await acking(sides, taken, ", others held still")
    for side in sides:
        await side.end()
    taken.report()


def crowd(url: str, team: Consoles, kind: str) -> None:
    """Print how the consoles started and what following costs them."""
    print(
        f"  opened {AT_ONCE} at a time: first snapshot p50 {median(team.first):.1f}, max {max(team.first):.1f} s"
    )
    follow(url, team, SECONDS, GOALS[kind])


def main() -> None:
    """Run the benchmark and print its figures."""
    options = argparse.ArgumentParser(description="Many consoles on a large store.")
    options.add_argument("--store", choices=("sqlite", "postgres", "both"), default="both")
    options.add_argument("--consoles", type=int, default=0)
    options.add_argument("--open", type=int, default=10_000)
    options.add_argument("--events", type=int, default=1_000_000)
    asked = options.parse_args()
    for kind in ("postgres", "sqlite") if asked.store == "both" else (asked.store,):
        count = asked.consoles or CONSOLES[kind]
        print(f"{kind}, {count} consoles, {asked.open} open incidents", flush=True)
        with places(kind, count) as (large, small):
            prepare(large, asked.open, asked.events)
            prepare(small, asked.open, 0)
            with consoles(large, count - 1) as team:
                crowd(large, team, kind)
                asyncio.run(compare(large, small, team))


if __name__ == "__main__":
    main()
