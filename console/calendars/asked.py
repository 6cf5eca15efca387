"""What is wanted of a calendar, and what comes of its spans."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from console.calendars.overlaps import Span, one_holder
from console.calendars.people import Names
from console.domain.text import one_line
from console.ports.calendars import Imported

BEHIND = timedelta(days=35)
AHEAD = timedelta(days=400)
"""How far back and ahead shifts are read, in whole days (UTC)."""
_MOST_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """Shifts of one role in [start, end), UTC. ``zone`` is meant by times without one; ``calendar`` is its name."""

    calendar: str
    team: str
    role: str
    zone: ZoneInfo
    start: datetime
    end: datetime
    names: Names


def around(now: datetime, behind: timedelta = BEHIND, ahead: timedelta = AHEAD) -> tuple[datetime, datetime]:
    """Return the span that is read: the same all day, so that an unchanged calendar stays unchanged."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return day - behind, day + ahead


def imported(
    asked: Asked, spans: Iterable[Span], problems: Iterable[str], until: datetime | None = None
) -> Imported:
    """Return spans as shifts cut to what was asked, with every problem once."""
    end = asked.end if until is None else min(until, asked.end)
    cut = [
        Span(one.person, max(one.start, asked.start), min(one.end, end), number, one.reason)
        for number, one in enumerate(sorted(spans, key=lambda one: (one.start, one.order)))
        if one.start < end and one.end > asked.start
    ]
    told = tuple(dict.fromkeys(map(one_line, problems)))
    if len(told) > _MOST_PROBLEMS:
        told = (*told[: _MOST_PROBLEMS - 1], f"and {len(told) - _MOST_PROBLEMS + 1} more")
    return Imported(one_holder(asked.team, asked.role, cut), told, end)


def nobody(name: str) -> str:
    """Return why a span is a gap: nobody of ours is called that."""
    return f'nobody is called "{name}"'


def how_to_name(name: str) -> str:
    """Return the same with what to do about it."""
    shown = name.replace('"', "'")
    return f'{nobody(shown)}: add names = {{ "{shown}" = "…" }} to the calendar'
