from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.cli.output import complain, print_json, say, stamp, table
from console.domain.cells import cells, fitted


def test_no_control_code_gets_through(capsys: pytest.CaptureFixture[str]) -> None:
    say("a\x1b]0;title\x07b\x9bc\u202e\nsecond\r\x1b[2J")
    complain("one\x1b[31m\ntwo")
    out, err = capsys.readouterr()
    assert out.count("\n") == 3
    say("one\n  indented\n\nlast")
    assert capsys.readouterr().out == "one\n  indented\n\nlast\n"
    for text in (out, err):
        assert all(char == "\n" or char.isprintable() for char in text)
    assert err.startswith("one^[[31m\ntwo")


def test_json_is_plain_ascii(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"title": "\x1b]0;\u009b é \u202e"})
    assert capsys.readouterr().out.isascii()


def test_stamps_are_utc_with_a_z() -> None:
    moment = datetime(2026, 1, 5, 9, 0, 0, 5_000, tzinfo=timezone(timedelta(hours=7)))
    assert stamp(moment) == "2026-01-05T02:00:00.005Z"
    assert stamp(datetime(2026, 1, 5, tzinfo=UTC)) == "2026-01-05T00:00:00Z"
    assert stamp(None) is None


def test_a_table_gives_way_in_one_column() -> None:
    text = table([("INC-1", "x" * 50, "asha")], ("ID", "TITLE", "WHO"), 40, stretch=1)
    assert [cells(line) for line in text.split("\n")] == [39, 40]
    assert text.endswith("…  asha")
    whole = table([("INC-1", "x" * 50, "asha")], ("ID", "TITLE", "WHO"), None, stretch=1)
    assert "x" * 50 in whole


@given(
    st.lists(st.tuples(st.text(max_size=30), st.text(max_size=80), st.text(max_size=10)), max_size=5),
    st.integers(10, 120),
)
def test_a_table_never_is_wider_than_the_terminal(rows: list[tuple[str, str, str]], room: int) -> None:
    lines = table(rows, ("A", "B", "C"), room, stretch=1).split("\n")
    assert len(lines) == len(rows) + 1
    assert all(cells(line) <= room for line in lines)


@pytest.mark.parametrize(
    ("text", "size", "shown"),
    [
        ("abc", 5, "abc  "),
        ("abcdef", 4, "abc…"),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日… "),
        ("e\u0301x", 2, "e\u0301x"),
    ],
)
def test_cells_not_characters_are_counted(text: str, size: int, shown: str) -> None:
    assert fitted(text, size) == shown
    assert cells(shown) == size
