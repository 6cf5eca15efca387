"""Shifts as an iCalendar file and as a table, for whoever wants them elsewhere. ``ics`` and ``table`` read both."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from datetime import datetime
from io import StringIO

from console.domain.roster import Shift

MADE_BY = "-//oncall//roster//EN"


def to_ics(shifts: Iterable[Shift], name_of: Callable[[str], str], at: datetime, title: str) -> bytes:
    """Return shifts as a calendar (RFC 5545): times in UTC, to the second, so that no zone need be defined.

    The same shifts asked for at the same instant ``at`` are the same bytes. A shift keeps its UID as long as
    its team, role and start stay, so that a calendar that imports it again moves nothing. ``name_of`` tells
    what a person is called.
    """
    from icalendar import Calendar, Event  # noqa: PLC0415 - heavy; see lines

    calendar = Calendar()
    for key, value in (
        ("prodid", MADE_BY),
        ("version", "2.0"),
        ("method", "PUBLISH"),
        ("x-wr-calname", title),
    ):
        calendar.add(key, value)
    for shift in shifts:
        start, end = _whole(shift.start), _whole(shift.end)
        if start >= end:
            continue
        event = Event()
        event.add("uid", f"{shift.team}/{shift.role}/{start:%Y%m%dT%H%M%SZ}@oncall")
        event.add("dtstamp", _whole(at))
        event.add("dtstart", start)
        event.add("dtend", end)
        event.add("summary", f"{shift.role} · {shift.team}: {name_of(shift.person)}")
        event.add("transp", "TRANSPARENT")  # being on call is no appointment
        event.add("x-oncall-person", shift.person)
        calendar.add_component(event)
    data: bytes = calendar.to_ical()
    return data


def to_csv(shifts: Iterable[Shift]) -> bytes:
    """Return shifts as a table with heads, times in UTC."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("team", "role", "person", "start", "end"))
    for shift in shifts:
        writer.writerow((shift.team, shift.role, shift.person, _iso(shift.start), _iso(shift.end)))
    return text.getvalue().encode()


def _whole(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds" if at.microsecond else "seconds").replace("+00:00", "Z")
