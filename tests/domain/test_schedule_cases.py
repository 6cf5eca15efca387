"""Other schedulers' own test cases, run through our model where it can express them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from console.domain.roster import (
    Absence,
    Override,
    Roster,
    Rotation,
    Window,
    duty,
    shift_at,
    shifts,
)
from tests.domain.peercases import Case, Check, NotOurs, load, no, run_or_skip, verdict
from tests.paths import SHARED, needs_shared

CASES = load(SHARED / "samples" / "schedules" / "cases.json")

UNITS = {"hourly": timedelta(hours=1), "daily": timedelta(days=1), "weekly": timedelta(days=7)}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK = timedelta(days=7)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def clock(text: str) -> time:
    return time() if text == "24:00" else time.fromisoformat(text)


def in_windows(person: str, windows: tuple[Window, ...], zone: ZoneInfo, role: str = "primary") -> Rotation:
    """Return somebody's hours: a rotation of one, long before all questions."""
    return Rotation("team", role, (person,), WEEK, time(), zone, date(1990, 1, 1), windows=windows)


def rotation_of(told: dict[str, Any], zone: ZoneInfo, first: datetime) -> Rotation:
    """Return a rotation of theirs as one of ours.

    They count backwards from the start too; our shifts begin at it, so it is moved to before the questions.
    Who is current is stored state there: the same with us is that person's shift as the start.
    """
    begin = datetime.fromisoformat(told["start"])
    people = tuple(told.get("participants", ("asha", "budi", "citra")))
    months = told["shift_length"] if told["type"] == "monthly" else 0
    every = timedelta(days=1) if months else UNITS[told["type"]] * told["shift_length"]
    whole_days = every if every % timedelta(days=1) == timedelta(0) else timedelta(days=1)
    local = first.astimezone(zone).replace(tzinfo=None)
    while begin > local and months:
        begin = begin.replace(year=begin.year - 1)
    while begin > local:
        begin -= whole_days
    rotation = Rotation("team", "primary", people, every, begin.time(), zone, begin.date(), months=months)
    if current := told.get("current"):
        _, start, _ = shift_at(rotation, instant(current["since"]))
        n = current["index"]
        rotation = replace(rotation, members=people[n:] + people[:n], start=start.astimezone(zone).date())
    return rotation


def turning(case: Case) -> None:
    """Check rotations: whose shift, from when to when."""
    asked = [instant(check["at"]) for check in case["checks"]]
    rotation = rotation_of(case["definition"]["rotation"], ZoneInfo(case["timezone"]), min(asked))
    for check, at in zip(case["checks"], asked, strict=True):
        now = duty(Roster((rotation,)), "team", "primary", at)
        start, end = shift_at(rotation, at)[1:]
        assert (now.since, now.until) == (start, end)
        if "on_call" in check:
            assert check["on_call"] == [now.person]
        if "shift_start" in check:
            assert start == instant(check["shift_start"]), check
            assert end == instant(check["shift_end"]), check
        if "shift_hours" in check:
            assert end - start == timedelta(hours=check["shift_hours"])


def window_of(told: dict[str, Any]) -> Window:
    return Window(
        frozenset(DAYS.index(day) for day in told["days"]), clock(told["start"]), clock(told["end"])
    )


def opening(case: Case) -> None:
    """Check hours of the week: whether an instant lies within them, and when they next end."""
    zone = ZoneInfo(case["timezone"])
    roster = Roster((in_windows("asha", (window_of(case["definition"]["window"]),), zone),))
    for check in case["checks"]:
        now = duty(roster, "team", "primary", instant(check["at"]))
        if "active" in check:
            assert (now.person is not None) == check["active"], check
        if "window_end" in check:
            if now.person is None:
                assert now.until is not None
                now = duty(roster, "team", "primary", now.until)
            assert now.until == instant(check["window_end"]), check


def intervals(case: Case) -> None:
    """Check business hours; days of a month and years are nothing that windows of a week can say."""
    told = case["definition"]["interval"]
    if other := sorted(set(told) - {"times", "weekdays", "location"}):
        raise NotOurs(f"hours by {', '.join(other)}")
    days = frozenset(range(7))
    if "weekdays" in told:
        first, _, last = told["weekdays"][0].partition(":")
        days = frozenset(range(DAYS.index(first[:3]), DAYS.index((last or first)[:3]) + 1))
    windows = tuple(Window(days, clock(start), clock(end)) for start, end in told["times"])
    roster = Roster((in_windows("asha", windows, ZoneInfo(told["location"])),))
    for check in case["checks"]:
        now = duty(roster, "team", "primary", instant(check["at"]))
        assert (now.person is not None) == check["active"], check


