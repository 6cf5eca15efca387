from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from console.ui.widgets.painted import PaintedFrame
from console.ui.widgets.rowlist import RowList
from console.ui.widgets.tablestate import Bar, TableState


@dataclass(frozen=True)
class Row:
    id: str


def rows(names: str) -> list[Row]:
    return [Row(name) for name in names]


class Seen:
    """A table state and what a person sees of it: ``paint`` shows the present state."""

    def __init__(self, names: str, page: int = 5) -> None:
        self.painted = PaintedFrame()
        self.state: TableState[Row] = TableState(lambda row: row.id, self.painted)
        self.state.resize(page)
        self.clock = 0.0
        self.show(names)
        self.paint()

    def show(self, names: str) -> None:
        self.state.replace(rows(names))

    def paint(self) -> None:
        self.clock += 1.0
        keys = tuple(line.key for line in self.state.view())
        self.painted.painted(keys, self.state.cursor, self.clock)

    @property
    def visible(self) -> str:
        return "".join(line.key for line in self.state.view())


def test_the_cursor_stays_on_its_row() -> None:
    seen = Seen("abcdef")
    seen.state.go(2)
    seen.show("xyabcdef")
    assert seen.state.cursor == "c"
    seen.show("fedcba")
    assert seen.state.cursor == "c"


def test_the_cursor_goes_to_the_nearest_that_is_left() -> None:
    seen = Seen("abcdef")
    seen.state.go(2)
    seen.show("abdef")
    assert seen.state.cursor == "d"
    seen.show("ab")
    assert seen.state.cursor == "b"


def test_an_empty_list_has_no_cursor_and_a_new_one_starts_at_its_top() -> None:
    seen = Seen("abcdef")
    seen.show("")
    assert seen.state.cursor is None
    seen.show("xyz")
    assert seen.visible == "xyz"
    assert [line.cursor for line in seen.state.view()] == [True, False, False]


def test_the_first_row_has_no_special_meaning() -> None:  # peer bug B29: index 0 taken for "not found"
    seen = Seen("abc")
    assert seen.state.cursor == "a"
    seen.show("bca")
    assert seen.state.cursor == "a"


def test_a_list_at_its_top_shows_what_is_new_there() -> None:
    seen = Seen("abcdefghij")
    seen.state.go(1)
    seen.show("Xabcdefghij")
    assert seen.visible == "Xabcd"
    assert seen.state.cursor == "b"


def test_a_scrolled_list_keeps_the_cursor_on_its_line() -> None:
    seen = Seen("abcdefghij")
    seen.state.go(7)
    assert seen.visible == "defgh"
    seen.show("XYabcdefghij")
    assert seen.visible == "defgh"
    assert seen.state.cursor == "h"


def test_a_step_goes_to_the_row_that_was_painted_next() -> None:
    seen = Seen("abcd")
    seen.show("aXbcd")  # not painted yet
    seen.state.step(1)
    assert seen.state.cursor == "b"
    assert seen.painted.target == "b"


def test_an_action_before_the_next_frame_is_meant_for_the_painted_row() -> None:
    seen = Seen("abcd")
    seen.show("bcd")
    assert seen.state.cursor == "b"
    assert seen.painted.target == "a"
    seen.paint()
    assert seen.painted.target == "b"


def test_a_row_that_was_never_painted_is_no_target() -> None:
    seen = Seen("abcdefghij")
    seen.state.leaf(1)
    assert seen.state.cursor == "f"
    assert seen.painted.target is None
    seen.paint()
    assert seen.painted.target == "f"


def test_only_a_change_by_itself_counts_as_one() -> None:
    seen = Seen("abcd")
    before = seen.painted.changed_at
    seen.state.step(1)
    seen.paint()
    assert seen.painted.changed_at == before
    seen.show("acd")
    assert seen.painted.changed_at == before  # not painted yet
    seen.paint()
    assert seen.painted.changed_at == seen.clock
    seen.show("ac")
    seen.paint()
    assert seen.painted.changed_at == seen.clock - 1


def test_rows_that_left_are_not_marked() -> None:
    seen = Seen("abcd")
    seen.state.mark("bc")
    seen.show("acd")
    assert seen.state.marks == {"c"}
    seen.show("abcd")
    assert seen.state.marks == {"c"}


def test_marks_toggle_and_range() -> None:
    seen = Seen("abcdef")
    seen.state.toggle("b")
    seen.state.toggle("b")
    seen.state.toggle("zz")
    assert seen.state.marks == frozenset()
    seen.state.mark_range("e")
    seen.state.mark_range("c")
    assert seen.state.marks == set("cde")
    seen.state.unmark()
    assert seen.state.marks == frozenset()


def test_the_scroll_bar() -> None:
    seen = Seen("abcd")
    assert {line.bar for line in seen.state.view()} == {Bar.NONE}
    seen.show("abcdefghij" * 1)
    assert [line.bar for line in seen.state.view()][:2] == [Bar.THUMB, Bar.THUMB]
    seen.state.go(9)
    assert [line.bar for line in seen.state.view()][-2:] == [Bar.THUMB, Bar.THUMB]


def test_survivors_are_looked_for_onwards_first() -> None:
    def key(row: Row) -> str:
        return row.id

    assert RowList(rows("abcde"), key).survivor(2, RowList(rows("bd"), key)) == 1
    assert RowList(rows("abcde"), key).survivor(4, RowList(rows("bd"), key)) == 1
    assert RowList(rows("abc"), key).survivor(1, RowList(rows("xyz"), key)) is None


moves = st.one_of(
    st.tuples(
        st.just("show"),
        st.permutations("abcdefghijkl").flatmap(lambda p: st.integers(0, 12).map(lambda n: "".join(p[:n]))),
    ),
    st.tuples(st.just("step"), st.sampled_from([-1, 1])),
    st.tuples(st.just("leaf"), st.sampled_from([-1.0, 0.5, 1.0])),
    st.tuples(st.just("scroll"), st.integers(-4, 4)),
    st.tuples(st.just("go"), st.integers(-2, 14)),
    st.tuples(st.just("resize"), st.integers(1, 7)),
    st.tuples(st.just("paint"), st.none()),
)


@settings(deadline=None)
@given(st.lists(moves, max_size=30))
def test_whatever_happens(steps: list[tuple[str, Any]]) -> None:
    """The cursor is on a row in view; a target was painted and only a movement or a frame changes it."""
    seen = Seen("abcdefgh")
    for what, value in steps:
        target, painted = seen.painted.target, seen.painted.lines
        if what in {"show", "paint"}:
            seen.show(value) if what == "show" else seen.paint()
        else:
            getattr(seen.state, what)(value)
        view = seen.state.view()
        assert [line.key for line in view if line.cursor] == ([seen.state.cursor] if view else [])
        assert len(view) == min(seen.state.page, len(seen.state.list))
        if what in {"show", "resize"}:
            assert seen.painted.target == target
        assert seen.painted.target is None or seen.painted.target in seen.painted.lines
        if what == "step" and target is not None:
            line = painted.index(target) + value
            meant = painted[line] if 0 <= line < len(painted) else target
            assert seen.painted.target in {meant, None}
