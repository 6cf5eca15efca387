"""Rows turned into strips: the drawing half of ``RowTable``.

An unchanged row gives the *same* ``Strip`` object again, so that Textual's caches (the cut
pieces, the ANSI codes) stay warm; that is what makes scrolling a long list cheap.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.strip import Strip

from console.ui.glyphs import Glyphs
from console.ui.palette import Palette
from console.ui.text import Span, Spans, fit_spans
from console.ui.widgets.columns import Column, Placed, place

RowT = TypeVar("RowT")
ContextT = TypeVar("ContextT")

GUTTER = 2
"""Cells before the first column: the cursor's sign and the mark's."""

_GAP = 1


class Looks:
    """What all rows share: colours, signs, width and the app's line filters."""

    def __init__(
        self,
        palette: Palette,
        base: Style,
        background: Color,
        glyphs: Glyphs,
        filters: Sequence[LineFilter],
        width: int,
    ) -> None:
        self.palette = palette
        self.base = base
        self.glyphs = glyphs
        self.width = width
        self._background = background
        self._filters = filters

    def strip(self, spans: Sequence[Span], base: Style) -> Strip:
        """Return spans that fill the width exactly as a strip."""
        style = self.palette.style
        segments = [Segment(text, base + style(words)) for text, words in spans if text]
        strip = Strip(segments, self.width)
        for line_filter in self._filters:
            strip = strip.apply_filter(line_filter, self._background)
        return strip

    def line(self, spans: Spans) -> Strip:
        """Return any spans as one line, padded or cut to the width."""
        return self.strip(fit_spans(spans, self.width, ellipsis=self.glyphs.ellipsis), self.base)


class PaintedRow(Generic[RowT]):
    """A row with its cells fitted and the strips drawn from them so far."""

    __slots__ = ("cells", "row", "strips", "ticking")

    def __init__(self, row: RowT, cells: list[list[Span]], ticking: dict[int, Spans]) -> None:
        self.row = row
        self.cells = cells
        self.ticking = ticking
        self.strips: dict[tuple[bool, bool, bool, str], Strip] = {}


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

    def row(self, key: str, row: RowT, context: ContextT) -> PaintedRow[RowT]:
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

    def strip(
        self, painted: PaintedRow[RowT], *, cursor: bool, focused: bool, marked: bool, bar: str
    ) -> Strip:
        """Return the strip of a row in this state; ``bar`` is the scroll bar's cell."""
        state = (cursor, focused, marked, bar)
        strip = painted.strips.get(state)
        if strip is None:
            strip = painted.strips[state] = self._compose(painted, *state)
        return strip

    def header(self) -> Strip:
        """Return the line of column titles."""
        if self._header is None:
            cells = [self._fit(placed, ((placed.column.title, ""),)) for placed in self.placed]
            spans = [(text, "header") for text, _ in self._join(cells, "  ", " ")]
            self._header = self.looks.strip(spans, self.looks.base)
        return self._header

    def _draw(self, row: RowT, context: ContextT) -> PaintedRow[RowT]:
        drawn = [placed.column.render(row, context) for placed in self.placed]
        cells = [self._fit(placed, spans) for placed, spans in zip(self.placed, drawn, strict=True)]
        ticking = {i: drawn[i] for i, placed in enumerate(self.placed) if placed.column.ticking}
        return PaintedRow(row, cells, ticking)

    def _fit(self, placed: Placed[RowT, ContextT], spans: Spans) -> list[Span]:
        return fit_spans(spans, placed.width, placed.column.align, self.looks.glyphs.ellipsis)

    def _compose(
        self, painted: PaintedRow[RowT], cursor: bool, focused: bool, marked: bool, bar: str
    ) -> Strip:
        looks = self.looks
        base = looks.base
        if cursor:
            base += looks.palette.style("on cursor" if focused else "on cursor-blurred")
        sign = looks.glyphs.cursor if cursor else " "
        mark = looks.glyphs.mark if marked else " "
        spans = self._join(painted.cells, "", bar)
        spans[0:0] = [(sign, "cursor-sign"), (mark, "mark")]
        return looks.strip(spans, base)

    def _join(self, cells: Sequence[list[Span]], before: str, bar: str) -> list[Span]:
        """Return the cells in their places, the gap between them, and the scroll bar's cell at the end."""
        spans: list[Span] = [(before, "")]
        at = 0
        for placed, cell in zip(self.placed, cells, strict=True):
            if placed.x > at:
                spans.append((" " * (placed.x - at), ""))
            spans.extend(cell)
            at = placed.x + placed.width
        spans.append((" " * (self.looks.width - GUTTER - at - 1), ""))
        spans.append((bar, "scroll"))
        return spans
