"""A scrolling view of lines made elsewhere: timeline, runbook, roster, clocks, dialogs.

Each line is drawn once for a width and a theme and kept by what it says; telling the view the
same lines again costs a comparison.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip

from console.ui.glyphs import UNICODE, Glyphs
from console.ui.keys.bindings import bindings
from console.ui.keys.moves import MOVE_CALLS, MOVES
from console.ui.text import Span, fit_spans
from console.ui.widgets.linesstate import Line, LinesState
from console.ui.widgets.linewidget import Frame, LineWidget
from console.ui.widgets.looks import Looks

_WHEEL = 3
_KEPT = 2000


class LinesView(LineWidget, can_focus=True):
    """Lines that scroll. With ``wrap`` long ones are wrapped here, else cut with an ellipsis.

    Lines may belong to items (``set_lines`` with ``keys``), of one or several lines each. Where
    there are items, the movement keys move a cursor between them; else they scroll.
    """

    DEFAULT_CSS = """
    LinesView { height: 1fr; width: 1fr; }
    """
    BINDINGS = bindings(MOVES, MOVE_CALLS)

    @dataclass
    class Highlighted(Message):
        """The cursor is on another item."""

        view: LinesView
        key: str | None

        @property
        def control(self) -> LinesView:
            """The view."""
            return self.view

    @dataclass
    class Selected(Message):
        """An item was opened by enter or a second click."""

        view: LinesView
        key: str

        @property
        def control(self) -> LinesView:
            """The view."""
            return self.view

    @dataclass
    class WidthChanged(Message):
        """The view is ``width`` cells wide now; lines wrapped for another width are due again."""

        view: LinesView
        width: int

        @property
        def control(self) -> LinesView:
            """The view."""
            return self.view

    def __init__(
        self,
        lines: Sequence[Line] = (),
        *,
        wrap: bool = False,
        glyphs: Glyphs = UNICODE,
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(glyphs=glyphs, id=id, classes=classes)
        self._state = LinesState(self.painted, wrap=wrap)
        self._state.replace(lines, None)
        self._strips: dict[tuple[tuple[Span, ...], bool, bool], Strip] = {}

    # What others ask

    @property
    def cursor_key(self) -> str | None:
        """The item the cursor is on."""
        return self._state.cursor

    @property
    def text_width(self) -> int:
        """The cells a line has: one is kept for the scroll bar."""
        return max(1, self.size.width - 1)

    @property
    def plain(self) -> list[str]:
        """All lines without styles, wrapped as they are shown."""
        return [_plain(line) for line in self._state.lines]

    # What others say

    def set_lines(
        self, lines: Sequence[Line], keys: Sequence[str | None] | None = None, *, top: bool = False
    ) -> None:
        """Show these lines. The scroll position and the cursor's item stay, unless ``top``.

        ``keys`` names the item of each line, or None for lines of none.
        """
        with self._changing():
            self._state.replace(lines, keys)
            self._state.scroll(-self._state.top if top else 0)

    def move_to(self, key: str) -> bool:
        """Put the cursor on this item and bring it into view; False where it is not shown."""
        if key not in self._state.keys:
            return False
        with self._changing():
            self._state.go(key)
        return True

    def scroll_by(self, lines: int) -> None:
        """Scroll by lines; the cursor's item stays."""
        with self._changing():
            self._state.scroll(lines)

    # Keys

    def action_move(self, step: int) -> None:
        """Move to the next item, or scroll where there are none."""
        with self._changing():
            self._state.step(step)

    def action_page(self, pages: float) -> None:
        """Scroll by pages, or parts of one."""
        with self._changing():
            self._state.scroll(round(self.size.height * pages))

    def action_first(self) -> None:
        """Go to the beginning."""
        with self._changing():
            self._state.end(0)

    def action_last(self) -> None:
        """Go to the end."""
        with self._changing():
            self._state.end(-1)

    def action_open(self) -> None:
        """Open the painted item."""
        key = self.painted_key_at_cursor()
        if key is not None:
            self.post_message(self.Selected(self, key))

    # Mouse

    def on_click(self, event: events.Click) -> None:
        """Go to the clicked item as it was painted; a click on the cursor's item opens it."""
        key = self.painted.lines[event.y] if 0 <= event.y < len(self.painted.lines) else ""
        if key and key == self.painted_key_at_cursor():
            self.post_message(self.Selected(self, key))
        elif key:
            self.move_to(key)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll on."""
        event.stop()
        with self._changing():
            self._state.scroll(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll back."""
        event.stop()
        with self._changing():
            self._state.scroll(-_WHEEL)

    # Inside

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Change the state; then tell others and ask for what looks different to be painted."""
        state = self._state
        cursor, bar, before = state.cursor, state.bar(), state.view()
        yield
        if state.cursor != cursor:
            self.post_message(self.Highlighted(self, state.cursor))
        if state.bar() != bar:
            self.ask()
        else:
            pairs = enumerate(zip(before, state.view(), strict=True))
            self.ask_lines([y for y, (old, new) in pairs if old != new])

    def lay_out(self) -> None:
        """Take up a new size, theme or set of signs."""
        self._strips.clear()
        self._state.resize(self.text_width, self.size.height)

    def on_resize(self, event: events.Resize) -> None:
        """Say so, for those who make lines to measure."""
        self.post_message(self.WidthChanged(self, max(1, event.size.width - 1)))

    def draw(self, looks: Looks) -> Frame:
        """Return the frame as it should look now."""
        state, glyphs, focused = self._state, looks.glyphs, self.has_focus
        thumb = state.bar()
        if len(self._strips) > _KEPT:
            self._strips.clear()
        strips = []
        for y, (line, cursor) in enumerate(state.view()):
            sign = " " if not thumb else glyphs.scroll_thumb if y in thumb else glyphs.scroll_track
            strips.append(self._strip(looks, line, sign, (cursor, focused)))
        keys = tuple([key or "" for key in state.keys[state.top : state.top + state.page]])
        return Frame(self.size, strips, keys, state.cursor if state.cursor in keys else None)

    def _strip(self, looks: Looks, line: Line, sign: str, state: tuple[bool, bool]) -> Strip:
        base = looks.base
        cursor, focused = state
        if cursor:
            base += looks.palette.style("on cursor" if focused else "on cursor-blurred")
        if isinstance(line, Strip):
            body = line.apply_style(base).adjust_cell_length(looks.width - 1, base)
            return Strip.join([body, Strip([Segment(sign, base + looks.palette.style("scroll"))], 1)])
        spans = (*fit_spans(line, looks.width - 1, ellipsis=looks.glyphs.ellipsis), (sign, "scroll"))
        strip = self._strips.get((spans, *state))
        if strip is None:
            strip = self._strips[spans, cursor, focused] = looks.strip(spans, base)
        return strip


def _plain(line: Line) -> str:
    return line.text if isinstance(line, Strip) else "".join(text for text, _ in line)
