"""A table in an app whose every frame is kept as a terminal would show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyte
from rich.console import RenderableType
from textual._compositor import CompositorUpdate
from textual.app import ComposeResult
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from console.ui.terminal.safe_app import TerminalSafeApp
from console.ui.themes.load import load_themes
from console.ui.widgets.columns import Column
from console.ui.widgets.table import RowTable


@dataclass(frozen=True)
class Row:
    id: str
    due: int
    title: str = "HighErrorRate"


COLUMNS = (
    Column[Row, int]("p", "P", 4, lambda _row, _now: ((" P1 ", "badge-sev-p1"),)),
    Column[Row, int](
        "clock",
        "CLOCK",
        7,
        lambda row, now: ((f"{row.due - now}s", "clock-late"),),
        align="right",
        ticking=True,
    ),
    Column[Row, int]("service", "SERVICE", 9, lambda row, _now: ((f"svc-{row.id}", "name"),), drop=1),
    Column[Row, int](
        "title", "INCIDENT", 10, lambda row, _now: ((row.title, "bold"), (" quiet", "note")), flex=1
    ),
)


def row(number: int, due: int = 100, title: str = "HighErrorRate") -> Row:
    return Row(f"i{number}", due, title)


class TableApp(TerminalSafeApp[None]):
    """One table and a line above it. ``terminal_screen`` is what the bytes of all frames add up to."""

    def __init__(self, size: tuple[int, int] = (60, 12)) -> None:
        super().__init__()
        self.terminal_screen = pyte.Screen(*size)
        self._stream = pyte.Stream(self.terminal_screen)
        self.table: RowTable[Row, int] = RowTable(COLUMNS, key=lambda item: item.id, context=0)
        self.heard: list[Message] = []
        self.frames = 0

    def compose(self) -> ComposeResult:
        yield Static("above", id="above")
        yield self.table

    def on_mount(self) -> None:
        for theme in load_themes().textual():
            self.register_theme(theme)
        self.theme = "night"
        self.table.focus()

    def on_row_table_row_highlighted(self, message: RowTable.RowHighlighted) -> None:
        self.heard.append(message)

    def on_row_table_row_selected(self, message: RowTable.RowSelected) -> None:
        self.heard.append(message)

    def on_row_table_cursor_displaced(self, message: RowTable.CursorDisplaced) -> None:
        self.heard.append(message)

    def on_row_table_marks_changed(self, message: RowTable.MarksChanged) -> None:
        self.heard.append(message)

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        super()._display(screen, renderable)
        update: object = renderable
        if isinstance(update, CompositorUpdate) and not self.output_stalled:
            self.frames += 1
            self._stream.feed(update.render_segments(self.console))

    def shown(self) -> list[str]:
        """The text on the terminal."""
        return [line.rstrip() for line in self.terminal_screen.display]

    def cells(self, screen: pyte.Screen | None = None) -> list[list[Any]]:
        """Every cell of a terminal with its colours."""
        screen = screen or self.terminal_screen
        return [[screen.buffer[y][x] for x in range(screen.columns)] for y in range(screen.lines)]

    def full_repaint(self) -> list[list[Any]]:
        """Every cell as a terminal would show it that was painted anew now."""
        screen = pyte.Screen(self.terminal_screen.columns, self.terminal_screen.lines)
        update = self.screen._compositor.render_full_update()
        pyte.Stream(screen).feed(update.render_segments(self.console))
        return self.cells(screen)
