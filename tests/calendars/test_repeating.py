from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

import pytest

from console.calendars.ics import MOST_EVENTS, read
from console.calendars.repeating import MOST_OCCURRENCES
from console.errors import CalendarError
from tests.calendars.made import asked, calendar, event, hours, spans

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
MAY = datetime(2026, 5, 1, tzinfo=UTC)
WEEKLY = ("DTSTART;TZID=Europe/Berlin:20260302T090000", "DTEND;TZID=Europe/Berlin:20260309T090000")


def test_a_weekly_shift_keeps_its_hour_over_a_change_of_the_clocks() -> None:
    data = calendar(event(*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=5"))
    assert [f"{one.start:%m-%d %H}" for one in read(data, asked()).shifts] == ["03-02 08"]  # joined
    two = (event(*WEEKLY, f"RRULE:FREQ=WEEKLY;INTERVAL=2{end}") for end in (";COUNT=3", ";UNTIL=20260401"))
    for data in map(calendar, two):
        found = read(data, asked())
        assert spans(found.shifts) == [
            ("asha", "03-02 08:00", "03-09 08:00"),
            ("asha", "03-16 08:00", "03-23 08:00"),
            ("asha", "03-30 07:00", "04-06 07:00"),
        ]


@pytest.mark.parametrize("until", ["20260330T070000Z", "20260330T090000", "20260330"])
def test_the_last_one_counts_in_whichever_way_the_end_is_said(until: str) -> None:
    data = calendar(event(*WEEKLY, f"RRULE:FREQ=WEEKLY;UNTIL={until};INTERVAL=2"))
    assert len(read(data, asked()).shifts) == 3


def test_exceptions_additions_and_replacements() -> None:
    daily = (
        "DTSTART;TZID=Europe/Berlin:20260302T090000",
        "DTEND;TZID=Europe/Berlin:20260302T170000",
        "RRULE:FREQ=DAILY;COUNT=5",
        "EXDATE;TZID=Europe/Berlin:20260303T090000",
        "EXDATE;VALUE=DATE:20260304",
        "RDATE;TZID=Europe/Berlin:20260309T090000,20260310T090000",
    )
    moved = (
        "RECURRENCE-ID;TZID=Europe/Berlin:20260305T090000",
        "DTSTART:20260305T120000Z",
        "DTEND:20260305T130000Z",
    )
    gone = ("RECURRENCE-ID:20260306T080000Z", "DTSTART:20260306T080000Z", "STATUS:CANCELLED")
    data = calendar(
        event(*moved, uid="S", summary="Budi Santoso"), event(*daily, uid="S"), event(*gone, uid="S")
    )
    assert spans(read(data, asked()).shifts) == [
        ("asha", "03-02 08:00", "03-02 16:00"),
        ("budi", "03-05 12:00", "03-05 13:00"),
        ("asha", "03-09 08:00", "03-09 16:00"),
        ("asha", "03-10 08:00", "03-10 16:00"),
    ]


def test_one_uid_for_everything_counts_each_and_a_later_version_replaces() -> None:
    first = ("DTSTART:20260302T090000Z", "DTEND:20260302T100000Z")
    second = ("DTSTART:20260303T090000Z", "DTEND:20260303T100000Z")
    both = read(calendar(event(*first, uid="U"), event(*second, uid="U")), asked())
    assert len(both.shifts) == 2
    for version in ("SEQUENCE:2", "LAST-MODIFIED:20260201T000000Z"):
        found = read(calendar(event(*second, version, uid="U"), event(*first, uid="U")), asked())
        assert spans(found.shifts) == [("asha", "03-03 09:00", "03-03 10:00")]
    assert len(read(calendar(event(*first), event(*second)), asked()).shifts) == 2


def test_thousands_that_say_the_same_are_one_shift() -> None:
    same = event("DTSTART:20260302T090000Z", "DTEND:20260302T100000Z", uid="U")
    found = read(calendar(*[same] * 3_000), asked())
    assert spans(found.shifts) == [("asha", "03-02 09:00", "03-02 10:00")]
    assert found.problems == ()


def test_a_shift_that_began_before_the_span_is_there() -> None:
    long = ("DTSTART:20200106T000000Z", "DTEND:20200120T000000Z", "RRULE:FREQ=WEEKLY;INTERVAL=4")
    found = read(calendar(event(*long)), asked(start=MARCH, end=MAY))
    assert found.shifts[0].start == MARCH
    assert hours(found.shifts)[0] == 8 * 24
    assert found.problems == ()


def test_rules_that_never_come_true_end() -> None:
    never = ("DTSTART:20260106T000000Z", "DTEND:20260106T100000Z")
    rules = ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;INTERVAL=99999;BYDAY=MO")
    data = calendar(*(event(*never, f"RRULE:{rule}") for rule in rules))
    assert read(data, asked()).shifts == ()
    refused = event(*never, "RRULE:FREQ=HOURLY;BYMONTHDAY=31;BYMONTH=2")
    assert "in a way that is not read" in read(calendar(refused), asked()).problems[0]


def test_a_calendar_that_takes_too_long_is_given_up_event_by_event() -> None:
    slow = (event(*WEEKLY, "RRULE:FREQ=WEEKLY", summary=name) for name in ("Asha", "Budi", "Rina"))
    seconds = count(0, 3)
    found = read(calendar(*slow), asked(start=MARCH, end=MAY), lambda: float(next(seconds)))
    assert {one.person for one in found.shifts} == {"asha"}
    assert found.problems == tuple(
        f'"{name}" is left out: its calendar takes too long to work out' for name in ("Budi", "Rina")
    )


def test_more_than_anybody_can_have_meant_is_cut_and_said_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    hourly = ("DTSTART:20260101T000000Z", "DTEND:20260101T003000Z", "RRULE:FREQ=HOURLY")
    found = read(calendar(event(*hourly)), asked())
    assert len(found.shifts) == MOST_OCCURRENCES
    assert found.until == found.shifts[-1].start.replace(hour=8)
    assert f"{MOST_OCCURRENCES:,}" in found.problems[0]
    monkeypatch.setattr("console.calendars.repeating._MOST_HELD", 8_000)
    with pytest.raises(CalendarError, match="more than 8,000 shifts"):
        read(calendar(event(*hourly)), asked())
    minute = "BEGIN:VEVENT\r\nEND:VEVENT\r\n" * (MOST_EVENTS + 1)
    with pytest.raises(CalendarError, match="more than 20,000 events"):
        read(calendar(minute), asked())


def test_one_that_began_long_ago_and_repeats_each_hour_is_said() -> None:
    old = ("DTSTART:19800101T000000Z", "DTEND:19800101T003000Z", "RRULE:FREQ=HOURLY")
    assert "began too long ago" in read(calendar(event(*old)), asked()).problems[0]
