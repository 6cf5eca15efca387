"""What the handover of a large shift costs: five thousand events, read, built, written in each form, and packed for an offer.

    python -m benchmarks.handover [EVENTS]

An SQLite store in a temporary folder. Seconds of wall time, the best and the middle of five. The bar is one second.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from time import perf_counter

from console.domain import events as ev
from console.domain.fold import fold
from console.domain.handover import build
from console.domain.summary import summarise
from console.handovers import packed
from console.outputs.gather import Asked, gather
from console.outputs.handover import to_html, to_json, to_markdown
from console.ports.store import Write
from console.store.sqlite.store import SqliteStore
from tests.fakes.store import FakeClock
from tests.outputs.shift import ASHA, NOW, POLICY, START, opened

ROUNDS = 5
BAR = 1.0
EACH = 10  # events of an incident; every tenth incident is open


def fill(store: SqliteStore, events: int) -> None:
    """Write a week of incidents, each opened, acked, noted and most of them resolved."""
    incidents = events // EACH
    step = (NOW - START - timedelta(hours=2)) / incidents
    writes = []
    for n in range(1, incidents + 1):
        at = START + n * step
        story = opened(n, at, f"HighErrorRate on api-{n}").say(at + timedelta(minutes=2), ASHA, ev.Acked())
        while len(story.events) < EACH - 1:
            story.say(at + timedelta(minutes=3 + len(story.events)), ASHA, ev.Noted(f"looked at part {n}"))
        if n % 10:
            story.say(at + timedelta(minutes=40), ASHA, ev.Resolved("restarted it", "capacity"))
        else:
            story.say(at + timedelta(minutes=40), ASHA, ev.Noted("goes on", flagged=True))
        writes.append(Write(story.id, 0, story.log, summarise(fold(story.log))))
    store.append(writes)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return the best and the middle of some rounds, in seconds."""
    taken = []
    for _ in range(ROUNDS):
        began = perf_counter()
        work()
        taken.append(perf_counter() - began)
    return min(taken), statistics.median(taken)


def main() -> int:
    """Print a line for each part; 1 where the whole is over the bar."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "shift.db", FakeClock(NOW))
        fill(store, events)

        def read() -> object:
            return gather(store, POLICY, "asha", Asked())

        inputs = gather(store, POLICY, "asha", Asked())
        document = build(inputs)
        print(f"{events} events, {len(inputs.logs)} incidents, {len(document.open)} open")
        parts: dict[str, Callable[[], object]] = {
            "read": read,
            "build": lambda: build(inputs),
            "markdown": lambda: to_markdown(document),
            "html": lambda: to_html(document),
            "json": lambda: to_json(document),
            "pack": lambda: packed(document),
            "whole (read, build, markdown)": lambda: to_markdown(
                build(gather(store, POLICY, "asha", Asked()))
            ),
        }
        found = {name: timed(work) for name, work in parts.items()}
        for name, (best, middle) in found.items():
            print(f"{name:32} best {best:6.3f} s, middle {middle:6.3f} s")
        print(f"markdown {len(to_markdown(document)):,} bytes, packed {len(packed(document)):,} bytes")
        store.close()
    return int(found["whole (read, build, markdown)"][0] > BAR)


if __name__ == "__main__":
    sys.exit(main())
