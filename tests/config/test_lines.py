from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from console.config.lines import Path, lines_of, written_at

TEXT = '''\
# a comment with [brackets] and "quotes
title = "a \\" # not a comment"   # a comment
[me]
id = 'as#ha'
a.b."c d".e = 1

[store]   # [not.a.table]
text = """
[not] a = table
\\""" still
"""
raw = \'\'\'
it's ''
\'\'\'

[[sources]]
name = "one"
options = { url = "x", deep = { er = [1, 2] }, "quoted.key" = 1979-05-27 07:32:00 }
[[sources]]
name = "two"
list = [
  "a", # first
  "b",

  { here = true },

] # end
  [sources.tls]
  ca = "f"
  [[sources.peers]]
  url = "p1"
  [[sources.peers]]
  url = "p2"
  [sources.peers.deep.er]
  x = 1
[ "odd" . name ]
y = [[1, 2], [
3]]
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("me",), 3),
        (("me", "id"), 4),
        (("me", "a"), 5),
        (("me", "a", "b", "c d", "e"), 5),
        (("store", "text"), 8),
        (("store", "raw"), 12),
        (("sources",), 16),
        (("sources", 0), 16),
        (("sources", 0, "options", "deep", "er", 1), 18),
        (("sources", 0, "options", "quoted.key"), 18),
        (("sources", 1), 19),
        (("sources", 1, "name"), 20),
        (("sources", 1, "list"), 21),
        (("sources", 1, "list", 0), 22),
        (("sources", 1, "list", 1), 23),
        (("sources", 1, "list", 2, "here"), 25),
        (("sources", 1, "tls", "ca"), 29),
        (("sources", 1, "peers", 0, "url"), 31),
        (("sources", 1, "peers", 1, "url"), 33),
        (("sources", 1, "peers", 1, "deep", "er", "x"), 35),
        (("odd", "name"), 36),
        (("odd", "name", "y", 1, 0), 38),
    ],
)
def test_finds_the_line(path: Path, line: int) -> None:
    assert lines_of(TEXT)[path] == line


def test_the_example_is_valid_toml() -> None:
    assert tomllib.loads(TEXT)["sources"][1]["peers"][1]["deep"]["er"]["x"] == 1


def test_the_nearest_line_stands_for_what_is_not_written() -> None:
    lines = lines_of(TEXT)
    assert written_at(lines, ("sources", 1, "tls", "cert")) == 28
    assert written_at(lines, ("sources", 0, "url")) == 16
    assert written_at(lines, ("rotations", 0)) is None
    assert written_at(lines, ()) is None


def paths(value: Any, prefix: Path = ()) -> Iterator[Path]:
    if prefix:
        yield prefix
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*prefix, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths(inner, (*prefix, index))


_text = st.text(st.characters(codec="utf-8"), max_size=12)
_value = st.recursive(
    st.one_of(st.booleans(), st.integers(-(2**40), 2**40), _text, st.floats(allow_nan=False), st.datetimes()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_text, inner, max_size=4)),
    max_leaves=20,
)


@given(st.dictionaries(_text, _value, max_size=5), st.booleans())
def test_every_key_of_any_document_has_a_line(document: dict[str, Any], multiline: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    text = tomli_w.dumps(document, multiline_strings=multiline)
    lines = lines_of(text)
    assert set(paths(tomllib.loads(text))) == set(lines)
    height = text.count("\n") + 1
    assert all(1 <= line <= height for line in lines.values())
