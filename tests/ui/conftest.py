"""What makes the screen's tests repeatable: no animation, no blinking, no user folders."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

os.environ["TEXTUAL_ANIMATIONS"] = "none"  # read when textual is imported
os.environ.pop("NO_COLOR", None)

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_PARSED: dict[tuple[object, ...], list[RuleSet]] = {}


def _parsed_once(parse: Callable[..., list[RuleSet]]) -> Callable[..., list[RuleSet]]:
    def parse_rules(sheet: Stylesheet, css: str, **how: Any) -> list[RuleSet]:
        key = (css, *sorted(how.items()), *sorted(sheet._variables.items()))
        if key not in _PARSED:
            _PARSED[key] = parse(sheet, css, **how)
        return _PARSED[key]

    return parse_rules


@pytest.fixture(autouse=True, scope="session")
def styles_are_parsed_once() -> Iterator[None]:
    """Read the same styles once, not for each of hundreds of consoles: a seventh of what one costs."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Stylesheet, "_parse_rules", _parsed_once(Stylesheet._parse_rules))
        yield
