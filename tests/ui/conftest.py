"""What makes the screen's tests repeatable: no animation, no blinking, no user folders."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

os.environ["TEXTUAL_ANIMATIONS"] = "none"  # read when textual is imported
os.environ.pop("NO_COLOR", None)

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.tokenize import tokenize_values
from textual.css.tokenizer import Token

from console.ui.themes import load

_PARSED: dict[tuple[object, ...], list[RuleSet]] = {}


def _parsed_once(parse: Callable[..., list[RuleSet]]) -> Callable[..., list[RuleSet]]:
    def parse_rules(sheet: Stylesheet, css: str, **how: Any) -> list[RuleSet]:
        key = (css, *sorted(how.items()), id(sheet._variable_tokens))  # those are kept: see below
        if key not in _PARSED:
            _PARSED[key] = parse(sheet, css, **how)
        return _PARSED[key]

    return parse_rules


_Tokens = Callable[[dict[str, str]], dict[str, list[Token]]]


def _tokens_once(tokenize: _Tokens) -> _Tokens:
    kept: dict[tuple[tuple[str, str], ...], dict[str, list[Token]]] = {}

    def tokens_of(values: dict[str, str]) -> dict[str, list[Token]]:
        key = tuple(values.items())
        if key not in kept:
            kept[key] = tokenize(values)
        return kept[key]

    return tokens_of


@pytest.fixture(autouse=True, scope="session")
def styles_are_parsed_once() -> Iterator[None]:
    """Read the same styles and themes once, not for each of hundreds of consoles: a fifth of what one costs."""
    read = cache(load.read_theme)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("textual.css.stylesheet.tokenize_values", _tokens_once(tokenize_values))
        patched.setattr(Stylesheet, "_parse_rules", _parsed_once(Stylesheet._parse_rules))
        patched.setattr(
            load,
            "read_theme",
            lambda path: read(path) if path.parent == load.bundled_dir() else read.__wrapped__(path),
        )
        yield
