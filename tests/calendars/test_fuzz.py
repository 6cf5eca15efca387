"""Any bytes come to shifts or problems, or to a ``CalendarError``: nothing else ever leaves."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from console.calendars import ics, table
from console.calendars.holidays import read_holidays
from console.domain.text import one_line
from console.errors import CalendarError
from tests.calendars.made import asked, calendar

SPAN = asked(end=asked().start + timedelta(days=40))
TEXT = st.text(max_size=20)
NAMES = st.sampled_from(
    [
        "DTSTART",
        "DTEND",
        "DURATION",
        "RRULE",
        "RDATE",
        "EXDATE",
        "SUMMARY",
        "ATTENDEE",
        "UID",
        "SEQUENCE",
        "RECURRENCE-ID",
        "STATUS",
        "BEGIN",
        "END",
        "X-WR-TIMEZONE",
        "X-ONCALL-PERSON",
        "LAST-MODIFIED",
    ]
)
PARAMETERS = st.sampled_from(
    ["", ";TZID=Europe/Berlin", ";VALUE=DATE", ";TZID=", ';CN="a', ";;", ";TZID=../x"]
)
TIMES = st.sampled_from(
    ["20260105", "20260105T090000", "20260105T093000Z", "20260110T090000Z", "00010101T000000", "99991231"]
)
RULES = st.builds(
    "FREQ={};{}={}".format,
    st.sampled_from(["HOURLY", "DAILY", "WEEKLY", "MONTHLY", "SECONDLY", "X"]),
    st.sampled_from(["INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYHOUR", "BYSETPOS", "WKST", "RSCALE"]),
    st.sampled_from(["1", "0", "-1", "99999999999", "MO", "20260110", "20260110T000000Z", "x", "", "MO,XX"]),
)
VALUES = (
    TIMES
    | RULES
    | TEXT
    | st.sampled_from(["P1D", "PT8H", "P", "-P1W", "P9999999999W", "VEVENT", "VCALENDAR"])
)
LINES = st.builds("{}{}:{}".format, NAMES, PARAMETERS, VALUES) | TEXT


def nothing_else_leaves(data: bytes) -> None:
    for read in (ics.read, table.read):
        try:
            found = read(data, SPAN)
        except CalendarError:
            continue
        assert all(SPAN.start <= one.start < one.end <= SPAN.end for one in found.shifts)
        assert all(first.end <= second.start for first, second in pairwise(found.shifts))
        assert all(one_line(line) == line for line in found.problems)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    nothing_else_leaves(data)
    nothing_else_leaves(b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + data + b"\nEND:VEVENT\nEND:VCALENDAR\n")
    nothing_else_leaves(b"person,start,end\n" + data)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(LINES, max_size=8), max_size=4))
def test_events_of_any_lines(events: list[list[str]]) -> None:
    bodies = ("\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"]) for lines in events)
    data = calendar(*bodies)
    nothing_else_leaves(data)
    try:
        read_holidays(data, SPAN.start, SPAN.end)
    except CalendarError:
        return
