"""``oncall roster`` of a role that a calendar fills: not read yet, and read long ago."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from console.clock import SystemClock
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


def test_a_calendar_that_was_read_long_ago_is_said(
    run: Run, feed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (feed.parent / "shifts.csv").write_text("person,start,end\nasha,2026-01-05T09:00,2026-02-05T09:00\n")
    assert run("watch", "--once").code == 0
    day = "2026-01-06 12:00"
    assert run("roster", "--at", day, "--json").json["teams"][1]["old_calendars"] == []
    later = SystemClock().now() + timedelta(days=3)
    monkeypatch.setattr("console.store.sql.SqlStore.now", lambda _self: later)
    (old,) = run("roster", "--at", day, "--json").json["teams"][1]["old_calendars"]
    assert (old["role"], old["name"]) == ("primary", "Feed")
    for more in ((), ("--week",)):
        assert "! primary of core: calendar Feed was last read " in run("roster", "--at", day, *more).out
