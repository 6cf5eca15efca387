"""Columns of a row table: what they show and how they share a width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from console.ui.text import Align, Spans

RowT = TypeVar("RowT")
ContextT = TypeVar("ContextT")

TAIL_FROM = 0.6
"""Share of a cell that a tail leaves to what stands before it."""


# No slots: on Python 3.11 a frozen, slotted, generic class cannot be made as ``Column[Row, Now](...)``.
@dataclass(frozen=True)
class Column(Generic[RowT, ContextT]):
    """One column.

    ``width`` cells are fixed; with ``flex`` above 0 it is the least width and the column takes a
    share of what is left. ``drop`` says which go first when the room is short: the highest
    number first, 0 never. ``ticking``: the cell depends on the time in the context, so
    ``RowTable.tick`` draws it again; every other cell may only depend on the row and on what
    ``RowTable.set_rows`` was told. ``tail`` gives forms, from most words to fewest: the first that
    fits whole is said behind the cell, for which the cell is cut to no less than ``TAIL_FROM`` of
    its width; where none fits none is said.
    """

    id: str
    title: str
    width: int
    render: Callable[[RowT, ContextT], Spans]
    align: Align = "left"
    flex: int = 0
    drop: int = 0
    ticking: bool = False
    tail: Callable[[RowT, ContextT], tuple[Spans, ...]] | None = None


@dataclass(frozen=True)
class Placed(Generic[RowT, ContextT]):
    """A column with its place: the first cell and the number of cells."""

    column: Column[RowT, ContextT]
    x: int
    width: int


def place(
    columns: Sequence[Column[RowT, ContextT]], width: int, gap: int = 1
) -> tuple[Placed[RowT, ContextT], ...]:
    """Return the columns that fit in ``width`` cells, in their order, with their places.

    Columns are dropped by their ``drop`` number until the least widths fit; what is left goes to
    the flexible ones by weight. Columns that may never be dropped are cut at the edge.
    """
    kept = list(columns)
    while kept and _least(kept, gap) > width:
        last = max(kept, key=lambda column: column.drop)
        if last.drop == 0:
            break
        kept.remove(last)
    spare = max(0, width - _least(kept, gap))
    weight = sum(column.flex for column in kept)
    placed: list[Placed[RowT, ContextT]] = []
    x = 0
    for column in kept:
        cells = column.width
        if column.flex:
            share = spare * column.flex // weight
            spare, weight = spare - share, weight - column.flex
            cells += share
        cells = min(cells, width - x)
        if cells <= 0:
            break
        placed.append(Placed(column, x, cells))
        x += cells + gap
    return tuple(placed)


def _least(columns: Sequence[Column[RowT, ContextT]], gap: int) -> int:
    return sum(column.width for column in columns) + gap * max(0, len(columns) - 1)
