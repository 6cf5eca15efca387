"""The calculation against a second one: slow, without spans, asked instant by instant."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.roster import Listed, OnLeave, Roster, Rotation, Window, duty, next_shift
from tests.domain.roster.turns import DAY, HOUR, rosters

ROLE = ("payments", "primary")
MINUTE = timedelta(minutes=1)


@lru_cache(100_000)
def first_instant(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant at which a clock on the wall shows this or more."""
    naive = local.replace(tzinfo=UTC)
    offsets = {(naive + n * 6 * HOUR).astimezone(zone).utcoffset() or timedelta(0) for n in range(-8, 9)}
    exact = [naive - offset for offset in offsets]
    shown = [one for one in exact if one.astimezone(zone).replace(tzinfo=None) == local]
    if shown:
        return min(shown)
    at = min(exact)
    while at.astimezone(zone).replace(tzinfo=None) < local:
        at += MINUTE
    return at


def handoff(rotation: Rotation, n: int) -> datetime:
    day = rotation.start
    while rotation.weekday is not None and day.weekday() != rotation.weekday:
        day += DAY
    local = datetime.combine(day, rotation.handoff)
    if not rotation.months:
        return first_instant(local + n * rotation.every, rotation.timezone)
    months = local.year * 12 + local.month - 1 + n * rotation.months
    for last in range(local.day, 0, -1):
        try:
            there = local.replace(year=months // 12, month=months % 12 + 1, day=last)
        except ValueError:
            continue
        return first_instant(there, rotation.timezone)
    raise AssertionError


def is_open(windows: tuple[Window, ...], roster: Roster, zone: ZoneInfo, at: datetime) -> bool:
    if not windows:
        return True
    free = dict(roster.holidays)
    for ahead in range(-3, 3):
        day = at.astimezone(zone).date() + ahead * DAY
        for window in windows:
            if day.weekday() not in window.days or (window.not_on_holidays and day in free):
                continue
            last = day if window.end > window.start else day + DAY
            begin = first_instant(datetime.combine(day, window.start), zone)
            if begin <= at < first_instant(datetime.combine(last, window.end), zone):
                return True
    return False


def is_away(roster: Roster, person: str, at: datetime) -> bool:
    return any(one.person == person and one.start <= at < one.end for one in roster.absences)


def of_rotation(rotation: Rotation, roster: Roster, at: datetime) -> tuple[bool, str | None]:
    """Return whether a rotation counts at an instant, and who has it then."""
    if at < handoff(rotation, 0) or not is_open(rotation.windows, roster, rotation.timezone, at):
        return False, None
    if rotation.until is not None:
        over = first_instant(datetime.combine(rotation.until, rotation.handoff), rotation.timezone)
        if at >= over:
            return False, None
    if not rotation.members:
        return True, None
    step = rotation.months * 28 * DAY if rotation.months else rotation.every
    n = max(0, (at - handoff(rotation, 0)) // step - 4 - 2 * DAY // step)
    if rotation.months:
        n = 0
    while handoff(rotation, n + 1) <= at:
        n += 1
    tries = len(rotation.members) if rotation.on_leave is OnLeave.NEXT else 1
    for ahead in range(tries):
        person = rotation.members[(n + ahead) % len(rotation.members)]
        if not is_away(roster, person, at):
            return True, person
    return True, None


def of_list(listed: Listed, roster: Roster, at: datetime) -> tuple[bool, str | None]:
    there = [one for one in listed.shifts if one.start <= at < one.end]
    if not there or (listed.until is not None and at >= listed.until):
        return False, None
    latest = max(one.start for one in there)
    person = [one.person for one in there if one.start == latest][-1]
    return True, None if is_away(roster, person, at) else person


def holder(roster: Roster, at: datetime) -> str | None:
    """Return who holds the role at an instant."""
    covers = [one for one in roster.overrides if one.start <= at < one.end]
    if covers:
        return covers[-1].person or None
    layers = [(one.layer, *of_rotation(one, roster, at)) for one in roster.rotations]
    layers += [(one.layer, *of_list(one, roster, at)) for one in roster.listed]
    for height in sorted({layer for layer, _, _ in layers}, reverse=True):
        counting = [person for layer, counts, person in layers if layer == height and counts]
        if counting and counting[-1]:
            return counting[-1]
    return None


@st.composite
def moments(draw: st.DrawFn, roster: Roster) -> datetime:
    """Draw an instant near one at which something may change, or any."""
    edges = [edge for one in roster.overrides for edge in (one.start, one.end)]
    edges += [edge for one in roster.absences for edge in (one.start, one.end)]
    edges += [edge for one in roster.listed for shift in one.shifts for edge in (shift.start, shift.end)]
    for one in roster.rotations:
        edges += [handoff(one, n) for n in (0, 1, 2, 50, 51)]
        edges += [
            first_instant(datetime.combine(day, clock), one.timezone)
            for window in one.windows
            for clock in (window.start, window.end)
            for day in draw(st.lists(st.dates(one.start, one.start + 300 * DAY), max_size=2))
        ]
        edges += [
            first_instant(datetime.combine(day, clock), one.timezone)
            for day in (
                one.start.replace(year=2011, month=12, day=30),
                one.start.replace(year=2012, month=3, day=25),
            )
            for clock in (time(), time(2, 30), one.handoff)
        ]
    near = draw(st.sampled_from(edges)) if edges else datetime(2012, 3, 1, tzinfo=UTC)
    return near + draw(
        st.sampled_from([timedelta(0), -timedelta.resolution, MINUTE, -MINUTE, HOUR, -HOUR, 9 * HOUR, DAY])
    )


@settings(max_examples=25, deadline=None)
@given(st.data(), rosters)
def test_whoever_is_asked_says_the_same(data: st.DataObject, roster: Roster) -> None:
    for at in data.draw(st.lists(moments(roster), min_size=1, max_size=12)):
        found = duty(roster, *ROLE, at)
        assert found.person == holder(roster, at), at
        assert found.person is not None or found.reason
        if found.until is not None and found.until < at + 3000 * DAY:
            assert holder(roster, found.until) == found.next_person != found.person
            middle = at + (found.until - at) / 2
            assert (
                holder(roster, middle) == holder(roster, found.until - timedelta.resolution) == found.person
            )
        if found.since is not None:
            assert (
                holder(roster, found.since)
                == found.person
                != holder(roster, found.since - timedelta.resolution)
            )


@settings(max_examples=15, deadline=None)
@given(st.data(), rosters, st.sampled_from(["asha", "budi"]))
def test_a_next_shift_begins_where_it_says_and_none_before_it(
    data: st.DataObject, roster: Roster, person: str
) -> None:
    at = data.draw(moments(roster))
    found = next_shift(roster, person, at)
    first = at + 366 * DAY if found is None else found.start
    here, held = at, holder(roster, at) == person
    while here < min(first, at + 20 * DAY):
        now = holder(roster, here) == person
        assert held or not now, here
        held = now
        here += 3 * HOUR + 7 * MINUTE
    if found is not None:
        assert holder(roster, found.start) == person != holder(roster, found.start - timedelta.resolution)
        if found.end < at + 366 * DAY:
            assert holder(roster, found.end) != person == holder(roster, found.end - timedelta.resolution)
