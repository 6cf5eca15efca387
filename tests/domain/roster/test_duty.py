"""Who is on call, over zone changes, overrides and gaps."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.domain.roster import (
    Gap,
    Override,
    Roster,
    Rotation,
    Shift,
    duties,
    duty,
    gaps,
    shift_of,
    shifts,
    teams,
    to_utc,
)

JAKARTA = ZoneInfo("Asia/Jakarta")
BERLIN = ZoneInfo("Europe/Berlin")
WEEKLY = Rotation(
    "payments", "primary", ("asha", "budi"), timedelta(days=7), time(9), JAKARTA, date(2026, 1, 5), 0
)
SECOND = replace(WEEKLY, role="secondary", members=("budi", "asha"))
ROSTER = Roster((WEEKLY, SECOND))


def jakarta(day: int, hour: int = 9, month: int = 1) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=JAKARTA).astimezone(UTC)


def cover(person: str, start: datetime, end: datetime, role: str = "primary") -> Override:
    return Override("payments", role, person, start, end)


def test_a_weekly_duty_names_the_person_the_end_and_the_next() -> None:
    now = duty(ROSTER, "payments", "primary", jakarta(7))
    assert (now.person, now.since, now.until) == ("asha", jakarta(5), jakarta(12))
    assert now.next_person == "budi"
    assert not now.covering


def test_the_handoff_instant_belongs_to_the_incoming_person() -> None:
    assert duty(ROSTER, "payments", "primary", jakarta(12)).person == "budi"
    just_before = jakarta(12) - timedelta(milliseconds=1)
    assert duty(ROSTER, "payments", "primary", just_before).person == "asha"


def test_the_start_date_is_moved_to_the_first_handoff_weekday() -> None:
    late = replace(WEEKLY, start=date(2026, 1, 7))  # a Wednesday
    assert duty(Roster((late,)), "payments", "primary", jakarta(11)).person is None
    assert duty(Roster((late,)), "payments", "primary", jakarta(12)).person == "asha"


def test_before_the_start_nobody_holds_the_role() -> None:
    early = duty(ROSTER, "payments", "primary", jakarta(1))
    assert (early.person, early.since, early.until, early.next_person) == (None, None, jakarta(5), "asha")


def test_a_role_nobody_has_configured_is_a_gap_without_end() -> None:
    unknown = duty(ROSTER, "payments", "captain", jakarta(7))
    assert (unknown.person, unknown.since, unknown.until) == (None, None, None)


def test_no_members_is_a_gap_without_end() -> None:
    empty = Roster((replace(WEEKLY, members=()),))
    assert duty(empty, "payments", "primary", jakarta(20)).person is None
    assert gaps(empty, "payments", "primary", jakarta(6), jakarta(8)) == (
        Gap("payments", "primary", jakarta(6), jakarta(8), "the rotation has no members"),
    )


def test_one_member_has_no_end_in_sight() -> None:
    alone = Roster((replace(WEEKLY, members=("asha",)),))
    held = duty(alone, "payments", "primary", jakarta(20))
    assert (held.person, held.since, held.until, held.next_person) == ("asha", jakarta(5), None, None)


def test_a_person_listed_twice_in_a_row_is_one_shift() -> None:
    double = Roster((replace(WEEKLY, members=("asha", "asha", "budi")),))
    held = duty(double, "payments", "primary", jakarta(14))
    assert (held.since, held.until, held.next_person) == (jakarta(5), jakarta(19), "budi")


def test_an_override_beats_the_rotation_and_ends_back_at_the_covered_person() -> None:
    covered = replace(ROSTER, overrides=(cover("dewi", jakarta(7, 18), jakarta(8, 8)),))
    before = duty(covered, "payments", "primary", jakarta(6))
    assert (before.person, before.until, before.next_person) == ("asha", jakarta(7, 18), "dewi")
    during = duty(covered, "payments", "primary", jakarta(8, 1))
    assert (during.person, during.until, during.next_person) == ("dewi", jakarta(8, 8), "asha")
    assert during.covering


def test_the_next_person_respects_an_override_over_the_next_shift() -> None:
    """Peer bug B26: the text about the next shift ignored the cover."""
    covered = replace(ROSTER, overrides=(cover("dewi", jakarta(12), jakarta(19)),))
    assert duty(covered, "payments", "primary", jakarta(7)).next_person == "dewi"


def test_a_cover_for_the_rest_of_the_own_shift_is_no_change() -> None:
    same = replace(ROSTER, overrides=(cover("asha", jakarta(7), jakarta(8)),))
    held = duty(same, "payments", "primary", jakarta(7, 20))
    assert (held.since, held.until, held.covering) == (jakarta(5), jakarta(12), False)


def test_the_latest_listed_override_wins() -> None:
    layered = replace(
        ROSTER,
        overrides=(cover("dewi", jakarta(7), jakarta(9)), cover("eko", jakarta(8), jakarta(10))),
    )
    spans = shifts(layered, "payments", "primary", jakarta(5), jakarta(12))
    assert [(one.person, one.start) for one in spans] == [
        ("asha", jakarta(5)),
        ("dewi", jakarta(7)),
        ("eko", jakarta(8)),
        ("asha", jakarta(10)),
    ]


def test_an_override_to_nobody_is_a_gap_and_an_empty_span_is_ignored() -> None:
    taken = replace(
        ROSTER, overrides=(cover("", jakarta(7), jakarta(8)), cover("eko", jakarta(9), jakarta(9)))
    )
    assert gaps(taken, "payments", "primary", jakarta(5), jakarta(12)) == (
        Gap("payments", "primary", jakarta(7), jakarta(8), "left to nobody"),
    )
    assert duty(taken, "payments", "primary", jakarta(9)).person == "asha"


def test_a_rotation_listed_later_takes_over_when_it_begins() -> None:
    newer = replace(WEEKLY, members=("dewi", "eko"), start=date(2026, 2, 2))
    both = Roster((WEEKLY, newer))
    assert duty(both, "payments", "primary", jakarta(1, month=2)).person == "budi"
    assert duty(both, "payments", "primary", jakarta(2, month=2)).person == "dewi"


def test_twelve_hour_shifts_keep_their_wall_times() -> None:
    half = Rotation(
        "checkout", "primary", ("asha", "budi"), timedelta(hours=12), time(9), BERLIN, date(2026, 3, 1)
    )
    night = duty(Roster((half,)), "checkout", "primary", datetime(2026, 3, 28, 23, tzinfo=UTC))
    assert night.since == datetime(2026, 3, 28, 21, tzinfo=BERLIN)
    assert night.until == datetime(2026, 3, 29, 9, tzinfo=BERLIN)  # eleven hours: the clocks went forward
    assert night.since is not None
    assert night.until is not None
    assert night.until - night.since == timedelta(hours=11)


def test_v20_a_weekly_shift_over_a_zone_change_ends_at_the_same_wall_time() -> None:
    weekly = replace(WEEKLY, timezone=BERLIN)
    over = duty(Roster((weekly,)), "payments", "primary", datetime(2026, 3, 25, tzinfo=UTC))
    assert over.since == datetime(2026, 3, 23, 8, tzinfo=UTC)  # 09:00 CET
    assert over.until == datetime(2026, 3, 30, 7, tzinfo=UTC)  # 09:00 CEST
    assert over.until - over.since == timedelta(hours=167)


def test_a_wall_time_that_does_not_exist_is_the_first_instant_after_the_gap() -> None:
    assert to_utc(datetime(2026, 3, 29, 2, 30), BERLIN) == datetime(2026, 3, 29, 1, tzinfo=UTC)  # noqa: DTZ001 - wall time


def test_a_wall_time_that_exists_twice_is_the_first() -> None:
    assert to_utc(datetime(2026, 10, 25, 2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # noqa: DTZ001 - wall time


def test_a_day_that_a_zone_left_out_is_jumped_over() -> None:
    """Samoa had no 30 December 2011."""
    apia = ZoneInfo("Pacific/Apia")
    assert to_utc(datetime(2011, 12, 30, 9), apia) == datetime(2011, 12, 30, 10, tzinfo=UTC)  # noqa: DTZ001 - wall time


def test_duties_are_every_role_of_every_team_in_config_order() -> None:
    other = replace(WEEKLY, team="checkout")
    roster = Roster((WEEKLY, other, SECOND))
    assert teams(roster) == ("payments", "checkout")
    assert [(one.team, one.role) for one in duties(roster, jakarta(7))] == [
        ("payments", "primary"),
        ("payments", "secondary"),
        ("checkout", "primary"),
    ]


def test_the_shift_of_a_person_is_their_primary_one() -> None:
    other = replace(WEEKLY, team="checkout", members=("budi", "asha"))
    held = shift_of(Roster((SECOND, other)), "budi", jakarta(7))
    assert held is not None
    assert (held.team, held.role) == ("checkout", "primary")
    assert shift_of(ROSTER, "dewi", jakarta(7)) is None


def test_shifts_are_cut_to_the_question() -> None:
    assert shifts(ROSTER, "payments", "primary", jakarta(10), jakarta(13)) == (
        Shift("payments", "primary", "asha", jakarta(10), jakarta(12)),
        Shift("payments", "primary", "budi", jakarta(12), jakarta(13)),
    )


def test_a_rotation_without_length_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than nothing"):
        replace(WEEKLY, every=timedelta(0))
