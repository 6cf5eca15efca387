"""Leave: who stands in, when nobody does, and what a cover changes about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from console.domain.roster import Absence, OnLeave, Roster, Rotation, duty, gaps, shifts
from tests.domain.roster.turns import ALWAYS, NIGHTS, berlin, cover, listed

ROLE = ("payments", "primary")
NAMES = (("asha", "Asha"), ("budi", "Budi"))


def roster(*absences: tuple[str, datetime, datetime], rotation: Rotation = ALWAYS) -> Roster:
    return Roster((rotation,), absences=tuple(Absence(*one) for one in absences), names=NAMES)


def spans(asked: Roster, start: datetime, end: datetime) -> list[tuple[str, datetime, datetime]]:
    return [(one.person, one.start, one.end) for one in shifts(asked, *ROLE, start, end)]


def test_the_next_member_stands_in_for_exactly_the_leave() -> None:
    away = roster(("asha", berlin(6, 12), berlin(8, 18)))
    assert spans(away, berlin(5), berlin(19)) == [
        ("asha", berlin(5), berlin(6, 12)),
        ("budi", berlin(6, 12), berlin(8, 18)),
        ("asha", berlin(8, 18), berlin(12)),
        ("budi", berlin(12), berlin(19)),
    ]
    standing_in = duty(away, *ROLE, berlin(7))
    assert (standing_in.person, standing_in.covering, standing_in.covered) == ("budi", True, "asha")
    assert standing_in.reason == "Asha is on leave"
    assert standing_in.next_person == "asha"


def test_who_is_away_too_is_passed_over() -> None:
    away = roster(("asha", berlin(6), berlin(9)), ("budi", berlin(7), berlin(8)))
    assert spans(away, berlin(6), berlin(9)) == [
        ("budi", berlin(6), berlin(7)),
        ("dewi", berlin(7), berlin(8)),
        ("budi", berlin(8), berlin(9)),
    ]


def test_the_leave_of_somebody_whose_turn_it_is_not_changes_nothing() -> None:
    away = roster(("budi", berlin(6), berlin(9)))
    held = duty(away, *ROLE, berlin(7))
    assert (held.person, held.since, held.until, held.reason) == ("asha", berlin(5), berlin(12), "")


def test_with_everybody_away_there_is_a_gap() -> None:
    away = roster(*((person, berlin(6), berlin(7)) for person in ALWAYS.members))
    (gap,) = gaps(away, *ROLE, berlin(5), berlin(12))
    assert (gap.start, gap.end, gap.reason) == (
        berlin(6),
        berlin(7),
        "everybody in the rotation is on leave",
    )


def test_a_rotation_may_leave_a_gap_which_says_whose_leave_it_is() -> None:
    strict = replace(ALWAYS, on_leave=OnLeave.GAP)
    away = roster(("asha", berlin(6), berlin(7)), rotation=strict)
    (gap,) = gaps(away, *ROLE, berlin(5), berlin(12))
    assert (gap.start, gap.end, gap.reason) == (berlin(6), berlin(7), "Asha is on leave")
    assert duty(away, *ROLE, berlin(6)).covered == ""


def test_a_lower_layer_fills_in_before_there_is_a_gap() -> None:
    strict = replace(ALWAYS, on_leave=OnLeave.GAP)
    below = replace(ALWAYS, members=("eko",), layer=-1)
    away = replace(roster(("asha", berlin(6), berlin(7)), rotation=strict), rotations=(below, strict))
    assert spans(away, berlin(5), berlin(8)) == [
        ("asha", berlin(5), berlin(6)),
        ("eko", berlin(6), berlin(7)),
        ("asha", berlin(7), berlin(8)),
    ]


def test_an_older_rotation_of_the_same_layer_does_not_come_back_for_a_leave() -> None:
    strict = replace(ALWAYS, on_leave=OnLeave.GAP)
    older = replace(ALWAYS, members=("eko",))
    away = replace(roster(("asha", berlin(6), berlin(7)), rotation=strict), rotations=(older, strict))
    assert [gap.reason for gap in gaps(away, *ROLE, berlin(5), berlin(8))] == ["Asha is on leave"]


def test_a_cover_counts_also_for_somebody_on_leave() -> None:
    away = replace(
        roster(("asha", berlin(6), berlin(9))),
        overrides=(cover("asha", berlin(7), berlin(8)), cover("eko", berlin(8), berlin(9))),
    )
    back = duty(away, *ROLE, berlin(7))
    assert (back.person, back.covering) == ("asha", False)
    other = duty(away, *ROLE, berlin(8))
    assert (other.person, other.covering, other.covered) == ("eko", True, "asha")


def test_a_night_layer_hands_on_its_own_leave() -> None:
    nights = replace(ALWAYS, members=("citra", "fajar"), layer=1, windows=(NIGHTS,))
    away = replace(roster(("citra", berlin(6), berlin(7))), rotations=(ALWAYS, nights))
    assert spans(away, berlin(6, 12), berlin(7, 12)) == [
        ("asha", berlin(6, 12), berlin(6, 22)),
        ("fajar", berlin(6, 22), berlin(7, 7)),
        ("asha", berlin(7, 7), berlin(7, 12)),
    ]


def test_somebody_on_leave_holds_no_listed_shift_either() -> None:
    calendar = listed(("asha", berlin(5), berlin(12)))
    away = Roster(listed=(calendar,), absences=(Absence("asha", berlin(6), berlin(7)),))
    (gap,) = gaps(away, *ROLE, berlin(5), berlin(12))
    assert (gap.start, gap.end, gap.reason) == (berlin(6), berlin(7), "asha is on leave")
