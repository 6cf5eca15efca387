from __future__ import annotations

import unicodedata

import pytest
import wcwidth
from hypothesis import given, settings
from hypothesis import strategies as st

from console.ui.text import clean, crop, fit, fit_spans, width_of, wrap, wrap_spans

HELL = [
    "plain",
    "[/] [@click=app.quit]x[/] [link='evil']",
    "日本語のタイトル",
    "e\u0301\u0302\u0303" * 30,
    "\x1b]52;c;ZXZpbA==\x07 \x1b[2J \x9b31m",
    "שלום עולם مرحبا",
    "\u202eevil\u202c \u2066x\u2069",
    "👩\u200d👩\u200d👧\u200d👦 👍🏽 🇮🇩 ❤\ufe0f",
    "a\nb\tc\r\nd\u2028e",
    "\u200b\u200d\ufeff",
    "x" * 10_000,
    "界" * 10_000,
    "\ud800 \U000e0041",
    "",
]

texts = st.one_of(st.sampled_from(HELL), st.text(max_size=60))


@settings(deadline=None)
@given(texts, st.integers(0, 40), st.sampled_from(["left", "right", "center"]))
def test_a_cell_is_always_exactly_as_wide_as_it_should_be(text: str, width: int, align: str) -> None:
    fitted = fit(text, width, align)  # type: ignore[arg-type] # one of the three
    assert width_of(fitted) == width
    assert sum(map(wcwidth.wcwidth, fitted)) == width  # somebody else's table, as terminals have


@settings(deadline=None)
@given(texts)
def test_what_is_drawn_has_no_controls_and_nothing_invisible(text: str) -> None:
    drawn = clean(text)
    assert not any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in drawn)
    assert clean(drawn) == drawn


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("a[/]b", "a[/]b"),
        ("\x1b[2J", "\N{REPLACEMENT CHARACTER}[2J"),
        ("one\ntwo", "one two"),
        ("🇮🇩", "ID"),
        ("👍🏽", "👍"),
        ("\u202eabc", "abc"),
    ],
)
def test_how_odd_text_is_drawn(text: str, drawn: str) -> None:
    assert clean(text) == drawn


def test_what_is_too_long_says_so() -> None:
    assert fit("HighErrorRate", 8) == "HighErr…"
    assert fit("日本語", 4) == "日… "
    assert fit("abcdef", 3, ellipsis="~") == "ab~"
    assert fit("x" * 10_000, 5) == "xxxx…"
    assert fit("abc", 1) == "…"


def test_spans_keep_their_styles_and_are_cut_from_the_end() -> None:
    assert fit_spans((("P1", "red"), (" down", "bold")), 9) == [("P1", "red"), (" down", "bold"), ("  ", "")]
    assert fit_spans((("P1", "red"), (" down", "bold")), 5) == [("P1", "red"), (" d", "bold"), ("…", "bold")]
    assert fit_spans((("9", "x"),), 3, "right") == [("  ", ""), ("9", "x")]


def test_a_wide_character_is_never_halved() -> None:
    assert crop("a界b", 2) == "a"
    assert crop("a界b", 3) == "a界"


@settings(deadline=None)
@given(st.text(alphabet="ab 界\n", max_size=80), st.integers(1, 20))
def test_wrapping_loses_nothing_but_blanks_and_fits(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert lines
    assert all(width_of(line) <= max(2, width) for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "").replace("\n", "")


def test_wrapping_breaks_at_blanks() -> None:
    assert wrap("open the error dashboard", 10) == ["open the", "error", "dashboard"]
    assert wrap("a\n\nb", 10) == ["a", "", "b"]


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(alphabet="ab 界", max_size=20), st.sampled_from(["", "dim"])), max_size=5))
def test_wrapped_spans_fit_and_keep_every_letter(spans: list[tuple[str, str]]) -> None:
    lines = wrap_spans(tuple(spans), 12, 3)
    assert all(sum(width_of(text) for text, _ in line) <= 12 for line in lines)
    letters = [(letter, style) for text, style in spans for letter in text if letter != " "]
    assert [
        (letter, style) for line in lines for text, style in line for letter in text if letter != " "
    ] == letters


def test_wrapped_spans_are_indented_after_the_first_line() -> None:
    lines = wrap_spans((("21:14 ", "dim"), ("alerts joined the incident", "")), 16, 6)
    assert ["".join(text for text, _ in line) for line in lines] == [
        "21:14 alerts",
        "      joined the",
        "      incident",
    ]
