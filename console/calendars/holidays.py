"""Holidays from an iCalendar file, as days without a zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from console.calendars.ics import events_in
from console.calendars.repeating import occurrences
from console.clock import ticks as system_ticks

_LONGEST = 60
_UTC = ZoneInfo("UTC")


def read_holidays(
    data: bytes, start: datetime, end: datetime, ticks: Callable[[], float] = system_ticks
) -> tuple[tuple[tuple[date, str], ...], tuple[str, ...]]:
    """Return the days in [start, end) with their names, and what could not be used. Raises ``CalendarError``.

    An event counts for each local day that it touches; one that lasts longer than two months for none.
    """
    problems: list[str] = []
    found = occurrences(events_in(data, _UTC, problems), start, end, ticks)
    days: dict[date, str] = {}
    for one in found.found:
        zone = one.event.start.zone
        first = one.start.astimezone(zone).date()
        last = (one.end - timedelta(microseconds=1)).astimezone(zone).date()
        if (last - first).days > _LONGEST:
            problems.append(f'"{one.event.summary}" is no holiday: it lasts {(last - first).days} days')
            continue
        for ahead in range((last - first).days + 1):
            days.setdefault(first + timedelta(days=ahead), one.event.summary)
    return tuple(sorted(days.items())), (*problems, *found.problems)
