"""The incident table alone, in this process: what a key, a tick and a new list cost.

    python -m benchmarks.table [ROWS]

``key``: from the key event to the bytes of the frame it caused, 8 columns in 165 × 42 cells; all
milliseconds. ``cpu`` is this thread's own time, which is what the ratio to 100 rows is taken of.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter, thread_time
from typing import Any

from rich.console import RenderableType
from textual import events
from textual._compositor import CompositorUpdate  # what a frame is: measured, not relied on
from textual.app import ComposeResult
from textual.screen import Screen

from console.ui.terminal.safe_app import TerminalSafeApp
from console.ui.text import Spans
from console.ui.themes.load import load_themes
from console.ui.widgets.columns import Column
from console.ui.widgets.table import RowTable

SIZE = (165, 42)
KEYS = 200
GAP = 0.025
"""Seconds between a frame and the next key; Textual holds frames apart that follow each other faster."""


@dataclass(frozen=True)
class Row:
    """An incident as far as drawing it goes."""

    id: str
    due: int
    title: str


def _clock(row: Row, now: int) -> Spans:
    minutes, seconds = divmod(row.due - now, 60)
    return (("ack ", "dim"), (f"{minutes:02}:{seconds:02}", "clock-warn"))


COLUMNS: tuple[Column[Row, int], ...] = (
    Column("p", "P", 4, lambda _row, _now: ((" P1 ", "badge-sev-p1"),)),
    Column("state", "STATE", 9, lambda _row, _now: (("● firing", "state-firing"),)),
    Column("clock", "CLOCK", 12, _clock, align="right", ticking=True),
    Column("service", "SERVICE", 12, lambda _row, _now: (("payments", "name"),), drop=2),
    Column("title", "INCIDENT", 20, lambda row, _now: ((row.title, "bold"), ("  quiet 34m", "note")), flex=1),
    Column("alerts", "#", 4, lambda row, _now: ((row.id[-2:], "dim"),), align="right", drop=3),
    Column("age", "AGE", 4, lambda _row, _now: (("3m", "dim"),), drop=4),
    Column("owner", "OWNER", 8, lambda _row, _now: (("you", "you"),), drop=1),
)


class Bench(TerminalSafeApp[None]):
    """One table; ``painted`` is set by each frame once its bytes are made."""

    def __init__(self) -> None:
        super().__init__()
        self.table: RowTable[Row, int] = RowTable(COLUMNS, key=lambda row: row.id, context=0)
        self.painted = asyncio.Event()
        self.sent = 0

    def compose(self) -> ComposeResult:
        """Yield the table."""
        yield self.table

    def on_mount(self) -> None:
        """Take the default theme and the keys."""
        for theme in load_themes().textual():
            self.register_theme(theme)
        self.theme = "night"
        self.table.focus()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        super()._display(screen, renderable)
        update: object = renderable
        if isinstance(update, CompositorUpdate):
            self.sent += len(update.render_segments(self.console).encode())
            self.painted.set()


async def timed(app: Bench, act: Callable[[], object]) -> tuple[float, float]:
    """Return wall and cpu milliseconds from doing something to the frame that shows it."""
    app.painted.clear()
    cpu, wall = thread_time(), perf_counter()
    act()
    await asyncio.wait_for(app.painted.wait(), 5)
    return (perf_counter() - wall) * 1000, (thread_time() - cpu) * 1000


async def press(app: Bench, key: str, times: int) -> tuple[list[float], list[float]]:
    """Press a key so often, a moment after the last one's frame; return wall and cpu milliseconds."""
    taken = []
    for _ in range(times):
        await asyncio.sleep(GAP)
        event = events.Key(key, key)
        event.set_sender(app)
        taken.append(await timed(app, partial(app.post_message, event)))
    return [wall for wall, _ in taken], [cpu for _, cpu in taken]


async def measure(count: int) -> dict[str, float]:
    """Return the figures for a list of this many rows."""
    rows = [
        Row(f"INC-{number}", 3000 + number, f"HighErrorRate 5xx on api-{number}") for number in range(count)
    ]
    figures: dict[str, float] = {}
    app = Bench()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        figures["fill cpu"] = (await timed(app, partial(app.table.set_rows, rows)))[1]
        await press(app, "j", 20)  # warm
        walls: list[float] = []
        cpus: list[float] = []
        for key in ("k", "j") * (KEYS // 40):
            more = await press(app, key, 20)
            walls += more[0]
            cpus += more[1]
        _tell(figures, "key in view", walls, cpus)
        app.table.move_to("INC-45")
        await pilot.pause()
        _tell(figures, "key scrolling", *await press(app, "j", min(KEYS, count - 50)))
        app.sent = 0
        figures["tick cpu"] = statistics.median(
            [(await timed(app, partial(app.table.tick, now)))[1] for now in range(1, 61)]
        )
        figures["tick bytes"] = app.sent / 60
        changes = []
        for turn in range(20):
            rows = [
                replace(row, title=f"{row.title}!") if (n + turn) % 100 == 0 else row
                for n, row in enumerate(rows)
            ]
            cpu = thread_time()
            app.table.set_rows(rows)
            changes.append((thread_time() - cpu) * 1000)
            await pilot.pause()
        figures["set_rows 1 % changed cpu"] = statistics.median(changes)
    return figures


def _tell(figures: dict[str, float], name: str, walls: list[float], cpus: list[float]) -> None:
    walls.sort()
    figures[f"{name} p50"] = statistics.median(walls)
    figures[f"{name} p99"] = walls[int(len(walls) * 0.99) - 1]
    figures[f"{name} cpu"] = statistics.median(cpus)


def main() -> int:
    """Print the figures for 100 rows and for many, and their ratio."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    few = asyncio.run(measure(100))
    lot = asyncio.run(measure(many))
    print(f"| | 100 rows | {many:,} rows | ratio |\n|---|---|---|---|")
    for name, value in lot.items():
        print(f"| {name} | {few[name]:.2f} | {value:.2f} | {value / few[name]:.2f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
