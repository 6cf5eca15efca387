"""What the engine and a front end's follower cost at ten thousand alerts, each in a process of its own.

    python -m benchmarks.engine [ALERTS]

``grouped``: by service and alert name, as by default. ``each its own``: every alert an incident, the
worst there is. ``restart`` is a cycle of a new engine that first reads what is open. ``stall`` is the longest time in which the follower's event loop could not have
handled a key, ``late`` how long after the engine was done the follower had told of everything.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, TypeVar

from benchmarks.fill import alert
from console.desk.follower import Follower
from console.desk.storetime import StoreTime
from console.desk.view import View
from console.desk.worker import StoreWorker
from console.domain.alert import Alert, Poll
from console.domain.policy import Chain, Grouping, Level, Policy
from console.domain.roster import Roster
from console.engine.engine import Engine
from console.engine.settings import Identity
from console.engine.term import Term
from console.store.sqlite.store import SqliteStore

Result = TypeVar("Result")

GROUPED = ("service", "alertname")
EACH = ("service", "alertname", "instance")


class Fixed:
    """A source that always reports the same, freshly made objects each time as a parser's are."""

    name, kind, interval = "prod", "fixed", 15.0

    def __init__(self, alerts: tuple[Alert, ...]) -> None:
        self.alerts = alerts

    async def fetch(self) -> Poll:
        """Return the alerts."""
        return Poll(self.name, tuple(replace(one) for one in self.alerts))

    async def close(self) -> None:
        """Nothing to let go of."""


def policy(by: tuple[str, ...]) -> Policy:
    """Return rules that page at once, so that each new incident is also escalated."""
    chain = Chain("payments", (Level(("asha",), timedelta(0)),))
    return Policy(roster=Roster(), teams=("payments",), chains={"payments": chain}, grouping=Grouping(by=by))


async def work(path: Path, count: int, by: tuple[str, ...]) -> None:
    """Be the engine: ingest everything, then poll it unchanged; print the figures as JSON."""
    store = SqliteStore(path)
    rules = policy(by)
    source = Fixed(tuple(alert(number, store.now()) for number in range(count)))
    identity = Identity("bench", "bench", 1)
    engine = Engine(store, (source,), lambda: rules, identity)
    into: dict[str, float] = {}
    figures = {"written": float((await measured("first", engine.once(), into)).incidents_changed)}
    await measured("restart", engine.once(), into)
    term = Term(engine._kit, (source,), identity, StoreTime())  # noqa: SLF001 - a poll without a take-over before it
    previous = await term.keeper.acquire()
    assert previous is not None  # noqa: S101 - nobody else works here
    await term.take_over(previous)
    for name in ("warm", "unchanged"):
        await measured(name, term.pollers[0].poll_once(), into)
    figures["rewritten"] = float(term.grouper.changed)
    await term.keeper.release()
    print(json.dumps(figures | into))
    await engine.close()


async def measured(name: str, work: Awaitable[Result], into: dict[str, float]) -> Result:
    """Note how many milliseconds some work takes, on the clock and of the processor."""
    began, cpu = perf_counter(), process_time()
    result = await work
    into[name] = (perf_counter() - began) * 1000
    into[f"{name} cpu"] = (process_time() - cpu) * 1000
    return result


async def longest_gap(stop: asyncio.Event) -> float:
    """Return the longest time in milliseconds for which the loop did not come round."""
    longest, last = 0.0, perf_counter()
    while not stop.is_set():
        await asyncio.sleep(0.001)
        now = perf_counter()
        longest, last = max(longest, now - last), now
    return longest * 1000


async def watch(path: Path, count: int, by: tuple[str, ...]) -> dict[str, Any]:
    """Follow the store while an engine in another process fills it; return all figures."""
    store, worker = SqliteStore(path), StoreWorker()
    rules = policy(by)
    follower = Follower(store, worker, View("asha", lambda: rules, StoreTime()))
    stop, everything = asyncio.Event(), asyncio.Event()

    async def follow() -> None:
        async for snapshot in follower.snapshots():
            if sum(row.total for row in snapshot.rows) == count:
                everything.set()

    following = asyncio.create_task(follow())
    await asyncio.sleep(1)
    gap = asyncio.create_task(longest_gap(stop))
    command = [sys.executable, "-m", "benchmarks.engine", "--work", str(path), str(count), *by]
    child = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    output, _ = await child.communicate()
    done = perf_counter()
    await asyncio.wait_for(everything.wait(), 10)
    figures: dict[str, Any] = json.loads(output)
    figures["late"] = (perf_counter() - done) * 1000
    stop.set()
    figures["stall"] = await gap
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    await worker.close(store.close)
    return figures


def measure(count: int) -> dict[str, dict[str, Any]]:
    """Return the figures of both ways of grouping, in milliseconds."""
    found = {}
    for name, by in (("grouped", GROUPED), ("each its own", EACH)):
        with tempfile.TemporaryDirectory() as folder:
            found[name] = asyncio.run(watch(Path(folder) / "bench.db", count, by))
    return found


def main() -> None:
    """Run the benchmark and print its table."""
    if sys.argv[1:2] == ["--work"]:
        asyncio.run(work(Path(sys.argv[2]), int(sys.argv[3]), tuple(sys.argv[4:])))
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    for name, figures in measure(count).items():
        print(f"{count} alerts, {name}: {figures['written']:.0f} incidents")
        for step in ("first", "restart", "unchanged"):
            print(f"  {step:10} {figures[step]:8.0f} ms  {figures[f'{step} cpu']:8.0f} ms cpu")
        print(f"  rewritten by an unchanged poll: {figures['rewritten']:.0f}")
        print(f"  follower: stall {figures['stall']:.1f} ms, late {figures['late']:.0f} ms")


if __name__ == "__main__":
    main()
