"""A thousand due escalations, ten engines, the one that works killed again and again, a sink that misbehaves.

    python -m benchmarks.pages

On both stores. Each level has to be claimed once, and each page to arrive at least once, under one key.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from time import perf_counter

from tests.e2e.pagers import Race, audit, run
from tests.servers.postgres import running

RACE = Race(engines=10, incidents=250, levels=4, kills=8, step=2.0, within=120)


def measure(name: str, url: str) -> bool:
    """Race on one store and print its row; return whether all is as it should be."""
    began = perf_counter()
    sink = asyncio.run(run(url, RACE))
    taken = perf_counter() - began
    wrong = audit(url, RACE, sink)
    again = sum(sink.arrived.values()) - len(sink.arrived)
    cells = (name, RACE.engines, RACE.kills, RACE.pages, len(sink.arrived), again, len(wrong), f"{taken:.0f}")
    print(f"| {' | '.join(map(str, cells))} |", flush=True)
    for line in wrong[:5]:
        print(f"  {line}")
    return not wrong


def main() -> int:
    """Print the table; 1 where a page was lost, made up or claimed twice."""
    print(
        "| store | engines | kills | due | keys at the sink | sent again | wrong | s |\n|---|---|---|---|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory() as folder, running() as server, server.fresh() as database:
        good = measure("SQLite", f"sqlite:///{folder}/store.db")
        good = measure("PostgreSQL", database) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
