"""Other tools' own test cases: those that our model can express are run, the others say why not."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

Case = dict[str, Any]
Check = Callable[[Case], None]


class NotOurs(Exception):  # noqa: N818 - it is an answer: our model does not do this
    """The case needs something that we do not have."""


def load(path: Path) -> list[Case]:
    """Return the cases of a file; none where it is absent."""
    if not path.is_file():
        return []
    found: list[Case] = json.loads(path.read_text(encoding="utf-8"))["cases"]
    return found


def no(reason: str) -> Check:
    """Return the check of a kind of case that our model cannot express."""

    def refuse(_case: Case) -> None:
        raise NotOurs(reason)

    return refuse


def verdict(case: Case, checks: Mapping[str, Check]) -> str:
    """Run a case; return an empty string or why it is not ours."""
    try:
        checks[case["kind"]](case)
    except NotOurs as reason:
        return str(reason)
    return ""


def run_or_skip(case: Case, checks: Mapping[str, Check]) -> None:
    """Run a case as a test."""
    if reason := verdict(case, checks):
        pytest.skip(f"our model does not have this: {reason}")
