from __future__ import annotations

from datetime import UTC, date, datetime

from console.calendars.holidays import read_holidays
from tests.calendars.made import calendar, event

START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC)


def test_days_as_they_are_whatever_the_zone() -> None:
    data = calendar(
        event(
            "DTSTART;VALUE=DATE:20201225",
            "DTEND;VALUE=DATE:20201227",
            "RRULE:FREQ=YEARLY",
            summary="Christmas",
        ),
        event("DTSTART;VALUE=DATE:20260817", summary="Independence Day"),
        event("DTSTART;TZID=Asia/Jakarta:20260501T000000", "DURATION:PT24H", summary="Labour Day"),
        event("DTSTART;VALUE=DATE:20260101", "DTEND;VALUE=DATE:20261231", summary="Jubilee year"),
        event(summary="Never"),
    )
    days, problems = read_holidays(data, START, END)
    assert days == (
        (date(2026, 5, 1), "Labour Day"),
        (date(2026, 8, 17), "Independence Day"),
        (date(2026, 12, 25), "Christmas"),
        (date(2026, 12, 26), "Christmas"),
    )
    assert problems == ('"Never" has no start', '"Jubilee year" is no holiday: it lasts 363 days')
