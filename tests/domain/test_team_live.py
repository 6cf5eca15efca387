"""The rules with what the calendars say in them: a role that only a calendar fills is never left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from console.domain.notify.shifts import coming
from console.domain.policy import Policy
from console.domain.roster import Listed, Roster, Rotation, Shift, duty, roles
from console.domain.team.live import live, not_read_yet
from console.domain.team.state import NO_TEAM_STATE

NOW = datetime(2026, 1, 6, 3, tzinfo=UTC)
SHIFT = Shift("payments", "primary", "asha", NOW - timedelta(days=1), NOW + timedelta(days=1))
READ = Listed("payments", "primary", "Feed", (SHIFT,))
BEFORE = Policy(roster=Roster(listed=(not_read_yet("payments", "primary", "Feed", 0),)))


def test_a_calendar_that_nobody_has_read_is_a_gap_that_says_so() -> None:
    now = duty(live(BEFORE, NO_TEAM_STATE).roster, "payments", "primary", NOW)
    assert (now.person, now.since, now.until) == (None, None, None)
    assert now.reason == "calendar Feed has not been read yet: the engine reads it"


def test_nobody_is_woken_for_a_gap_while_the_calendar_is_read_for_the_first_time() -> None:
    assert list(coming(BEFORE, NOW)) == []
    known = live(BEFORE, NO_TEAM_STATE, (replace(READ, shifts=()),))
    assert [said.title for said in coming(known, NOW)] == ["Nobody is primary of payments now"]


def test_what_was_read_counts_in_its_place() -> None:
    roster = live(BEFORE, NO_TEAM_STATE, (READ,)).roster
    assert duty(roster, "payments", "primary", NOW).person == "asha"
    assert roster.listed == (READ,)


def test_what_was_read_for_another_role_counts_for_none() -> None:
    moved = Policy(roster=Roster(listed=(not_read_yet("payments", "secondary", "Feed", 0),)))
    roster = live(moved, NO_TEAM_STATE, (READ,)).roster
    assert roles(roster, "payments") == ("secondary",)
    assert "not been read yet" in duty(roster, "payments", "secondary", NOW).reason


def test_of_calendars_of_one_layer_the_one_later_in_the_config_counts_and_layers_are_the_configs() -> None:
    other = replace(READ, name="Another", layer=5, shifts=(replace(SHIFT, person="budi"),))
    named = (*BEFORE.roster.listed, not_read_yet("payments", "primary", "Another", 0))
    for listed in ((READ, other), (other, READ)):
        roster = live(Policy(roster=Roster(listed=named)), NO_TEAM_STATE, listed).roster
        assert duty(roster, "payments", "primary", NOW).person == "budi"
    roster = live(Policy(roster=Roster(listed=named[::-1])), NO_TEAM_STATE, (other, READ)).roster
    assert duty(roster, "payments", "primary", NOW).person == "asha"


def test_a_rotation_of_the_same_layer_counts_until_the_calendar_is_read() -> None:
    rotation = Rotation(
        "payments", "primary", ("dewi",), timedelta(days=7), time(9), ZoneInfo("UTC"), NOW.date(), 1
    )
    before = Policy(roster=replace(BEFORE.roster, rotations=(replace(rotation, start=date(2025, 1, 1)),)))
    assert duty(before.roster, "payments", "primary", NOW).person == "dewi"
