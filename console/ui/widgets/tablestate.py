"""What a row table knows apart from drawing: rows, cursor, marks, and the part in view."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from console.ui.widgets.painted import PaintedFrame
from console.ui.widgets.rowlist import RowList, in_view, new_top

RowT = TypeVar("RowT")


class Bar(Enum):
    """The scroll bar's cell on one line."""

    NONE = "none"
    TRACK = "track"
    THUMB = "thumb"


@dataclass(frozen=True, slots=True)
class ViewLine(Generic[RowT]):
    """All that decides how one line of the view looks."""

    key: str
    row: RowT
    cursor: bool
    marked: bool
    bar: Bar

    def same(self, other: ViewLine[RowT]) -> bool:
        """Whether both look the same: the same row object in the same state."""
        return (
            self.row is other.row
            and self.cursor is other.cursor
            and self.marked is other.marked
            and self.bar is other.bar
        )


class TableState(Generic[RowT]):
    """Rows with a cursor that belongs to a key, never to a position."""

    def __init__(self, key: Callable[[RowT], str], painted: PaintedFrame) -> None:
        self._key = key
        self._painted = painted
        self._range_from: str | None = None
        self.list: RowList[RowT] = RowList((), key)
        self.cursor: str | None = None
        self.marks: frozenset[str] = frozenset()
        self.lost: frozenset[str] = frozenset()
        self.top = 0
        self.page = 1

    @property
    def index(self) -> int | None:
        """Where the cursor is."""
        return self.list.index_of(self.cursor)

    def replace(self, rows: Sequence[RowT]) -> None:
        """Take other rows. The cursor stays on its row, or goes to the nearest that is left."""
        before, self.list = self.list, RowList(rows, self._key)
        at = before.index_of(self.cursor)
        after = self.index
        if after is None and len(self.list):
            after = None if at is None else before.survivor(at, self.list)
            after = min(at or 0, len(self.list) - 1) if after is None else after
        self.cursor = None if after is None else self.list.key_at(after)
        if after is None:
            self.top = 0
        else:
            shift = 0 if at is None else after - at
            self.top = new_top(top=self.top, page=self.page, count=len(self.list), cursor=after, shift=shift)
        if not self._is_as_painted(before):
            self._painted.unsettle()
        if self.marks:
            gone = frozenset(key for key in self.marks if self.list.index_of(key) is None)
            self.marks, self.lost = self.marks - gone, self.lost | gone

    def resize(self, page: int) -> None:
        """Take another number of lines in view, keeping the cursor among them."""
        self.page = max(1, page)
        index = self.index
        if index is not None:
            self.top = in_view(top=self.top, page=self.page, count=len(self.list), cursor=index)

    # Movements of the person

    def go(self, index: int, *, sure: bool = False) -> None:
        """Move the cursor to this row, or the nearest there is; ``sure``: it is the one that was seen there."""
        if len(self.list):
            index = max(0, min(index, len(self.list) - 1))
            self.top = in_view(top=self.top, page=self.page, count=len(self.list), cursor=index)
            self.cursor = self.list.key_at(index)
        self._painted.moved(self.cursor, sure=sure)

    def step(self, lines: int) -> None:
        """Move by lines, counted from what is painted: the next row is the one seen to be next."""
        beside = self.list.index_of(self._painted.beside(self._painted.target, lines))
        if beside is not None:
            self.go(beside, sure=True)
        else:
            self.go((self.index or 0) + lines)

    def leaf(self, pages: float) -> None:
        """Move by pages, or parts of one, and the view with it."""
        lines = round(self.page * pages)
        self.top += lines
        self.go((self.index or 0) + lines)

    def scroll(self, lines: int) -> None:
        """Move the view; the cursor is taken along where it would leave it."""
        self.top = max(0, min(self.top + lines, len(self.list) - self.page))
        self.go(max(self.top, min(self.index or 0, self.top + self.page - 1)))

    # Marks

    def toggle(self, key: str | None) -> None:
        """Mark or unmark a row that is shown."""
        if self.list.index_of(key) is not None:
            self.marks ^= {str(key)}

    def mark(self, keys: Iterable[str]) -> None:
        """Mark these rows too."""
        self.marks |= frozenset(keys)

    def mark_all(self) -> None:
        """Mark every row that is shown; where all are, unmark them."""
        every = frozenset(map(self._key, self.list.rows))
        if self.marks == every:
            self.unmark()
        else:
            self.marks = every

    def mark_range(self, key: str | None) -> None:
        """Mark this row and remember it; the second time, mark all from the remembered one to this."""
        here = self.list.index_of(key)
        if here is None:
            return
        start = self.list.index_of(self._range_from)
        if start is None:
            self._range_from = key
            start = here
        else:
            self._range_from = None
        self.mark(self.list.keys(min(start, here), max(start, here) + 1))

    def unmark(self) -> None:
        """Unmark every row."""
        self.marks = self.lost = frozenset()
        self._range_from = None

    # What to draw

    def view(self) -> list[ViewLine[RowT]]:
        """Return the lines in view, top to bottom."""
        rows = self.list.rows[self.top : self.top + self.page]
        return [
            ViewLine(key, row, key == self.cursor, key in self.marks, bar)
            for row, bar in zip(rows, self._bars(), strict=False)
            for key in (self._key(row),)
        ]

    def _is_as_painted(self, before: RowList[RowT]) -> bool:
        """Whether the rows on the screen still follow each other as they do there, also beyond its edges.

        A row that appears just outside the view counts: the next movement would come to it.
        """
        lines = self._painted.lines
        places = [self.list.index_of(key) for key in lines]
        first = places[0] if places else 0
        if first is None or places != list(range(first, first + len(places))):
            return False
        return not lines or _edges(before, lines) == _edges(self.list, lines)

    def _bars(self) -> list[Bar]:
        count, page = len(self.list), self.page
        if count <= page:
            return [Bar.NONE] * page
        size = max(1, page * page // count)
        start = round((page - size) * self.top / (count - page))
        return [Bar.THUMB if start <= y < start + size else Bar.TRACK for y in range(page)]


def _edges(rows: RowList[RowT], lines: Sequence[str]) -> tuple[str | None, str | None]:
    """Return the keys of the rows just before and just after these, which stand in the list in this order."""
    first, last = rows.index_of(lines[0]), rows.index_of(lines[-1])
    above = rows.key_at(first - 1) if first else None
    below = rows.key_at(last + 1) if last is not None and last + 1 < len(rows) else None
    return above, below
