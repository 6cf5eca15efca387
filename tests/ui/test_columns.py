from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from console.ui.widgets.columns import Column, place


def column(name: str, width: int, flex: int = 0, drop: int = 0) -> Column[str, None]:
    return Column(name, name.upper(), width, lambda row, _: ((row, ""),), flex=flex, drop=drop)


COLUMNS = (
    column("p", 4),
    column("state", 9, drop=3),
    column("service", 10, drop=2),
    column("title", 20, flex=1),
    column("owner", 6, drop=4),
)


def names(width: int) -> list[str]:
    return [placed.column.id for placed in place(COLUMNS, width)]


def test_all_columns_where_there_is_room() -> None:
    placed = place(COLUMNS, 80)
    assert [item.column.id for item in placed] == ["p", "state", "service", "title", "owner"]
    assert [item.x for item in placed] == [0, 5, 15, 26, 74]
    assert placed[3].width == 47


def test_columns_go_in_their_order_and_the_title_keeps_its_cells() -> None:
    assert names(53) == ["p", "state", "service", "title", "owner"]
    assert names(52) == ["p", "state", "service", "title"]
    assert names(45) == ["p", "service", "title"]
    assert names(30) == ["p", "title"]
    for width in range(25, 200):
        assert next(item.width for item in place(COLUMNS, width) if item.column.id == "title") >= 20


def test_what_may_not_be_dropped_is_cut() -> None:
    assert [(item.column.id, item.width) for item in place(COLUMNS, 12)] == [("p", 4), ("title", 7)]
    assert [(item.column.id, item.width) for item in place(COLUMNS, 3)] == [("p", 3)]
    assert place(COLUMNS, 0) == ()


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 30), st.integers(0, 3), st.integers(0, 5)), max_size=8),
    st.integers(0, 200),
)
def test_columns_never_overlap_nor_leave_the_width(shape: list[tuple[int, int, int]], width: int) -> None:
    columns = [column(f"c{n}", cells, flex, drop) for n, (cells, flex, drop) in enumerate(shape)]
    placed = place(columns, width)
    end = -1
    for item in placed:
        assert item.width > 0
        assert item.x == end + 1
        end = item.x + item.width
    assert end <= max(width, 0)
    if any(item.column.flex for item in placed) and len(placed) == len(columns):
        assert end == width
