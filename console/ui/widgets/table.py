"""A table of rows that stays as fast with ten thousand of them as with a hundred.

Only what is in view is ever drawn or compared. The cursor belongs to a row's key, never to a
position, and an action is meant for the row that was painted (``painted_key_at_cursor``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from textual import events
from textual.geometry import Region
from textual.message import Message

from console.ui.glyphs import UNICODE, Glyphs
from console.ui.keys.bindings import bindings
from console.ui.keys.moves import MARKS, MOVE_CALLS, MOVES
from console.ui.text import Spans
from console.ui.widgets.columns import Column
from console.ui.widgets.linewidget import Frame, LineWidget
from console.ui.widgets.looks import Looks
from console.ui.widgets.rowpaint import RowPainter
from console.ui.widgets.tablestate import TableState, ViewLine

RowT = TypeVar("RowT")
ContextT = TypeVar("ContextT")

_HEADER = 1
"""Lines above the rows."""

_WHEEL = 3
_CALLS = {
    **MOVE_CALLS,
    "mark.toggle": "mark",
    "mark.down": "mark_and_move(1)",
    "mark.up": "mark_and_move(-1)",
    "mark.range": "mark_range",
    "mark.all": "mark_all",
}


@dataclass
class TableMessage(Message):
    """What all messages of a table have: the table."""

    table: RowTable[Any, Any]

    @property
    def control(self) -> RowTable[Any, Any]:
        """The table, for Textual's ``@on`` selectors."""
        return self.table


