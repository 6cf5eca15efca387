"""Which panes are seen, for every size, focus and zoom."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.ui.screens.shape import LOWER, PANES, TABS, Mode, Shape, mode_of


@pytest.mark.parametrize(
    ("size", "mode"),
    [
        ((165, 42), Mode.WIDE),
        ((110, 30), Mode.WIDE),
        ((109, 50), Mode.NARROW),
        ((200, 29), Mode.NARROW),
        ((80, 24), Mode.NARROW),
        ((49, 24), Mode.TINY),
        ((40, 10), Mode.TINY),
        ((1, 1), Mode.TINY),
    ],
)
def test_modes(size: tuple[int, int], mode: Mode) -> None:
    assert mode_of(*size) is mode


steps = st.lists(
    st.one_of(
        st.tuples(st.just("focus"), st.sampled_from(PANES)),
        st.tuples(st.just("pane"), st.sampled_from((1, -1))),
        st.tuples(st.just("tab"), st.sampled_from((1, -1))),
        st.tuples(st.just("size"), st.tuples(st.integers(1, 200), st.integers(1, 60))),
        st.tuples(st.just("zoom"), st.none()),
    ),
    max_size=30,
)


@given(steps)
def test_what_has_the_focus_is_always_on_the_screen(walk: list[tuple[str, object]]) -> None:
    shape = Shape()
    for what, matter in walk:
        if what == "focus":
            shape = shape.focused(str(matter))
        elif what == "pane":
            shape = shape.next_pane(matter)  # type: ignore[arg-type]
        elif what == "tab":
            shape = shape.next_tab(matter)  # type: ignore[arg-type]
        elif what == "size":
            shape = shape.resized(*matter)  # type: ignore[misc]
        else:
            shape = replace(shape, zoomed=not shape.zoomed)
        assert shape.focus in shape.visible
        assert shape.lower in LOWER
        assert shape.tab in TABS


def test_tabs_go_round_through_panes_where_they_share_a_place() -> None:
    shape = Shape().resized(80, 24)
    seen = []
    for _ in range(7):
        seen.append((shape.lower, shape.tab))
        shape = shape.next_tab(1)
        assert shape.focus == "incidents"
    assert seen == [
        ("runbook", "timeline"),
        ("timeline", "timeline"),
        ("timeline", "alerts"),
        ("timeline", "tracks"),
        ("timeline", "links"),
        ("roster", "links"),
        ("clocks", "links"),
    ]
    assert shape.lower == "runbook"
    assert shape.focused("roster").next_tab(1).focus == "clocks"


def test_wide_tabs_are_the_timelines_only() -> None:
    shape = Shape().resized(165, 42)
    assert shape.next_tab(1).tab == "alerts"
    assert shape.next_tab(-1).tab == "links"
    assert shape.visible == frozenset(PANES)
