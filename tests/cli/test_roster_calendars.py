"""``oncall roster`` of a role that a calendar fills: not read yet, and read long ago."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

CALENDAR = """
[[calendars]]
team = "core"
role = "primary"
name = "Feed"
file = "shifts.csv"
"""


@pytest.fixture
def feed(config: Path) -> Path:
    """Return a config with a calendar as well."""
    config.write_text(f'{config.read_text()}\n[[teams]]\nid = "core"\n{CALENDAR}')
    return config


@pytest.mark.usefixtures("feed")
def test_a_role_whose_calendar_nobody_has_read_is_shown_as_a_gap(run: Run) -> None:
    found = run("roster", "--at", "2026-01-06 12:00", "--team", "core")
    assert found.code == 1
    assert "core  primary  NOBODY" in found.out
    assert "calendar Feed has not been read yet" in found.out
