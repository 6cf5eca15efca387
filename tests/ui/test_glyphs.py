from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.ui.glyphs import ASCII, UNICODE, GlyphChoice, Glyphs, choose
from console.ui.text import width_of


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_every_sign_is_one_cell(glyphs: Glyphs) -> None:
    for field in fields(glyphs):
        value = getattr(glyphs, field.name)
        if field.name not in {"ascii_only", "bar_parts"}:
            assert width_of(value) == len(value) == 1, field.name
    assert glyphs.ascii_only is all(
        getattr(glyphs, field.name).isascii() for field in fields(glyphs) if field.name != "ascii_only"
    )


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_states_that_differ_look_different(glyphs: Glyphs) -> None:
    assert len({glyphs.firing, glyphs.acked, glyphs.snoozed, glyphs.cleared, glyphs.resolved}) == 5
    assert len({glyphs.live, glyphs.stale, glyphs.failed}) == 3
    assert len({glyphs.done, glyphs.skipped, glyphs.broken, glyphs.to_do, glyphs.here}) == 5


@settings(deadline=None)
@given(
    st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 40), st.sampled_from([UNICODE, ASCII])
)
def test_a_bar_is_as_wide_as_it_should_be(share: float, width: int, glyphs: Glyphs) -> None:
    full, track = glyphs.bar(share, width)
    assert len(full + track) == width
    assert bool(full) is (share > 0)
    assert share < 1 or not track


def test_bars() -> None:
    assert UNICODE.bar(0.5, 4) == ("██", "──")
    assert UNICODE.bar(0.001, 4) == ("▏", "───")
    assert ASCII.bar(0.5, 4) == ("##", "--")


@pytest.mark.parametrize(
    ("choice", "encoding", "chosen"),
    [
        ("auto", "utf-8", UNICODE),
        ("auto", "latin-1", ASCII),
        ("auto", "ascii", ASCII),
        ("auto", None, ASCII),
        ("auto", "no-such", ASCII),
        ("ascii", "utf-8", ASCII),
        ("unicode", "utf-8", UNICODE),
        ("unicode", "latin-1", ASCII),
    ],
)
def test_signs_that_cannot_be_written_are_not_chosen(
    choice: GlyphChoice, encoding: str | None, chosen: Glyphs
) -> None:
    assert choose(choice, encoding) is chosen
