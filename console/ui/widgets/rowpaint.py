"""Rows turned into strips: the drawing half of ``RowTable``.

An unchanged row gives the *same* ``Strip`` object again, so that Textual's caches (the cut
pieces, the ANSI codes) stay warm; that is what makes scrolling a long list cheap.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from textual.strip import Strip

from console.ui.text import Span, Spans, fit_spans, width_of
from console.ui.widgets.columns import TAIL_FROM, Column, Placed, place
from console.ui.widgets.looks import Looks
from console.ui.widgets.tablestate import Bar, ViewLine

RowT = TypeVar("RowT")
ContextT = TypeVar("ContextT")

GUTTER = 2
"""Cells before the first column: the cursor's sign and the mark's."""

_GAP = 1
_TAIL_GAP = 2


State = tuple[bool, bool, bool, Bar]
"""Under the cursor, focused, marked, the scroll bar's cell."""


class PaintedRow(Generic[RowT]):
    """A row with its cells fitted and the strips drawn from them so far."""

    __slots__ = ("cells", "row", "strips", "ticking")

    def __init__(self, row: RowT, cells: list[list[Span]], ticking: dict[int, Spans]) -> None:
        self.row = row
        self.cells = cells
        self.ticking = ticking
        self.strips: dict[State, Strip] = {}


class RowPainter(Generic[RowT, ContextT]):
    """Draws rows of one layout in one look; a new one is made when either changes."""

    def __init__(self, columns: Sequence[Column[RowT, ContextT]], looks: Looks) -> None:
        self.looks = looks
        self.placed: tuple[Placed[RowT, ContextT], ...] = place(columns, looks.width - GUTTER - 1, _GAP)
        ticking = [placed for placed in self.placed if placed.column.ticking]
        self.ticking_end = GUTTER + max((placed.x + placed.width for placed in ticking), default=0)
        self.ticks = bool(ticking)
        self._cache: dict[str, PaintedRow[RowT]] = {}
        self._header: Strip | None = None

    def _row(self, key: str, row: RowT, context: ContextT) -> PaintedRow[RowT]:
        """Return the drawing of a row, the one of before where the row is the same object."""
        painted = self._cache.get(key)
        if painted is None or painted.row is not row:
            painted = self._cache[key] = self._draw(row, context)
        return painted

    def tick(self, key: str, row: RowT, context: ContextT) -> bool:
        """Draw the ticking cells of a row again; True where any looks different now."""
        painted = self._cache.get(key)
        if painted is None or painted.row is not row:
            return True
        changed = False
        for index, before in painted.ticking.items():
            placed = self.placed[index]
            spans = placed.column.render(row, context)
            if spans != before:
                painted.ticking[index] = spans
                painted.cells[index] = self._fit(placed, spans)
                changed = True
        if changed:
            painted.strips.clear()
        return changed

    def keep(self, keys: Sequence[str]) -> None:
        """Forget rows that are no longer near the view."""
        if len(self._cache) > 4 * len(keys) + 50:
            cache = self._cache
            self._cache = {key: cache[key] for key in keys if key in cache}

    def forget(self) -> None:
        """Forget every row: what their cells say has changed."""
        self._cache.clear()

    def strip(self, line: ViewLine[RowT], context: ContextT, *, focused: bool) -> Strip:
        """Return the strip of a line of the view, the same object where nothing about it changed."""
        painted = self._row(line.key, line.row, context)
        state = (line.cursor, focused, line.marked, line.bar)
        strip = painted.strips.get(state)
        if strip is None:
            strip = painted.strips[state] = self._compose(painted, state)
        return strip

    def header(self) -> Strip:
        """Return the line of column titles."""
        if self._header is None:
            cells = [self._fit(placed, ((placed.column.title, ""),)) for placed in self.placed]
            titles = [("  ", ""), *self._join(cells, " ")]
            spans = [(text, "header") for text, _ in titles]
            self._header = self.looks.strip(spans, self.looks.base)
        return self._header

    def _draw(self, row: RowT, context: ContextT) -> PaintedRow[RowT]:
        drawn = [placed.column.render(row, context) for placed in self.placed]
        cells = [self._fit(placed, spans) for placed, spans in zip(self.placed, drawn, strict=True)]
        for i, placed in enumerate(self.placed):
            if placed.column.tail is not None:
                cells[i] = self._with_tail(placed, drawn[i], placed.column.tail(row, context)) or cells[i]
        ticking = {i: drawn[i] for i, placed in enumerate(self.placed) if placed.column.ticking}
        return PaintedRow(row, cells, ticking)

    def _fit(self, placed: Placed[RowT, ContextT], spans: Spans) -> list[Span]:
        return fit_spans(spans, placed.width, placed.column.align, self.looks.glyphs.ellipsis)

    def _with_tail(
        self, placed: Placed[RowT, ContextT], spans: Spans, forms: tuple[Spans, ...]
    ) -> list[Span] | None:
        """Return the cell with the first form that fits behind it; None where none does."""
        ellipsis = self.looks.glyphs.ellipsis
        used = sum(width_of(text) for text, _ in spans)
        for tail in forms:
            room = placed.width - _TAIL_GAP - sum(width_of(text) for text, _ in tail)
            if used <= room or room >= placed.width * TAIL_FROM:
                head = fit_spans(spans, min(used, room), ellipsis=ellipsis)
                return fit_spans((*head, (" " * _TAIL_GAP, ""), *tail), placed.width, ellipsis=ellipsis)
        return None

    def _compose(self, painted: PaintedRow[RowT], state: State) -> Strip:
        cursor, focused, marked, bar = state
        looks = self.looks
        glyphs = looks.glyphs
        base = looks.base
        if cursor:
            base += looks.palette.style("on cursor" if focused else "on cursor-blurred")
        signs: list[Span] = [
            (glyphs.cursor if cursor else " ", "cursor-sign"),
            (glyphs.mark if marked else " ", "mark"),
        ]
        thumb = {Bar.NONE: " ", Bar.TRACK: glyphs.scroll_track, Bar.THUMB: glyphs.scroll_thumb}[bar]
        return looks.strip(signs + self._join(painted.cells, thumb), base)

    def _join(self, cells: Sequence[list[Span]], last: str) -> list[Span]:
        """Return the cells in their places with the gaps between, and the last cell of the line."""
        spans: list[Span] = []
        at = 0
        for placed, cell in zip(self.placed, cells, strict=True):
            spans.append((" " * (placed.x - at), ""))
            spans.extend(cell)
            at = placed.x + placed.width
        spans.append((" " * (self.looks.width - GUTTER - at - 1), ""))
        spans.append((last, "scroll"))
        return spans
