"""How soon a front end shows its own ack, at ten thousand open incidents on SQLite.

    python -m benchmarks.desk [INCIDENTS] [ACKS]

``saved``: until the answer, which is durable; ``visible``: until the snapshot that shows it.
``load``: from opening the store to the first snapshot. All in milliseconds, with the longest time
for which the event loop could not have handled a key.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from benchmarks.engine import longest_gap
from benchmarks.fill import fill
from console.desk.local import LocalDesk
from console.domain.actors import Actor
from console.domain.commands import Ack
from console.domain.incident import State
from console.domain.policy import Policy
from console.domain.roster import Roster
from console.domain.snapshot import Snapshot
from console.store.sqlite.store import SqliteStore


async def measure(path: Path, acks: int) -> dict[str, float]:
    """Return the figures."""
    rules = Policy(roster=Roster(), teams=("payments",))
    stop, changed = asyncio.Event(), asyncio.Event()
    latest: list[Snapshot] = []
    gap = asyncio.create_task(longest_gap(stop))
    began = perf_counter()
    desk = LocalDesk(
        SqliteStore(path),
        lambda: rules,
        Actor("asha"),
        find_runbook=lambda _incident: (None, ""),
        handover=str,
    )

    async def follow() -> None:
        async for snapshot in desk.follow():
            latest[:] = [snapshot]
            changed.set()

    following = asyncio.create_task(follow())
    await changed.wait()
    load = (perf_counter() - began) * 1000
    free = [row.id for row in latest[0].rows if row.state is State.TRIGGERED][:acks]
    saved, visible = [], []
    for number, incident in enumerate(free):
        changed.clear()
        began = perf_counter()
        await desk.carry_out(incident, Ack(take=True), f"op-{number}")
        saved.append((perf_counter() - began) * 1000)
        await changed.wait()
        visible.append((perf_counter() - began) * 1000)
    stop.set()
    figures = {"load": load, "stall": await gap}
    for name, values in (("saved", saved), ("visible", visible)):
        figures[name] = statistics.median(values)
        figures[f"{name} p99"] = sorted(values)[int(len(values) * 0.99)]
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    await desk.close()
    return figures


def main() -> None:
    """Run the benchmark and print its table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    acks = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(measure(fill(Path(folder), count), acks))
    print(f"{count} open incidents, {acks} acks")
    for name, value in figures.items():
        print(f"  {name:12} {value:8.2f} ms")


if __name__ == "__main__":
    main()
