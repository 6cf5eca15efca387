"""A table of rows that stays as fast with ten thousand of them as with a hundred.

Only what is in view is ever drawn or compared. The cursor belongs to a row's key, never to a
position, and an action is meant for the row that was painted (``painted_key_at_cursor``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from console.clock import ticks
from console.ui.bindings import bindings
from console.ui.glyphs import UNICODE, Glyphs
from console.ui.moves import MARKS, MOVES
from console.ui.palette import palette_of
from console.ui.text import Spans
from console.ui.textual_hooks import repaint_pending
from console.ui.widgets.columns import Column
from console.ui.widgets.painted import PaintedFrame
from console.ui.widgets.rowlist import RowList, in_view, new_top
from console.ui.widgets.rowpaint import Looks, RowPainter

RowT = TypeVar("RowT")
ContextT = TypeVar("ContextT")

_HEADER = 1
_WHEEL = 3


@dataclass(frozen=True, slots=True)
class _Line:
    """What decides how one line of the view looks."""

    row: object
    cursor: bool
    marked: bool
    bar: str

    def same(self, other: _Line) -> bool:
        return self.row is other.row and (self.cursor, self.marked, self.bar) == (
            other.cursor,
            other.marked,
            other.bar,
        )


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the widget last gave the compositor to draw."""

    size: Size
    strips: list[Strip]
    keys: tuple[str, ...]
    cursor: str | None


