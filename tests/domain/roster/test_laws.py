"""What holds for every roster: one answer at every instant, the same however it is asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.roster import (
    Absence,
    Override,
    Roster,
    Rotation,
    coverage,
    duty,
    gaps,
    handoff_at,
    shift_at,
    shifts,
)
from tests.domain.roster.turns import (
    DAY,
    HOUR,
    WEEK,
    covers,
    instants,
    leaves,
    lengths,
    rosters,
    rotations,
    zones,
)

ROLE = ("payments", "primary")


@settings(max_examples=60, deadline=None)
@given(rosters, instants, lengths)
def test_shifts_and_gaps_are_the_asked_span_and_nothing_twice(
    roster: Roster, start: datetime, length: timedelta
) -> None:
    end = start + length
    held, free = shifts(roster, *ROLE, start, end), gaps(roster, *ROLE, start, end)
    pieces = sorted([(one.start, one.end) for one in held] + [(gap.start, gap.end) for gap in free])
    assert (pieces[0][0], pieces[-1][1]) == (start, end)
    assert all(begin < stop for begin, stop in pieces)
    assert all(left[1] == right[0] for left, right in pairwise(pieces))
    assert all(gap.reason for gap in free)
    share = sum((one.end - one.start for one in held), timedelta(0)) / length
    assert coverage(roster, *ROLE, start, end) == pytest.approx(share)


@settings(max_examples=60, deadline=None)
@given(rosters, instants, st.lists(st.timedeltas(timedelta(0), 20 * DAY - timedelta.resolution), min_size=1))
def test_an_instant_and_a_span_agree_in_whatever_order_they_are_asked(
    roster: Roster, start: datetime, probes: list[timedelta]
) -> None:
    fresh = replace(roster)
    held = shifts(roster, *ROLE, start, start + 20 * DAY)
    for at in (start + probe for probe in probes):
        now = duty(roster, *ROLE, at)
        there = [one.person for one in held if one.start <= at < one.end]
        assert there == ([] if now.person is None else [now.person])
        assert now == duty(replace(fresh), *ROLE, at)  # nothing that was kept makes a difference


@settings(max_examples=25, deadline=None)  # a duty without end is looked for through years
@given(rosters, instants)
def test_a_duty_begins_and_ends_exactly_where_the_person_changes(roster: Roster, at: datetime) -> None:
    now = duty(roster, *ROLE, at)
    if now.until is None:
        assert duty(roster, *ROLE, at + 4000 * DAY).person == now.person
    else:
        after = duty(roster, *ROLE, now.until)
        assert (after.since, after.person) == (now.until, now.next_person)
        assert after.person != now.person
        assert duty(roster, *ROLE, now.until - timedelta.resolution).person == now.person
    if now.since is not None:
        assert now.since <= at
        before = duty(roster, *ROLE, now.since - timedelta.resolution)
        assert before.person != now.person
        assert before.next_person == now.person


@settings(max_examples=40, deadline=None)
@given(rosters, covers, st.floats(0, 0.99))
def test_the_cover_made_last_wins(roster: Roster, last: Override, part: float) -> None:
    covered = replace(roster, overrides=(*roster.overrides, last))
    at = last.start + (last.end - last.start) * part
    now = duty(covered, *ROLE, at)
    assert now.person == (last.person or None)
    assert now.person is not None or now.reason == "left to nobody"


@settings(max_examples=60, deadline=None)
@given(rosters, leaves, st.floats(0, 0.99))
def test_nobody_on_leave_holds_a_role_but_by_a_cover(roster: Roster, leave: Absence, part: float) -> None:
    planned = replace(roster, overrides=(), absences=(*roster.absences, leave))
    at = leave.start + (leave.end - leave.start) * part
    now = duty(planned, *ROLE, at)
    assert now.person != leave.person
    if now.covered:
        assert now.covering
        assert now.reason == f"{now.covered} is on leave"


@settings(max_examples=40, deadline=None)
@given(rotations(), instants)
def test_every_instant_lies_in_exactly_the_shift_it_is_given(rotation: Rotation, at: datetime) -> None:
    number, start, end = shift_at(rotation, at)
    assert start <= at < end
    assert handoff_at(rotation, number) == start
    assert shift_at(rotation, end)[1] == end
    assert shift_at(rotation, end)[0] > number


@settings(max_examples=40, deadline=None)
@given(zones, st.dates(date(2011, 12, 1), date(2012, 12, 1)), st.times(), st.sampled_from([DAY, WEEK]))
def test_shifts_keep_their_wall_time_and_are_as_long_as_the_clocks_make_them(
    zone: ZoneInfo, start: date, handoff: time, every: timedelta
) -> None:
    weekly = Rotation("payments", "primary", ("asha", "budi"), every, handoff, zone, start)
    roster = Roster((weekly,))
    begin = handoff_at(weekly, 0)
    for shift in shifts(roster, *ROLE, begin, handoff_at(weekly, 9)):
        local = [moment.astimezone(zone).replace(tzinfo=None) for moment in (shift.start, shift.end)]
        offsets = [moment.astimezone(zone).utcoffset() or timedelta(0) for moment in (shift.start, shift.end)]
        assert shift.end - shift.start == local[1] - local[0] - (offsets[1] - offsets[0])


@pytest.mark.parametrize(
    ("zone", "month", "day", "hours"),
    [
        ("Europe/Berlin", 3, 23, 167),
        ("Europe/Berlin", 10, 19, 169),
        ("America/Chicago", 3, 2, 167),
        ("America/Chicago", 10, 26, 169),
        ("Asia/Jakarta", 3, 23, 168),
    ],
)
def test_a_week_over_a_change_of_clocks_has_167_or_169_hours(
    zone: str, month: int, day: int, hours: int
) -> None:
    start = date(2026, month, day)
    weekly = Rotation("payments", "primary", ("asha", "budi"), WEEK, time(9), ZoneInfo(zone), start, 0)
    at = datetime.combine(start, time(20), ZoneInfo(zone)).astimezone(UTC)
    shift = duty(Roster((weekly,)), *ROLE, at)
    assert shift.since is not None
    assert shift.until is not None
    assert shift.until - shift.since == hours * HOUR
    assert {moment.astimezone(ZoneInfo(zone)).time() for moment in (shift.since, shift.until)} == {time(9)}