def covering(case: Case) -> None:
    """Check schedules. Several people at once are several roles with us."""
    told, zone = case["definition"], ZoneInfo(case["timezone"])
    rotations = [in_windows(rule["user"], (window_of(rule),), zone, str(rule)) for rule in told["rules"]]
    overrides = []
    for one in told.get("overrides", ()):
        role = next((str(rule) for rule in told["rules"] if rule["user"] == one.get("remove")), str(one))
        overrides.append(
            Override("team", role, one.get("add", ""), instant(one["start"]), instant(one["end"]))
        )
    roster = Roster(tuple(rotations), tuple(overrides))
    roles = dict.fromkeys([rotation.role for rotation in rotations] + [one.role for one in overrides])
    for check in case["checks"]:
        if "at" in check:
            held = {duty(roster, "team", role, instant(check["at"])).person for role in roles}
            assert sorted(person for person in held if person) == check["on_call"], check
        else:
            begin, end = instant(check["from"]), instant(check["to"])
            spans = [span for role in roles for span in shifts(roster, "team", role, begin, end)]
            wanted = [(instant(one["start"]), instant(one["end"]), one["on_call"]) for one in check["shifts"]]
            assert sorted((one.start, one.end, [one.person]) for one in spans) == wanted, check


def replacing(case: Case) -> None:
    """Check edits of a list of events: the first is who holds the role, later ones are covers."""
    told = case["definition"]
    rows = [*told["events"], told["override"]]
    spans = [
        (one["user"], datetime.fromtimestamp(one["start"], UTC), datetime.fromtimestamp(one["end"], UTC))
        for one in rows
    ]
    roster = Roster(overrides=tuple(Override("team", "primary", *span) for span in spans))
    begin, end = min(span[1] for span in spans), max(span[2] for span in spans)
    found = shifts(roster, "team", "primary", begin, end)
    seconds = [
        {"user": one.person, "start": one.start.timestamp(), "end": one.end.timestamp()} for one in found
    ]
    assert seconds == case["checks"][0]["events_after"]


def templates(case: Case) -> None:
    """Check weekly templates: a weekly rotation, and where its events are shorter than the week, their hours."""
    told, zone = case["definition"], ZoneInfo(case["timezone"])
    sunday = datetime(2000, 1, 2)  # noqa: DTZ001 - they count on the wall clock, from any Sunday
    begins = [sunday + timedelta(seconds=event["start"]) for event in told["events"]]
    ends = [
        begin + timedelta(seconds=event["duration"])
        for begin, event in zip(begins, told["events"], strict=True)
    ]
    windows = tuple(
        Window(frozenset({begin.weekday()}), begin.time(), end.time())
        for begin, end in zip(begins, ends, strict=True)
        if end - begin < WEEK
    )
    for check in case["checks"]:
        events = [event for week in check["generated"] for event in week]
        begin, end = instant(events[0]["start"]), instant(events[-1]["end"])
        rotation = Rotation(
            team="team",
            role="primary",
            members=("asha", "budi"),
            every=WEEK,
            handoff=begins[0].time(),
            timezone=zone,
            start=begin.astimezone(zone).date(),
            weekday=begins[0].weekday(),
            windows=windows,
        )
        found = shifts(Roster((rotation,)), "team", "primary", begin, end)
        assert [(one.start, one.end) for one in found] == [
            (instant(event["start"]), instant(event["end"])) for event in events
        ]
        whose = [
            person
            for person, week in zip(rotation.members * 9, check["generated"], strict=False)
            for _ in week
        ]
        assert [one.person for one in found] == whose


def being_away(case: Case) -> None:
    """Check that somebody on leave is passed over, week by week."""
    told = case["definition"]
    begin = datetime(2026, 1, 5, tzinfo=UTC)
    rotation = Rotation(
        "team", "primary", tuple(told["roster"]), WEEK, time(), ZoneInfo("UTC"), begin.date(), 0
    )
    away = tuple(
        Absence(person, begin + week * WEEK, begin + (week + 1) * WEEK)
        for person, weeks in told["away"].items()
        for week in weeks
    )
    roster = Roster((rotation,), absences=away)
    for check in case["checks"]:
        weeks = [
            {one.person for one in shifts(roster, "team", "primary", start, start + WEEK)}
            for start in (begin + week * WEEK for week in range(told["weeks"]))
        ]
        assert weeks == [{person} for person in check["on_call_by_week"]]


CHECKS: dict[str, Check] = {
    "rotation": turning,
    "schedule": covering,
    "event_override": replacing,
    "weekly_template": templates,
    "window": opening,
    "time_interval": intervals,
    "ical": no("calendar files: they are read in their own room"),
    "availability": being_away,
}


@needs_shared
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_peers_case(case: Case) -> None:
    run_or_skip(case, CHECKS)


@needs_shared
def test_all_of_the_peers_cases_are_run_but_those_that_say_why_not() -> None:
    reasons = Counter(verdict(case, CHECKS) for case in CASES)
    assert reasons.pop("") == 35
    assert reasons == {
        "hours by days_of_month": 1,
        "hours by days_of_month, months, years": 1,
        "calendar files: they are read in their own room": 1,
    }