class RowTable(Widget, Generic[RowT, ContextT], can_focus=True):
    """A virtual table. ``key`` gives a row's identity, unique among the rows.

    Rows are immutable: a row that changed is another object. ``context`` is handed to the
    columns' renderers; the widget itself has no border or padding (a container draws those).
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    RowTable { height: 1fr; width: 1fr; }
    """
    BINDINGS = [  # noqa: RUF012 - Textual's way
        *bindings(
            MOVES,
            {
                "move.down": "move(1)",
                "move.up": "move(-1)",
                "move.page-down": "page(1.0)",
                "move.page-up": "page(-1.0)",
                "move.half-down": "page(0.5)",
                "move.half-up": "page(-0.5)",
                "move.first": "first",
                "move.last": "last",
                "move.open": "open",
            },
        ),
        *bindings(
            MARKS,
            {
                "mark.toggle": "mark",
                "mark.down": "mark_and_move(1)",
                "mark.up": "mark_and_move(-1)",
                "mark.range": "mark_range",
            },
        ),
    ]

    @dataclass
    class RowHighlighted(Message):
        """The cursor is on another row now; ``key`` is None where there are no rows."""

        table: RowTable[Any, Any]
        key: str | None

        @property
        def control(self) -> RowTable[Any, Any]:
            """The table."""
            return self.table

    @dataclass
    class RowSelected(Message):
        """A row was opened by enter or a second click; ``key`` is the painted row."""

        table: RowTable[Any, Any]
        key: str

        @property
        def control(self) -> RowTable[Any, Any]:
            """The table."""
            return self.table

    @dataclass
    class CursorDisplaced(Message):
        """The row under the cursor left the list, so the cursor moved by itself."""

        table: RowTable[Any, Any]
        gone: str
        key: str | None

        @property
        def control(self) -> RowTable[Any, Any]:
            """The table."""
            return self.table

    @dataclass
    class MarksChanged(Message):
        """Other rows are marked now."""

        table: RowTable[Any, Any]
        marks: frozenset[str]

        @property
        def control(self) -> RowTable[Any, Any]:
            """The table."""
            return self.table

    def __init__(
        self,
        columns: Sequence[Column[RowT, ContextT]],
        *,
        key: Callable[[RowT], str],
        context: ContextT,
        glyphs: Glyphs = UNICODE,
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._columns = tuple(columns)
        self._key = key
        self._render_context = context
        self._glyphs = glyphs
        self._list: RowList[RowT] = RowList((), key)
        self._empty: tuple[Spans, ...] = ()
        self._cursor_key: str | None = None
        self._marks: frozenset[str] = frozenset()
        self._range_from: str | None = None
        self._top = 0
        self._painter: RowPainter[RowT, ContextT] | None = None
        self._lines: list[_Line] = []
        self._frame: _Frame | None = None
        self._recorded: _Frame | None = None
        self._stale = True
        self._painted = PaintedFrame()

    # What others ask

    @property
    def rows(self) -> Sequence[RowT]:
        """The rows shown, in order."""
        return self._list.rows

    @property
    def cursor_key(self) -> str | None:
        """The key of the row the cursor is on now, painted or not; for showing, not for acting."""
        return self._cursor_key

    @property
    def marks(self) -> frozenset[str]:
        """The keys of the marked rows; only rows that are shown can be marked."""
        return self._marks

    @property
    def marked_in_order(self) -> tuple[str, ...]:
        """The marked keys from top to bottom."""
        return tuple(key for row in self._list.rows if (key := self._key(row)) in self._marks)

    def painted_key_at_cursor(self) -> str | None:
        """Return the key an action is meant for: the row painted under the cursor.

        None where there is none or where the row the cursor moved to has not been on the screen.
        The row may have left the list since; the action still belongs to it.
        """
        return self._painted.target

    @property
    def row_changed_at(self) -> float:
        """When the painted row under the cursor last became another one by itself (``clock.ticks``)."""
        return self._painted.changed_at

    # What others say

    def set_rows(self, rows: Sequence[RowT]) -> None:
        """Show these rows. The cursor stays on its row; where that left, on the nearest that is left."""
        before = self._list
        self._list = RowList(rows, self._key)
        at = before.index_of(self._cursor_key)
        after = self._list.index_of(self._cursor_key)
        gone = self._cursor_key
        if after is None and len(self._list):
            after = before.survivor(at, self._list) if at is not None else None
            if after is None:
                after = min(at or 0, len(self._list) - 1)
        self._top = (
            0
            if after is None
            else new_top(
                top=self._top,
                page=self.page,
                count=len(self._list),
                cursor=after,
                anchor_before=at,
                anchor_after=after,
            )
        )
        self._put_cursor(None if after is None else self._list.key_at(after))
        if gone is not None and gone != self._cursor_key:
            self.post_message(self.CursorDisplaced(self, gone, self._cursor_key))
        if self._marks:
            self._set_marks(mark for mark in self._marks if self._list.index_of(mark) is not None)
        self._redraw()

    def set_context(self, context: ContextT) -> None:
        """Draw every row again in this context."""
        self._render_context = context
        if self._painter is not None:
            self._painter.forget()
        self._redraw(everything=True)

    def set_glyphs(self, glyphs: Glyphs) -> None:
        """Use this set of signs."""
        self._glyphs = glyphs
        self._restyle()

    def set_empty(self, *lines: Spans) -> None:
        """Show these lines where there are no rows."""
        if lines != self._empty:
            self._empty = lines
            self._redraw(everything=not self._list.rows)

    def tick(self, context: ContextT) -> None:
        """Draw the ticking cells in view again, those that changed; ``context`` holds the new time."""
        self._render_context = context
        painter = self._painter
        if painter is None or not painter.ticks:
            return
        for y, row in enumerate(self._list.rows[self._top : self._top + self.page], _HEADER):
            if painter.tick(self._key(row), row, context):
                self._stale = True
                self.refresh(Region(0, y, painter.ticking_end, 1))

    def move_to(self, key: str) -> bool:
        """Put the cursor on this row, as if the person had gone there; False where it is not shown."""
        index = self._list.index_of(key)
        if index is None:
            return False
        self._go(index)
        return True

    def clear_marks(self) -> None:
        """Unmark every row."""
        self._set_marks(())
        self._redraw()

    # Keys

    def action_move(self, step: int) -> None:
        """Move by lines, counted from what is painted."""
        beside = self._list.index_of(self._painted.beside(self._cursor_key, step))
        index = self._list.index_of(self._cursor_key)
        if beside is not None:
            self._go(beside)
        elif index is not None:
            self._go(index + step)

    def action_page(self, pages: float) -> None:
        """Move by pages, or parts of one."""
        index = self._list.index_of(self._cursor_key)
        if index is not None:
            step = round(self.page * pages)
            self._top += step
            self._go(index + step)

    def action_first(self) -> None:
        """Move to the first row."""
        self._go(0)

    def action_last(self) -> None:
        """Move to the last row."""
        self._go(len(self._list) - 1)

    def action_open(self) -> None:
        """Open the painted row."""
        key = self.painted_key_at_cursor()
        if key is not None:
            self.post_message(self.RowSelected(self, key))

    def action_mark(self) -> None:
        """Mark or unmark the painted row."""
        key = self.painted_key_at_cursor()
        if key is not None and self._list.index_of(key) is not None:
            self._set_marks(self._marks ^ {key})
            self._redraw()

    def action_mark_and_move(self, step: int) -> None:
        """Mark the painted row and move on."""
        key = self.painted_key_at_cursor()
        if key is not None and self._list.index_of(key) is not None:
            self._set_marks(self._marks | {key})
            self.action_move(step)
            self._redraw()

    def action_mark_range(self) -> None:
        """Remember this row; the second time, mark all rows from the remembered one to this."""
        here = self._list.index_of(self.painted_key_at_cursor())
        start = self._list.index_of(self._range_from)
        if here is None:
            return
        if start is None:
            self._range_from = self._list.key_at(here)
            self._set_marks(self._marks | {self._range_from})
        else:
            first, last = sorted((start, here))
            self._range_from = None
            self._set_marks(self._marks | set(self._list.keys(first, last + 1)))
        self._redraw()

    # Mouse

    def on_click(self, event: events.Click) -> None:
        """Go to the clicked row as it was painted; a click on the row under the cursor opens it."""
        line = event.y - _HEADER
        if not 0 <= line < len(self._painted.lines):
            return
        key = self._painted.lines[line]
        if key == self.painted_key_at_cursor():
            self.post_message(self.RowSelected(self, key))
        else:
            self.move_to(key)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll on; the cursor stays in view."""
        event.stop()
        self._scroll(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll back; the cursor stays in view."""
        event.stop()
        self._scroll(-_WHEEL)

    # Inside

    @property
    def page(self) -> int:
        """The number of rows in view."""
        return max(1, self.size.height - _HEADER)

    def _scroll(self, step: int) -> None:
        index = self._list.index_of(self._cursor_key)
        if index is not None:
            self._top = max(0, min(self._top + step, len(self._list) - self.page))
            self._go(max(self._top, min(index, self._top + self.page - 1)))

    def _go(self, index: int) -> None:
        """Move the cursor because the person said so."""
        if not len(self._list):
            return
        index = max(0, min(index, len(self._list) - 1))
        self._top = in_view(top=self._top, page=self.page, count=len(self._list), cursor=index)
        key = self._list.key_at(index)
        self._painted.moved(key)
        self._put_cursor(key)
        self._redraw()

    def _put_cursor(self, key: str | None) -> None:
        if key != self._cursor_key:
            self._cursor_key = key
            self.post_message(self.RowHighlighted(self, key))

    def _set_marks(self, marks: Iterable[str]) -> None:
        now = frozenset(marks)
        if now != self._marks:
            self._marks = now
            self.post_message(self.MarksChanged(self, now))

    def _redraw(self, *, everything: bool = False) -> None:
        """Ask for the lines that look different now to be painted."""
        before, self._lines = self._lines, self._view()
        self._stale = True
        if everything or self._painter is None:
            self.refresh()
            return
        changed = [
            y
            for y in range(max(len(before), len(self._lines)))
            if y >= len(before) or y >= len(self._lines) or not before[y].same(self._lines[y])
        ]
        if len(changed) > self.page // 2 or not before or not self._lines:
            self.refresh()
        elif changed:
            self.refresh(*[Region(0, y + _HEADER, self.size.width, 1) for y in changed])
        else:
            self._stale = repaint_pending(self)

    def _view(self) -> list[_Line]:
        rows, key = self._list.rows, self._key
        page = self.page
        bars = self._bars(page)
        return [
            _Line(row, (name := key(row)) == self._cursor_key, name in self._marks, bar)
            for row, bar in zip(rows[self._top : self._top + page], bars, strict=False)
        ]

    def _bars(self, page: int) -> list[str]:
        count = len(self._list)
        if count <= page:
            return [" "] * page
        size = max(1, page * page // count)
        start = round((page - size) * self._top / (count - page))
        thumb, track = self._glyphs.scroll_thumb, self._glyphs.scroll_track
        return [thumb if start <= y < start + size else track for y in range(page)]

    # Drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines of the last frame, or of a new one if this is the moment to show it."""
        frame = self._frame
        if frame is None or frame.size != self.size:
            self._lay_out()
            frame = self._frame = self._draw_frame()
            self._stale = False
        elif self._stale and not repaint_pending(self):
            frame = self._frame = self._draw_frame()
            self._stale = False
        elif self._stale:
            # Another widget is being drawn before ours is due: these lines will not reach the
            # screen, so they must not count as painted. Make sure that ours does come.
            self.call_later(self._nudge)
        if frame is not self._recorded and not getattr(self.app, "output_stalled", False):
            self._recorded = frame
            self._painted.painted(frame.keys, frame.cursor, ticks())
        strips = frame.strips[crop.y : crop.bottom]
        if crop.column_span != (0, self.size.width):
            strips = [strip.crop(crop.x, crop.right) for strip in strips]
        return strips

    def _nudge(self) -> None:
        if self._stale:
            self.refresh(Region(0, 0, 1, 1))

    def _draw_frame(self) -> _Frame:
        painter = self._painter or self._make_painter()
        looks = painter.looks
        focused = self.has_focus
        strips = [painter.header()]
        keys: list[str] = []
        for line in self._lines:
            row: RowT = line.row  # type: ignore[assignment]
            key = self._key(row)
            keys.append(key)
            painted = painter.row(key, row, self._render_context)
            strips.append(
                painter.strip(painted, cursor=line.cursor, focused=focused, marked=line.marked, bar=line.bar)
            )
        if not self._lines:
            strips.extend(looks.line((("  ", ""), *line)) for line in self._empty)
        blank = looks.line(())
        strips.extend([blank] * (self.size.height - len(strips)))
        painter.keep(keys)
        cursor = self._cursor_key if self._cursor_key in keys else None
        return _Frame(self.size, strips, tuple(keys), cursor)

    def _make_painter(self) -> RowPainter[RowT, ContextT]:
        _, background = self.background_colors
        base: Style = self.rich_style
        looks = Looks(
            palette_of(self.app), base, background, self._glyphs, self.get_line_filters(), self.size.width
        )
        self._painter = RowPainter(self._columns, looks)
        return self._painter

    def _lay_out(self) -> None:
        """Take up a new size, keeping the cursor in view."""
        index = self._list.index_of(self._cursor_key)
        if index is not None:
            self._top = in_view(top=self._top, page=self.page, count=len(self._list), cursor=index)
        self._painter = None
        self._lines = self._view()

    def _restyle(self, _theme: object = None) -> None:
        """Draw everything from the beginning: the theme, the width or the signs changed."""
        self._painter = None
        self._stale = True
        self._lines = self._view()
        self.refresh()

    def on_mount(self) -> None:
        """Follow changes of theme."""
        self.app.theme_changed_signal.subscribe(self, self._restyle)

    def on_focus(self) -> None:
        """Draw the cursor as one that keys act on."""
        self._redraw(everything=True)

    def on_blur(self) -> None:
        """Draw the cursor as one that keys do not act on."""
        self._redraw(everything=True)

    def notify_style_update(self) -> None:
        """Take up new colours."""
        super().notify_style_update()
        if self.is_mounted:
            self._restyle()
