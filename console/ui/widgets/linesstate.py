"""What a view of lines knows apart from drawing: the lines, the items they belong to, the part in view."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip

from console.ui.text import Spans, wrap_spans
from console.ui.widgets.painted import PaintedFrame
from console.ui.widgets.rowlist import in_view

Line = Spans | Strip
"""One line: styled words, or a strip drawn elsewhere (its own colours stay)."""


class LinesState:
    """Lines with a scroll position and, where lines belong to items, a cursor on one of them."""

    def __init__(self, painted: PaintedFrame, *, wrap: bool) -> None:
        self._painted = painted
        self._wrap = wrap
        self._told: tuple[Line, ...] = ()
        self._told_keys: tuple[str | None, ...] = ()
        self._width = 0
        self.lines: tuple[Line, ...] = ()
        self.keys: tuple[str | None, ...] = ()
        self.cursor: str | None = None
        self.top = 0
        self.page = 0

    def replace(self, lines: Sequence[Line], keys: Sequence[str | None] | None) -> bool:
        """Take other lines; False where they are the ones we have."""
        told = tuple(lines)
        told_keys = (None,) * len(told) if keys is None else tuple(keys)
        if (told, told_keys) == (self._told, self._told_keys):
            return False
        self._told, self._told_keys = told, told_keys
        self._arrange()
        if self.cursor is None or self.cursor not in self.keys:
            self.cursor = next((key for key in self.keys if key), None)
        return True

    def resize(self, width: int, page: int) -> None:
        """Take another size; ``width`` is what a line of text has."""
        self._width, self.page = width, page
        self._arrange()

    @property
    def items(self) -> list[str]:
        """The items, top to bottom."""
        return list(dict.fromkeys(key for key in self.keys if key))

    def go(self, key: str) -> None:
        """Put the cursor on this item; as much of it as possible is in view, its first line always."""
        self.cursor = key
        self._painted.moved(key, sure=True)
        first = self.keys.index(key)
        last = len(self.keys) - 1 - self.keys[::-1].index(key)
        for line in (last, first):
            self.top = in_view(top=self.top, page=self.page, count=len(self.lines), cursor=line)

    def step(self, steps: int) -> None:
        """Go to the item that many further; past the last one, and where there are none, scroll."""
        items = self.items
        at = items.index(self.cursor) + steps if self.cursor in items else -1
        if 0 <= at < len(items):
            self.go(items[at])
        else:
            self.scroll(steps)

    def scroll(self, lines: int) -> None:
        """Move the view."""
        self.top = max(0, min(self.top + lines, len(self.lines) - self.page))

    def end(self, place: int) -> None:
        """Go to the first (0) or the last (-1) item and line."""
        items = self.items
        if items:
            self.go(items[place])
        self.top = 0 if place == 0 else len(self.lines)
        self.scroll(0)

    def view(self) -> list[tuple[Line, bool]]:
        """Return what each line of the view shows, and whether the cursor is on it."""
        here = slice(self.top, self.top + self.page)
        lines: list[tuple[Line, bool]] = [
            (line, key is not None and key == self.cursor)
            for line, key in zip(self.lines[here], self.keys[here], strict=True)
        ]
        return lines + [((), False)] * (self.page - len(lines))

    def bar(self) -> range:
        """Return the lines of the scroll bar's thumb; empty where all is in view."""
        count, page = len(self.lines), self.page
        if count <= page or page <= 0:
            return range(0)
        size = max(1, page * page // count)
        start = round((page - size) * self.top / (count - page))
        return range(start, start + size)

    def _arrange(self) -> None:
        self.lines, self.keys = self._told, self._told_keys
        if self._wrap and self._width:
            lines: list[Line] = []
            keys: list[str | None] = []
            for line, key in zip(self._told, self._told_keys, strict=True):
                pieces = [line] if isinstance(line, Strip) else wrap_spans(line, self._width)
                lines += pieces
                keys += [key] * len(pieces)
            self.lines, self.keys = tuple(lines), tuple(keys)
        self.scroll(0)