class RowTable(LineWidget, Generic[RowT, ContextT], can_focus=True):
    """A virtual table. ``key`` gives a row's identity, unique among the rows.

    Rows are immutable: a row that changed is another object. ``context`` is handed to the
    columns' renderers; a container around the table draws borders.
    """

    DEFAULT_CSS = """
    RowTable { height: 1fr; width: 1fr; }
    """
    BINDINGS = bindings((*MOVES, *MARKS), _CALLS)

    @dataclass
    class RowHighlighted(TableMessage):
        """The cursor is on another row now; ``key`` is None where there are no rows."""

        key: str | None

    @dataclass
    class RowSelected(TableMessage):
        """A row was opened by enter or a second click; ``key`` is the painted row."""

        key: str

    @dataclass
    class CursorDisplaced(TableMessage):
        """The row under the cursor left the list, so the cursor moved by itself."""

        gone: str
        key: str | None

    @dataclass
    class MarksChanged(TableMessage):
        """Other rows are marked now."""

        marks: frozenset[str]

    def __init__(
        self,
        columns: Sequence[Column[RowT, ContextT]],
        *,
        key: Callable[[RowT], str],
        context: ContextT,
        glyphs: Glyphs = UNICODE,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(glyphs=glyphs, id=id)
        self._columns = tuple(columns)
        self._around = context
        self._state: TableState[RowT] = TableState(key, self.painted)
        self._empty: tuple[Spans, ...] = ()
        self._painter: RowPainter[RowT, ContextT] | None = None
        self._lines: list[ViewLine[RowT]] = []

    # What others ask

    @property
    def rows(self) -> Sequence[RowT]:
        """The rows shown, in order."""
        return self._state.list.rows

    @property
    def cursor_key(self) -> str | None:
        """The key of the row the cursor is on now, painted or not; for showing, not for acting."""
        return self._state.cursor

    @property
    def marks(self) -> frozenset[str]:
        """The keys of the marked rows; only rows that are shown can be marked."""
        return self._state.marks

    @property
    def marked_in_order(self) -> tuple[str, ...]:
        """The marked keys from top to bottom."""
        place = self._state.list.index_of
        return tuple(sorted(self._state.marks, key=lambda key: place(key) or 0))

    @property
    def marks_out_of_sight(self) -> frozenset[str]:
        """The keys that were marked when their rows left the list, and that are not in it now."""
        return frozenset(key for key in self._state.lost if self._state.list.index_of(key) is None)

    # What others say

    def set_rows(self, rows: Sequence[RowT]) -> None:
        """Show these rows. The cursor stays on its row; where that left, on the nearest that is left."""
        gone = self._state.cursor
        with self._changing():
            self._state.replace(rows)
        if gone is not None and gone != self._state.cursor:
            self.post_message(self.CursorDisplaced(self, gone, self._state.cursor))

    def set_context(self, context: ContextT) -> None:
        """Draw every row again in this context."""
        self._around = context
        if self._painter is not None:
            self._painter.forget()
        self.ask()

    def set_empty(self, *lines: Spans) -> None:
        """Show these lines where there are no rows."""
        if lines != self._empty:
            self._empty = lines
            if not self.rows:
                self.ask()

    def tick(self, context: ContextT) -> None:
        """Draw the ticking cells in view again, those that changed; ``context`` holds the new time."""
        self._around = context
        painter = self._painter
        if painter is None or not painter.ticks:
            return
        for y, line in enumerate(self._lines, _HEADER):
            if painter.tick(line.key, line.row, context):
                self.ask(Region(0, y, painter.ticking_end, 1))

    def move_to(self, key: str) -> bool:
        """Put the cursor on this row, as if the person had gone there; False where it is not shown."""
        index = self._state.list.index_of(key)
        if index is None:
            return False
        with self._changing():
            self._state.go(index)
        return True

    def clear_marks(self) -> None:
        """Unmark every row."""
        with self._changing():
            self._state.unmark()

    # Keys

    def action_move(self, lines: int) -> None:
        """Move by lines."""
        with self._changing():
            self._state.step(lines)

    def action_page(self, pages: float) -> None:
        """Move by pages, or parts of one."""
        with self._changing():
            self._state.leaf(pages)

    def action_first(self) -> None:
        """Move to the first row."""
        with self._changing():
            self._state.go(0)

    def action_last(self) -> None:
        """Move to the last row."""
        with self._changing():
            self._state.go(len(self.rows) - 1)

    def action_open(self) -> None:
        """Open the painted row."""
        key = self.painted_key_at_cursor()
        if key is not None:
            self.post_message(self.RowSelected(self, key))

    def action_mark(self) -> None:
        """Mark or unmark the painted row."""
        with self._changing():
            self._state.toggle(self.painted_key_at_cursor())

    def action_mark_and_move(self, lines: int) -> None:
        """Mark the painted row and move on."""
        key = self.painted_key_at_cursor()
        with self._changing():
            if key is not None and self._state.list.index_of(key) is not None:
                self._state.mark((key,))
                self._state.step(lines)

    def action_mark_range(self) -> None:
        """Remember this row; the second time, mark all rows from the remembered one to this."""
        with self._changing():
            self._state.mark_range(self.painted_key_at_cursor())

    def action_mark_all(self) -> None:
        """Mark every row that is shown, or none."""
        with self._changing():
            self._state.mark_all()

    # Mouse

    def on_click(self, event: events.Click) -> None:
        """Go to the clicked row as it was painted; a click on the row under the cursor opens it."""
        line = event.y - _HEADER
        if 0 <= line < len(self.painted.lines):
            key = self.painted.lines[line]
            if key == self.painted_key_at_cursor():
                self.post_message(self.RowSelected(self, key))
            else:
                self.move_to(key)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll on; the cursor stays in view."""
        event.stop()
        with self._changing():
            self._state.scroll(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll back; the cursor stays in view."""
        event.stop()
        with self._changing():
            self._state.scroll(-_WHEEL)

    # Inside

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Change the state; then tell others and ask for the lines that look different to be painted."""
        cursor, marks = self._state.cursor, self._state.marks
        yield
        if self._state.cursor != cursor:
            self.post_message(self.RowHighlighted(self, self._state.cursor))
        if self._state.marks != marks:
            self.post_message(self.MarksChanged(self, self._state.marks))
        before, self._lines = self._lines, self._state.view()
        if len(before) != len(self._lines):
            self.ask()
        else:
            pairs = enumerate(zip(before, self._lines, strict=True), _HEADER)
            self.ask_lines([y for y, (old, new) in pairs if not old.same(new)])

    def lay_out(self) -> None:
        """Take up a new size, theme or set of signs."""
        self._painter = None
        self._state.resize(self.size.height - _HEADER)
        self._lines = self._state.view()

    def draw(self, looks: Looks) -> Frame:
        """Return the frame as it should look now."""
        painter = self._painter
        if painter is None:
            painter = self._painter = RowPainter(self._columns, looks)
        focused = self.has_focus
        strips = [painter.header()]
        strips += [painter.strip(line, self._around, focused=focused) for line in self._lines]
        if not self._lines:
            strips += [looks.line((("  ", ""), *line)) for line in self._empty]
        strips += [looks.line(())] * (self.size.height - len(strips))
        keys = tuple([line.key for line in self._lines])
        painter.keep(keys)
        return Frame(self.size, strips, keys, self._state.cursor if self._state.cursor in keys else None)
