"""A small app in a real terminal, to be treated badly by ``test_terminal.py``; started as a program."""

from __future__ import annotations

import asyncio
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding

from console.ui.terminal.safe_app import TerminalSafeApp, run_safely
from console.ui.terminal.terminal import TerminalError, check_terminal
from console.ui.themes.load import load_themes
from console.ui.widgets.columns import Column
from console.ui.widgets.table import RowTable


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    due: int


COLUMNS = (
    Column[Row, int]("p", "P", 4, lambda _row, _now: ((" P1 ", "badge-sev-p1"),)),
    Column[Row, int](
        "clock",
        "CLOCK",
        8,
        lambda row, now: ((str(row.due + now), "clock-late"),),
        align="right",
        ticking=True,
    ),
    Column[Row, int]("title", "INCIDENT", 20, lambda row, _now: ((f"title of {row.id} → ", ""),), flex=1),
)


class Demo(TerminalSafeApp[None]):
    """Rows with a running clock, and keys that do what must never happen."""

    BINDINGS = [  # noqa: RUF012 - Textual's way
        Binding("x", "fail('handler')"),
        Binding("t", "fail('timer')"),
        Binding("w", "fail('worker')"),
        Binding("W", "fail('thread worker')"),
        Binding("b", "fail('background')"),
        Binding("B", "fail('thread')"),
        Binding("e", "child"),
        Binding("q", "quit"),
    ]

    beats = 0
    seconds = 0

    def compose(self) -> ComposeResult:
        yield RowTable(COLUMNS, key=lambda row: row.id, context=0, glyphs=self.terminal.glyphs)

    def on_mount(self) -> None:
        for theme in load_themes().textual():
            self.register_theme(theme)
        self.theme = "mono" if self.terminal.no_color else "night"
        table = self.query_one(RowTable)
        table.set_rows([Row(f"INC-{number}", 1000 + number) for number in range(200)])
        table.focus()
        self.start_ticking(self.tick)
        if len(sys.argv) > 1:
            self.set_interval(0.02, self.beat)

    def tick(self) -> None:
        self.seconds += 1
        self.query_one(RowTable).tick(self.seconds)

    def beat(self) -> None:
        """Count that the loop lives, and keep the terminal busy where it was asked for."""
        self.beats += 1
        if "busy" in sys.argv:
            self.query_one(RowTable).tick(self.beats)
        if "log" in sys.argv:
            with Path(sys.argv[-1]).open("a", encoding="utf-8") as log:
                log.write(f"{self.beats} {self.output_stalled}\n")

    async def action_child(self) -> None:
        """Lend the terminal to another program while the clock goes on."""
        before = self.beats
        with self.suspend():
            child = await asyncio.create_subprocess_exec(
                "sh", "-c", "echo the child speaks; read line; echo $line"
            )
            await child.wait()
        self.notify(f"back after {self.beats - before} beats", markup=False)

    def action_fail(self, where: str) -> None:
        if where == "handler":
            fail(where)
        elif where == "timer":
            self.set_timer(0.01, lambda: fail(where))
        elif where == "worker":
            self.run_worker(later(where), name=where)
        elif where == "thread worker":
            self.run_worker(lambda: fail(where), name=where, thread=True)
        elif where == "background":
            self.run_worker(later(where), name=where, exit_on_error=False)
        else:
            threading.Thread(target=fail, args=(where,), name=where).start()


def fail(where: str) -> None:
    password = "hunter2-in-a-local"
    raise RuntimeError(f"made to fail in the {where}, token=abc123 \x1b[2J {len(password)}")


async def later(where: str) -> None:
    await asyncio.sleep(0)
    fail(where)


def main() -> int:
    try:
        terminal = check_terminal()
    except TerminalError as error:
        sys.stderr.write(f"oncall: {error}\n")
        return error.exit_code
    return run_safely(Demo(terminal), mouse="nomouse" not in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
