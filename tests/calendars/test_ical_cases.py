"""Peers' own calendar tests, restated: what their feeds say about who is on call at an instant.

The kind ``ical`` of ``../shared/samples/schedules/cases.json``. A case that names a file which is not
beside it (a feed of its peer that may not be handed on) is skipped, and one written here of the same
shape (two shifts, the first with a folded title, the second with nothing but a title) stands for it.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from console.calendars.asked import Asked
from console.calendars.ics import read
from console.calendars.people import Names
from console.domain.people import Person
from tests.calendars.made import calendar, event
from tests.paths import SHARED

FOLDER = SHARED / "samples" / "schedules"
CASES = FOLDER / "cases.json"
LIKE_IT = {
    "pagerduty_feeds/pagerduty-folded-summary.ics": calendar(
        event("DTSTART:20250731T150000Z", "DTEND:20250807T150000Z", uid="A").replace(
            "On Call - Asha Nair - Payments", "On Call - Jane Doe -\n  On-Call Team"
        ),
        event("DTSTART:20251001T150000Z", "DTEND:20251008T150000Z", summary="On Call - Next Week", uid="B"),
    )
}


def ical_cases() -> list[dict[str, Any]]:
    if not CASES.is_file():
        return []
    return [one for one in json.loads(CASES.read_text("utf-8"))["cases"] if one["kind"] == "ical"]


@pytest.mark.skipif(not CASES.is_file(), reason="the peers' cases are not here")
def test_there_are_cases() -> None:
    assert ical_cases()


@pytest.mark.parametrize("case", ical_cases(), ids=lambda case: case["id"])
@pytest.mark.parametrize("whose", ["theirs", "ours"])
def test_a_feed_says_who_is_on_call(case: dict[str, Any], whose: str) -> None:
    named = case["definition"]["calendar"]
    data = LIKE_IT.get(named, b"")
    if whose == "theirs":
        if named.startswith("BEGIN:"):
            data = named.encode()
        elif any((path := folder / named).is_file() for folder in (FOLDER, FOLDER / "ics")):
            data = path.read_bytes()
        else:
            pytest.skip(f"{named} is not beside the cases")
    elif not data:
        pytest.skip("no calendar of ours stands for it")
    moments = [datetime.fromisoformat(check["at"]) for check in case["checks"]]
    titles = {title for check in case["checks"] for title in check["on_call"]}
    everybody = Names(Person(title, title) for title in titles)
    span = (min(moments) - timedelta(days=40), max(moments) + timedelta(days=40))
    zone = ZoneInfo(case.get("timezone") or "UTC")
    found = read(data, Asked("case", "team", "primary", zone, *span, everybody))
    for at, check in zip(moments, case["checks"], strict=True):
        holders = sorted({one.person for one in found.shifts if one.start <= at < one.end})
        assert holders == check["on_call"], at
