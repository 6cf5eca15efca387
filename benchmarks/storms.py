"""What gathering costs: ten thousand alerts of an outage at once, and one more of them.

    python -m benchmarks.storms [ALERTS]

``reconciled``: the domain alone. ``digested``: the engine's grouper on SQLite, with the sweep and all writes. ``one more``: an alert of
a service that fails already, and of one that did not, at a hundred alerts and at all of them; their ratio says what one costs the more
where there is more. ``unchanged``: the same poll again. Processor time, medians of five; milliseconds. The shared rules are needed.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import process_time

from console.domain.alert import Alert, AlertRef, Poll
from console.domain.book import Book
from console.domain.policy import Policy
from console.domain.reconcile import reconcile
from console.store.sqlite.store import SqliteStore
from tests.domain.storms.watch import Watch
from tests.domain.storms.weather import Outage, outage

ROUNDS = 5
SEED = 2


async def timed(work: Awaitable[object]) -> float:
    """Return how many milliseconds of the processor some work takes."""
    began = process_time()
    await work
    return (process_time() - began) * 1000


def reconciled(made: Outage, policy: Policy) -> float:
    """Return the milliseconds of planning a first poll, without any store."""
    now, poll = list(made.polls())[-1]
    taken = []
    for _ in range(ROUNDS):
        began = process_time()
        reconcile(poll, Book(), policy, now)
        taken.append((process_time() - began) * 1000)
    return statistics.median(taken)


async def digested(made: Outage, policy: Policy, folder: Path) -> dict[str, float]:
    """Return the milliseconds of a first poll in the engine, of the same again, and of one alert more."""
    now, poll = list(made.polls())[-1]
    figures: dict[str, float] = {}
    watch = Watch(policy, lambda clock: SqliteStore(folder / "storms.db", clock))
    await watch.poll(now, Poll("prod", ()))
    figures["digested"] = await timed(watch.poll(now, poll))
    figures["incidents shown"] = float(len(watch.shown()))
    figures["unchanged"] = statistics.median([await timed(watch.poll(now, poll)) for _ in range(ROUNDS)])
    failing = {one.service for one in poll.alerts}
    root = next(iter(made.roots))
    quiet = [name for name in made.services if name not in failing]
    for name, services in (("one more, failing", [root] * ROUNDS), ("one more, new", quiet[:ROUNDS])):
        taken = []
        for n, service in enumerate(services):
            more = replace(
                poll.alerts[0], ref=AlertRef("prod", f"{name} {n}"), service=service, name=f"More{n}"
            )
            poll = Poll("prod", (*poll.alerts, _at(more, now)))
            taken.append(await timed(watch.poll(now, poll)))
        figures[name] = statistics.median(taken)
    watch.store.close()
    return figures


def _at(alert: Alert, now: datetime) -> Alert:
    return replace(alert, started_at=now)


def main() -> None:
    """Run the benchmark and print its table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    few, many = outage(SEED, 100), outage(SEED, count)
    alone = replace(many.policy, grouping=replace(many.policy.grouping, graph=False))
    with (
        tempfile.TemporaryDirectory() as first,
        tempfile.TemporaryDirectory() as second,
        tempfile.TemporaryDirectory() as third,
    ):
        small = asyncio.run(digested(few, few.policy, Path(first)))
        large = asyncio.run(digested(many, many.policy, Path(second)))
        apart = asyncio.run(digested(many, alone, Path(third)))
    small["reconciled"], large["reconciled"] = reconciled(few, few.policy), reconciled(many, many.policy)
    apart["reconciled"] = reconciled(many, alone)
    print(
        f"| | 100 alerts | {count:,} alerts | ratio | {count:,} with graph = false |\n|---|---|---|---|---|"
    )
    for name, value in large.items():
        print(f"| {name} | {small[name]:.1f} | {value:.1f} | {value / small[name]:.1f} | {apart[name]:.1f} |")


if __name__ == "__main__":
    main()
