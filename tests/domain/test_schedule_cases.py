"""Other schedulers' own test cases, run through our model where it can express them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.domain.roster import Override, Roster, Rotation, duty, shift_at, shifts
from tests.domain.peercases import Case, Check, NotOurs, load, no, run_or_skip, verdict
from tests.paths import SHARED, needs_shared

CASES = load(SHARED / "samples" / "schedules" / "cases.json")

UNITS = {"hourly": timedelta(hours=1), "daily": timedelta(days=1), "weekly": timedelta(days=7)}


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def turning(case: Case) -> None:
    """Check rotations: whose shift, from when to when."""
    told = case["definition"]["rotation"]
    if told["type"] not in UNITS:
        raise NotOurs(f"{told['type']} rotations")
    if "current" in told:
        raise NotOurs("the current person is stored state there, computed from the start here")
    every = UNITS[told["type"]] * told["shift_length"]
    begin = datetime.fromisoformat(told["start"])
    # They count backwards from the start too; our shifts begin at it, so it is moved to before the questions.
    zone = ZoneInfo(case["timezone"])
    first = min(instant(check["at"]) for check in case["checks"]).astimezone(zone).replace(tzinfo=None)
    whole_days = every if every % timedelta(days=1) == timedelta(0) else timedelta(days=1)
    while begin > first:
        begin -= whole_days
    people = tuple(told.get("participants", ("asha", "budi", "citra")))
    rotation = Rotation("team", "primary", people, every, begin.time(), zone, begin.date())
    for check in case["checks"]:
        now = duty(Roster((rotation,)), "team", "primary", instant(check["at"]))
        start, end = shift_at(rotation, instant(check["at"]))[1:]
        assert (now.since, now.until) == (start, end)
        assert start == instant(check["shift_start"]), check
        assert end == instant(check["shift_end"]), check
        if "shift_hours" in check:
            assert end - start == timedelta(hours=check["shift_hours"])


def covering(case: Case) -> None:
    """Check schedules. Several people at once are several roles with us; hours off are taken away."""
    told, zone = case["definition"], ZoneInfo(case["timezone"])
    asked = [instant(check.get("at") or check["from"]) for check in case["checks"]]
    first = min(asked).astimezone(zone).date() - timedelta(days=3)
    days = (max(asked) - min(asked)).days + 6
    rotations, overrides = [], []
    for rule in told["rules"]:
        if len(rule["days"]) != 7:
            raise NotOurs("rules for some days of the week")
        opens, closes = (datetime.strptime(rule[key], "%H:%M").time() for key in ("start", "end"))  # noqa: DTZ007 - wall times
        role = str(rule)
        rotations.append(Rotation("team", role, (rule["user"],), timedelta(days=1), opens, zone, first))
        for day in (first + timedelta(days=n) for n in range(days)):
            begin = datetime.combine(day, closes, zone).astimezone(UTC)
            end = datetime.combine(day + timedelta(days=opens != closes), opens, zone).astimezone(UTC)
            overrides.append(Override("team", role, "", begin, end))
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
    """Check weekly templates of one event a week: each is a shift of a weekly rotation."""
    told, zone = case["definition"], ZoneInfo(case["timezone"])
    if len(told["events"]) != 1:
        raise NotOurs("several events a week handed out together")
    event = told["events"][0]
    assert event["duration"] == 7 * 86400
    into = timedelta(seconds=event["start"])
    handoff = (datetime(2000, 1, 1, tzinfo=UTC) + into % timedelta(days=1)).time()
    weekday = (6 + into // timedelta(days=1)) % 7  # they count from Sunday, we from Monday
    for check in case["checks"]:
        weeks = [span for week in check["generated"] for span in week]
        local = datetime.fromisoformat(weeks[0]["start"]).date()
        rotation = Rotation(
            "team", "primary", ("asha", "budi"), timedelta(days=7), handoff, zone, local, weekday
        )
        begin, end = instant(weeks[0]["start"]), instant(weeks[-1]["end"])
        found = shifts(Roster((rotation,)), "team", "primary", begin, end)
        assert [(one.start, one.end) for one in found] == [
            (instant(one["start"]), instant(one["end"])) for one in weeks
        ]


CHECKS: dict[str, Check] = {
    "rotation": turning,
    "schedule": covering,
    "event_override": replacing,
    "weekly_template": templates,
    "window": no("on-call hours within a week (business hours)"),
    "time_interval": no("business hours"),
    "ical": no("calendar files"),
    "availability": no("absences without a named cover"),
}


@needs_shared
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_peers_case(case: Case) -> None:
    run_or_skip(case, CHECKS)


@needs_shared
def test_enough_of_the_peers_cases_are_run() -> None:
    results = Counter("skipped" if verdict(case, CHECKS) else "run" for case in CASES)
    assert results["run"] >= 21
    assert results["skipped"] <= results["run"]
