"""Load and sleep of people, their next shifts, and who hands over when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.roster import (
    AHEAD,
    Absence,
    Handoff,
    Roster,
    Shift,
    next_handoff,
    next_shift,
)
from console.domain.roster.load import load, night_of
from tests.domain.roster.turns import ALWAYS, BERLIN, DAY, HOUR, JAKARTA, NIGHTS, WEEK, berlin, cover, listed

SECOND = replace(ALWAYS, role="secondary", members=("budi", "dewi", "asha"))
ROSTER = Roster((ALWAYS, SECOND))


def test_the_load_of_four_weeks() -> None:
    primary = load(Roster((ALWAYS,)), berlin(5), berlin(2, month=2))
    assert [(one.person, one.on_call, one.shifts) for one in primary] == [
        ("asha", 2 * WEEK, 2),
        ("budi", WEEK, 1),
        ("dewi", WEEK, 1),
    ]
    assert [one.share for one in primary] == [50, 25, 25]
    assert primary[0].asleep == 14 * 9 * HOUR
    assert primary[0].asleep_share == 50


def test_two_roles_at_once_are_on_call_once() -> None:
    asked = load(Roster((ALWAYS, replace(ALWAYS, role="secondary"))), berlin(5), berlin(12))
    assert [(one.person, one.on_call, one.shifts) for one in asked] == [("asha", WEEK, 1)]


def test_one_role_or_team_alone_can_be_asked_for() -> None:
    span = berlin(5), berlin(12)
    assert [one.person for one in load(ROSTER, *span)] == ["asha", "budi"]
    assert [one.person for one in load(ROSTER, *span, role="secondary")] == ["budi"]
    assert load(ROSTER, *span, team="checkout") == ()


def test_nights_are_those_of_the_persons_own_zone() -> None:
    nights = Roster((replace(ALWAYS, members=("asha",), windows=(NIGHTS,)),))
    (at_home,) = load(nights, berlin(5), berlin(12))
    (far_away,) = load(replace(nights, zones=(("asha", JAKARTA),)), berlin(5), berlin(12))
    assert at_home.asleep == at_home.on_call == 7 * 9 * HOUR
    assert far_away.asleep == 7 * 3 * HOUR  # 22 to 01 in Berlin is 04 to 07 in Jakarta


def test_a_night_over_a_change_of_clocks_is_as_long_as_it_really_is() -> None:
    assert night_of(berlin(28, 12, 3), berlin(29, 12, 3), BERLIN) == 8 * HOUR
    assert night_of(berlin(24, 12, 10), berlin(25, 12, 10), BERLIN) == 10 * HOUR
    assert night_of(berlin(5, 12), berlin(5, 20), BERLIN) == timedelta(0)
    assert night_of(berlin(5, 23), berlin(6, 1), BERLIN) == 2 * HOUR


def test_the_share_of_nobody_is_nothing() -> None:
    office = replace(
        ALWAYS, members=("asha",), windows=(replace(NIGHTS, start=NIGHTS.end, end=NIGHTS.start),)
    )
    (only,) = load(Roster((office,)), berlin(5), berlin(6))
    assert (only.asleep, only.asleep_share, only.share) == (timedelta(0), 0, 100)


def test_the_next_shift_is_the_one_after_the_present_one() -> None:
    assert next_shift(Roster((ALWAYS,)), "asha", berlin(7)) == Shift(
        "payments", "primary", "asha", berlin(26), berlin(2, month=2)
    )
    assert next_shift(ROSTER, "dewi", berlin(7)) == Shift(
        "payments", "secondary", "dewi", berlin(12), berlin(19)
    )


def test_of_shifts_that_begin_together_the_primary_one_is_next() -> None:
    both = Roster((replace(ALWAYS, role="secondary"), ALWAYS))
    found = next_shift(both, "budi", berlin(7))
    assert found is not None
    assert (found.role, found.start) == ("primary", berlin(12))


def test_covers_and_leave_bring_shifts_too() -> None:
    asked = Roster(
        (ALWAYS,), (cover("eko", berlin(9), berlin(10)),), (Absence("asha", berlin(10), berlin(11)),)
    )
    eko, budi = (next_shift(asked, person, berlin(7)) for person in ("eko", "budi"))
    assert eko == Shift("payments", "primary", "eko", berlin(9), berlin(10))
    assert budi == Shift("payments", "primary", "budi", berlin(10), berlin(11))


@pytest.mark.parametrize("person", ["rina", "citra"])
def test_no_shift_is_looked_for_beyond_a_year(person: str) -> None:
    late = listed(("citra", berlin(7) + AHEAD + DAY, berlin(7) + AHEAD + 2 * DAY), layer=1)
    assert next_shift(Roster((ALWAYS,), listed=(late,)), person, berlin(7)) is None


def test_a_shift_without_end_is_cut_to_the_year() -> None:
    alone = Roster((replace(ALWAYS, members=("asha",)),))
    assert next_shift(alone, "asha", berlin(1)) == Shift(
        "payments", "primary", "asha", berlin(5), berlin(1) + AHEAD
    )
    assert next_shift(alone, "asha", berlin(7)) is None


def test_the_next_handoff_says_from_whom_to_whom() -> None:
    assert next_handoff(ROSTER, "payments", "primary", berlin(7)) == Handoff(
        "payments", "primary", berlin(12), "asha", "budi"
    )
    assert next_handoff(ROSTER, "payments", "primary", berlin(1)) == Handoff(
        "payments", "primary", berlin(5), None, "asha"
    )
    assert next_handoff(Roster(), "payments", "primary", berlin(1)) is None


def test_covers_that_are_over_cost_nothing_when_the_next_shift_is_looked_for() -> None:
    over = cover("citra", berlin(6), berlin(7))
    roster = Roster((replace(ALWAYS, every=timedelta(minutes=1), weekday=None),), (over,))
    (line,) = roster.planned["payments"]
    assert not line.may_hold("citra", berlin(8))
    assert line.may_hold("citra", berlin(6, 12))
    assert line.may_hold("asha", berlin(8))
