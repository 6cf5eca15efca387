"""How soon others see a change, and what following costs, with consoles that are processes of their own.

    python -m benchmarks.team [--store sqlite|postgres|both] [--consoles 10] [--seconds 20]

A process of its own acks and notes twice a second. ``delay``: from "saved" at the writer to the
snapshot with it at another console, in milliseconds; below zero where the others heard of it before
the writer had its answer. ``missed`` must be 0. ``busy`` and ``idle`` are percent of a core for one
console, everything in its process included, while two changes a second come and while none come;
consoles tell each other all the time that they are there.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median

from benchmarks.consoles import Told, open_sql
from benchmarks.million import fill
from benchmarks.processes import Consoles, consoles, delays, percentile, shares, write
from tests.servers.postgres import running

GOALS = {"sqlite": 300, "postgres": 100}  # milliseconds, the 99th percentile of the delays
IDLE_GOAL = 0.3  # percent of a core
SETTLE = 3.0  # seconds; the first snapshots, and the first words about who is there
LINES = 2  # connections to the server for each console
OPEN = 200  # incidents


@contextmanager
def place(kind: str, count: int) -> Iterator[str]:
    """Give the address of a new store for so many consoles."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'bench.db'}"
        return
    with running(max_connections=LINES * count + 20, fsync=True) as server:
        yield server.url(server.create_database())


def follow(url: str, team: Consoles, seconds: float, goal: float) -> None:
    """Write for a while, be silent for as long, and print what the consoles made of it."""
    time.sleep(SETTLE)
    before = team.ask()
    writes = write(url, seconds)
    time.sleep(1.0)  # for the last one to be seen
    after = team.ask()
    idle = team.cost(seconds)
    last = team.ask(rows=True)
    took, missed = delays(url, writes, after)
    wrong = _wrong(url, last)
    print(f"  {len(writes)} writes, {len(after)} consoles: missed {missed}, with rows that are wrong {wrong}")
    print(
        f"  delay     p50 {median(took):7.1f}   p99 {percentile(took, 0.99):7.1f}   max {max(took):7.1f} ms"
        f"   goal of p99 <= {goal:.0f}"
    )
    for name, found in (("busy", shares(before, after)), ("idle", idle)):
        told = f"   goal <= {IDLE_GOAL}" if name == "idle" else ""
        print(f"  {name}      p50 {median(found):7.2f}   max {max(found):7.2f} % of a core{told}")
    if away := sum(one.away for one in last):
        print(f"  snapshots without the store: {away}")


def _wrong(url: str, told: list[Told]) -> int:
    """Return how many consoles show something else than the store holds."""
    with closing(open_sql(url)) as store:
        held = {(row.id, row.n) for row in store.open_rows().rows}
    return sum(1 for one in told if one.rows != held)


def main() -> None:
    """Run the benchmark and print its figures."""
    options = argparse.ArgumentParser(description="How soon other consoles see a change.")
    options.add_argument("--store", choices=("sqlite", "postgres", "both"), default="both")
    options.add_argument("--consoles", type=int, default=10)
    options.add_argument("--seconds", type=float, default=20.0)
    asked = options.parse_args()
    for kind in ("sqlite", "postgres") if asked.store == "both" else (asked.store,):
        with place(kind, asked.consoles) as url:
            with closing(open_sql(url)) as store:
                fill(store, OPEN, 0)
            print(kind, flush=True)
            with consoles(url, asked.consoles) as team:
                follow(url, team, asked.seconds, GOALS[kind])


if __name__ == "__main__":
    main()
