"""The rows of a table: an immutable list in which a row is known by its key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Generic, TypeVar

RowT = TypeVar("RowT")


class RowList(Generic[RowT]):
    """Rows in order; finding one by key is made ready on the first question, once."""

    def __init__(self, rows: Sequence[RowT], key: Callable[[RowT], str]) -> None:
        self.rows = rows
        self._key = key
        self._places: dict[str, int] | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def key_at(self, index: int) -> str:
        """Return the key of the row at this index."""
        return self._key(self.rows[index])

    def keys(self, start: int, stop: int) -> tuple[str, ...]:
        """Return the keys of a slice."""
        return tuple([self._key(row) for row in self.rows[start:stop]])

    def index_of(self, key: str | None) -> int | None:
        """Return where the row with this key is, or None."""
        if key is None:
            return None
        if self._places is None:
            self._places = {self._key(row): index for index, row in enumerate(self.rows)}
        return self._places.get(key)

    def survivor(self, index: int, now: RowList[RowT]) -> int | None:
        """Return where, in ``now``, the nearest row to this list's ``index`` is: the next ones first."""
        for near in chain(range(index, len(self)), range(index - 1, -1, -1)):
            found = now.index_of(self.key_at(near))
            if found is not None:
                return found
        return None


def new_top(*, top: int, page: int, count: int, cursor: int, shift: int) -> int:
    """Return the first visible row after the rows changed, so that the eye loses as little as possible.

    ``shift``: how far the row under the cursor went. A list that stood at its top stays there
    (what is new and urgent appears at the top and must be seen); else the row under the cursor
    stays on its line. The cursor is always in view.
    """
    return in_view(top=top + shift if top > 0 else 0, page=page, count=count, cursor=cursor)


def in_view(*, top: int, page: int, count: int, cursor: int) -> int:
    """Return the first visible row nearest to ``top`` that has the cursor in view and no empty end."""
    page = max(1, page)
    top = max(cursor - page + 1, min(top, cursor))
    return max(0, min(top, count - page))
