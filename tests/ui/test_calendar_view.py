"""Calendars on the screen of sources: how old, how far, what is wrong, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from console.domain.health import CalendarHealth, old_calendars
from console.ui.glyphs import UNICODE
from console.ui.views.calendars import calendar_lines
from console.ui.views.frame import Frame
from console.ui.views.oncall import now_lines
from console.ui.views.roster import roster_lines
from console.ui.views.sources import source_lines
from tests.ui.scenes import ENGINE_REPORT, NOW, UTC_ZONE, scene

FRAME = Frame(UNICODE, UTC_ZONE, NOW, "asha")

GOOD = CalendarHealth(
    "rota",
    "payments",
    "primary",
    900.0,
    NOW - timedelta(minutes=3),
    NOW,
    count=12,
    until=NOW + timedelta(days=3),
)
BAD = replace(
    GOOD, name="feed", error="refused (404)", hint="is the address right?", problems=("nobody is called “X”",)
)


def text(*calendars: CalendarHealth) -> list[str]:
    report = replace(ENGINE_REPORT, calendars=calendars)
    lines = calendar_lines(scene(engine=report), FRAME, 100)
    return ["".join(part for part, _ in line).strip() for line in lines]


def test_those_in_trouble_come_first_with_what_to_do() -> None:
    found = text(GOOD, BAD)
    assert found[0].startswith("✕ feed  calendar for primary of payments  read 3m ago  12 shifts")
    assert found[1:3] == ["refused (404): is the address right?", "nobody is called “X”"]
    assert found[3].startswith("● rota")


def test_one_that_was_never_read_says_so() -> None:
    (line, *_) = text(replace(GOOD, last_success=None))
    assert line.endswith("not read yet")


def test_none_takes_no_room() -> None:
    assert text() == []
    lines = source_lines(scene(), FRAME, 100)
    assert not any("calendar" in part for line in lines for part, _ in line)


def test_a_role_whose_calendar_was_read_long_ago_says_so_where_the_roster_is_shown() -> None:
    old = replace(BAD, last_success=NOW - timedelta(days=3))
    fresh = replace(GOOD, role="secondary")
    snapshot = scene(engine=replace(ENGINE_REPORT, calendars=(old, fresh)))
    assert {duty.role for duty in snapshot.duties} >= {"primary", "secondary"}
    words = "calendar feed was last read 3d ago: refused (404)"
    pane = ["".join(part for part, _ in line).strip() for line in roster_lines(snapshot, FRAME, 100)]
    page = ["".join(part for part, _ in line).strip() for line, _ in now_lines(snapshot, FRAME, 100)]
    for lines in (pane, page):
        assert [line for line in lines if "calendar" in line] == [words]


def test_a_calendar_is_old_after_three_readings_and_a_slow_one_a_day_after_its_time() -> None:
    hours = [0.5, 0.8]
    assert [
        bool(old_calendars([replace(GOOD, last_success=NOW - timedelta(hours=h))], NOW)) for h in hours
    ] == [
        False,
        True,
    ]
    daily = replace(GOOD, interval=86400.0)
    assert not old_calendars([replace(daily, last_success=NOW - timedelta(hours=47))], NOW)
    assert old_calendars([replace(daily, last_success=NOW - timedelta(hours=49))], NOW)
