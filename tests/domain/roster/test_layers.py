"""Which layer counts: heights, windows, ends, lists of others, and what a gap says of itself."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from console.domain.roster import (
    Listed,
    Roster,
    Rotation,
    Shift,
    Window,
    coverage,
    duties,
    duty,
    gaps,
    roles,
    shifts,
    teams,
    zone_of,
)
from console.domain.roster.line import Line, Piece
from console.domain.roster.strip import NEVER
from tests.domain.roster.turns import (
    ALWAYS,
    BERLIN,
    DAY,
    EVERY_DAY,
    HOUR,
    JAKARTA,
    NIGHTS,
    OFFICE,
    WEEK,
    WORKDAYS,
    berlin,
    cover,
    listed,
)

ROLE = ("payments", "primary")
NIGHT_SHIFT = replace(ALWAYS, members=("citra",), layer=1, windows=(NIGHTS,))


def who(roster: Roster, at: datetime) -> str | None:
    return duty(roster, *ROLE, at).person


def spans(roster: Roster, start: datetime, end: datetime) -> list[tuple[str, datetime, datetime]]:
    return [(one.person, one.start, one.end) for one in shifts(roster, *ROLE, start, end)]


def only_gap(roster: Roster, start: datetime, end: datetime) -> tuple[datetime, datetime, str]:
    (gap,) = gaps(roster, *ROLE, start, end)
    return gap.start, gap.end, gap.reason


def test_the_higher_layer_counts_within_its_windows_whatever_the_order_of_the_list() -> None:
    for rotations in ((ALWAYS, NIGHT_SHIFT), (NIGHT_SHIFT, ALWAYS)):
        assert spans(Roster(rotations), berlin(6, 12), berlin(7, 12)) == [
            ("asha", berlin(6, 12), berlin(6, 22)),
            ("citra", berlin(6, 22), berlin(7, 7)),
            ("asha", berlin(7, 7), berlin(7, 12)),
        ]


def test_of_equal_layers_the_latest_listed_that_has_begun_counts() -> None:
    newer = replace(ALWAYS, members=("eko",), start=date(2026, 1, 12))
    both = Roster((ALWAYS, newer))
    assert spans(both, berlin(10), berlin(14)) == [
        ("asha", berlin(10), berlin(12)),
        ("eko", berlin(12), berlin(14)),
    ]


def test_overlapping_layers_count_once() -> None:
    both = Roster((ALWAYS, replace(ALWAYS, members=("eko",), layer=1, windows=(OFFICE,))))
    held = shifts(both, *ROLE, berlin(5), berlin(12))
    assert sum((one.end - one.start for one in held), timedelta(0)) == WEEK
    assert coverage(both, *ROLE, berlin(5), berlin(12)) == 1


def test_coverage_is_the_covered_share_of_what_is_asked() -> None:
    office = Roster((replace(ALWAYS, windows=(OFFICE,)),))
    assert coverage(office, *ROLE, berlin(5, 0), berlin(12, 0)) == pytest.approx(40 / 168)
    assert coverage(office, *ROLE, berlin(5), berlin(5)) == 1
    assert coverage(Roster(), *ROLE, berlin(5), berlin(12)) == 0


def test_a_rotation_ends_on_its_last_day_and_the_one_below_goes_on() -> None:
    summer = replace(ALWAYS, members=("eko",), layer=1, until=date(2026, 1, 20))
    assert spans(Roster((ALWAYS, summer)), berlin(19), berlin(21)) == [
        ("eko", berlin(19), berlin(20)),
        ("dewi", berlin(20), berlin(21)),
    ]
    assert only_gap(Roster((summer,)), berlin(19), berlin(22)) == (
        berlin(20),
        berlin(22),
        "the rotation ended 2026-01-20",
    )
    before = duty(Roster((summer,)), *ROLE, berlin(25))
    assert (before.person, before.since, before.until) == (None, berlin(20), None)


def test_an_end_before_the_start_means_never() -> None:
    never = Roster((replace(ALWAYS, until=date(2025, 1, 1)),))
    assert duty(never, *ROLE, berlin(20)).person is None
    assert duty(never, *ROLE, berlin(20)).until is None


def test_one_person_in_every_layer_has_no_end_in_sight() -> None:
    alone = Roster((replace(ALWAYS, members=("citra",)), NIGHT_SHIFT), (cover("eko", berlin(7), berlin(8)),))
    held = duty(alone, *ROLE, berlin(9))
    assert (held.person, held.since, held.until, held.next_person) == ("citra", berlin(8), None, None)


def test_a_layer_for_all_hours_but_holidays_has_no_end_in_sight_after_the_last_one() -> None:
    whole_days = Window(EVERY_DAY, time(), time(), not_on_holidays=True)
    roster = Roster(
        (replace(ALWAYS, members=("citra",), windows=(whole_days,)),),
        holidays=((date(2026, 1, 6), "Epiphany"),),
    )
    assert only_gap(roster, berlin(5), berlin(9)) == (berlin(6, 0), berlin(7, 0), "holiday: Epiphany")
    held = duty(roster, *ROLE, berlin(9))
    assert (held.person, held.since, held.until) == ("citra", berlin(7, 0), None)


def test_business_hours_leave_holidays_out_and_nights_before_them_are_kept() -> None:
    office = replace(OFFICE, not_on_holidays=True)
    night = replace(NIGHTS, not_on_holidays=True)
    friday = (date(2026, 1, 9), "company day")
    roster = Roster((replace(ALWAYS, windows=(office,)),), holidays=(friday,))
    assert [one[1] for one in spans(roster, berlin(8, 0), berlin(13, 0))] == [berlin(8), berlin(12)]
    assert only_gap(roster, berlin(8, 17), berlin(11, 9))[2] == "holiday: company day"
    assert only_gap(roster, berlin(7, 17), berlin(8, 9))[2] == "outside Mon-Fri 09:00-17:00"
    roster = Roster((replace(ALWAYS, windows=(night,)),), holidays=(friday,))
    assert [one[1] for one in spans(roster, berlin(8), berlin(11))] == [berlin(8, 22), berlin(10, 22)]


def test_windows_that_touch_are_one_also_over_midnight_and_the_week() -> None:
    weekend = Window(frozenset({4}), time(17), time()), Window(frozenset({5, 6}), time(), time())
    monday = Window(frozenset({0}), time(), time(9))
    roster = Roster((replace(ALWAYS, members=("asha",), windows=(*weekend, monday)),))
    assert spans(roster, berlin(8), berlin(15)) == [("asha", berlin(9, 17), berlin(12))]


def test_a_window_over_the_hour_that_is_left_out_or_comes_twice() -> None:
    roster = Roster((replace(ALWAYS, members=("asha",), windows=(NIGHTS,)),))
    (spring,) = shifts(roster, *ROLE, berlin(28, 12, 3), berlin(29, 12, 3))
    (autumn,) = shifts(roster, *ROLE, berlin(24, 12, 10), berlin(25, 12, 10))
    assert (spring.end - spring.start, autumn.end - autumn.start) == (8 * HOUR, 10 * HOUR)


def test_a_window_that_lies_in_the_hour_that_is_left_out_is_not_there_that_day() -> None:
    gone = Window(EVERY_DAY, time(2, 15), time(2, 45))
    roster = Roster((replace(ALWAYS, windows=(gone,)),))
    assert spans(roster, berlin(28, 12, 3), berlin(29, 12, 3)) == []


@pytest.mark.parametrize(
    ("rotations", "reason"),
    [
        ((), "no rotation of this role"),
        ((replace(ALWAYS, start=date(2026, 6, 1)),), "before the first shift"),
        ((replace(ALWAYS, members=()),), "the rotation has no members"),
        ((replace(ALWAYS, windows=(NIGHTS,)),), "outside Mon-Sun 22:00-07:00"),
        (
            (replace(ALWAYS, windows=(NIGHTS,)), replace(ALWAYS, windows=(Window(WORKDAYS, time(17), time(18)),))),
            "no layer covers these hours",
        ),
        ((replace(ALWAYS, until=date(2026, 1, 6)), replace(ALWAYS, windows=(NIGHTS,))), "outside Mon-Sun 22:00-07:00"),
    ],
)  # fmt: skip
def test_a_gap_says_why(rotations: tuple[Rotation, ...], reason: str) -> None:
    roster = Roster(rotations)
    now = duty(roster, *ROLE, berlin(8, 12))
    assert (now.person, now.reason) == (None, reason)
    assert only_gap(roster, berlin(8, 12), berlin(8, 13)) == (berlin(8, 12), berlin(8, 13), reason)


def test_a_long_gap_says_all_its_reasons_in_order() -> None:
    roster = Roster((replace(ALWAYS, windows=(OFFICE,), until=date(2026, 1, 10)),))
    assert only_gap(roster, berlin(9, 12), berlin(20)) == (
        berlin(9, 17),
        berlin(20),
        "outside Mon-Fri 09:00-17:00; the rotation ended 2026-01-10",
    )


def test_a_role_left_to_nobody_says_by_whom_and_why() -> None:
    names = (("budi", "Budi"),)
    roster = Roster(
        (ALWAYS,),
        (
            cover("", berlin(6), berlin(7), "budi", "planned outage"),
            cover("eko", berlin(7), berlin(8), "budi", "dentist"),
        ),
        names=names,
    )
    assert only_gap(roster, berlin(5), berlin(12))[2] == "left to nobody by Budi: planned outage"
    covered = duty(roster, *ROLE, berlin(7))
    assert (covered.person, covered.covering, covered.covered) == ("eko", True, "asha")
    assert covered.reason == "arranged by Budi: dentist"
    taken = replace(roster, overrides=(cover("budi", berlin(7), berlin(8), "budi", "swap"),))
    assert duty(taken, *ROLE, berlin(7)).reason == "swap"


def test_a_role_whose_rotation_cannot_be_used_is_a_gap_that_says_so_until_something_fills_it() -> None:
    broken = Roster(broken=(("payments", "primary", "no zone Europe/Berlim"),))
    assert (teams(broken), roles(broken, "payments")) == (("payments",), ("primary",))
    assert duties(broken, berlin(5))[0].reason == "no zone Europe/Berlim"
    filled = replace(broken, overrides=(cover("eko", berlin(5), berlin(6)),))
    assert who(filled, berlin(5)) == "eko"
    assert who(replace(broken, rotations=(ALWAYS,)), berlin(5)) == "asha"


def test_listed_shifts_are_a_layer_and_holes_in_them_are_filled_from_below() -> None:
    calendar = listed(("eko", berlin(6), berlin(7)), ("rina", berlin(8), berlin(9)), layer=1)
    assert spans(Roster((ALWAYS,), listed=(calendar,)), berlin(5), berlin(12)) == [
        ("asha", berlin(5), berlin(6)),
        ("eko", berlin(6), berlin(7)),
        ("asha", berlin(7), berlin(8)),
        ("rina", berlin(8), berlin(9)),
        ("asha", berlin(9), berlin(12)),
    ]
    below = replace(calendar, layer=-1)
    assert spans(Roster((ALWAYS,), listed=(below,)), berlin(6), berlin(8)) == [("asha", berlin(6), berlin(8))]


def test_of_listed_shifts_at_once_the_one_that_began_last_counts() -> None:
    week = ("eko", berlin(5), berlin(12))
    day = ("rina", berlin(7), berlin(8))
    for order in ((week, day), (day, week)):
        assert spans(Roster(listed=(listed(*order),)), berlin(5), berlin(12)) == [
            ("eko", berlin(5), berlin(7)),
            day,
            ("eko", berlin(8), berlin(12)),
        ]


def test_beyond_what_a_calendar_knows_nobody_is_known() -> None:
    calendar = listed(("eko", berlin(5), berlin(6)), ("rina", berlin(7), berlin(20)), until=berlin(10))
    roster = Roster(listed=(calendar,))
    assert teams(roster) == ("payments",)
    assert [(gap.start, gap.end, gap.reason) for gap in gaps(roster, *ROLE, berlin(4), berlin(30))] == [
        (berlin(4), berlin(5), "calendar holiday.ics begins 2026-01-05"),
        (berlin(6), berlin(7), "calendar holiday.ics has nobody"),
        (berlin(10), berlin(30), "calendar holiday.ics ends 2026-01-10"),
    ]


def test_an_unknown_person_of_a_calendar_is_a_gap_that_says_whose_shift_it_is() -> None:
    unknown = Shift("payments", "primary", "", berlin(5), berlin(6), "nobody here is called Jane Doe")
    roster = Roster(listed=(Listed("payments", "primary", "feed", (unknown,)),))
    assert duty(roster, *ROLE, berlin(5)).reason == "nobody here is called Jane Doe"
    assert who(replace(roster, rotations=(replace(ALWAYS, layer=-1),)), berlin(5)) == "asha"


def test_months_begin_on_the_day_of_the_start_or_the_last_of_a_shorter_month() -> None:
    monthly = replace(ALWAYS, start=date(2026, 1, 31), weekday=None, every=DAY, months=1)
    held = spans(Roster((monthly,)), berlin(31), berlin(30, month=4))
    assert held == [
        ("asha", berlin(31), berlin(28, month=2)),
        ("budi", berlin(28, month=2), berlin(31, month=3)),
        ("dewi", berlin(31, month=3), berlin(30, month=4)),
    ]


def test_every_third_day_is_handed_over_at_the_same_wall_time() -> None:
    third = replace(ALWAYS, weekday=None, every=3 * DAY)
    assert spans(Roster((third,)), berlin(27, month=3), berlin(5, month=4)) == [
        ("asha", berlin(27, month=3), berlin(30, month=3)),
        ("budi", berlin(30, month=3), berlin(2, month=4)),
        ("dewi", berlin(2, month=4), berlin(5, month=4)),
    ]


def test_a_role_goes_by_its_first_rotations_zone() -> None:
    roster = Roster((replace(ALWAYS, role="secondary", timezone=JAKARTA), ALWAYS))
    assert zone_of(roster, "payments", "primary") == BERLIN
    assert zone_of(roster, "payments", "captain") == JAKARTA
    assert zone_of(roster, "nobody").key == "UTC"


def test_ten_years_of_a_daily_role_are_told_at_once() -> None:
    daily = Roster((replace(ALWAYS, weekday=None, every=DAY), NIGHT_SHIFT))
    held = shifts(daily, *ROLE, berlin(5), berlin(5).replace(year=2036))
    assert len(held) == 3 * 3652  # the night cuts the day's shift in two


def test_what_is_worked_out_of_a_roster_is_no_part_of_it() -> None:
    roster = Roster((ALWAYS, NIGHT_SHIFT))
    before = pickle.dumps(roster)
    assert who(roster, berlin(6, 12)) == "asha"
    assert pickle.dumps(roster) == before
    assert pickle.loads(before) == roster  # noqa: S301 - our own


def test_one_person_in_two_layers_for_ever_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    day = replace(ALWAYS, members=("asha",), windows=(Window(EVERY_DAY, time(9), time(18)),))
    night = replace(day, windows=(Window(EVERY_DAY, time(18), time(9)),))
    roster = Roster((day, night))
    assert duty(roster, *ROLE, berlin(8)).until is None
    monkeypatch.setattr(Line, "look", lambda _self, _at: pytest.fail("it walks all the way again"))
    piece = Piece("asha", berlin(9), berlin(9, 18))
    (line,) = roster.planned["payments"]
    assert line._span(piece)[1] == NEVER
