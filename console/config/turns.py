"""How long a shift lasts and when the next person takes over, as people write it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time, timedelta

from console.config.durations import format_duration, parse_positive
from console.config.windows import weekday

DAY, WEEK = timedelta(days=1), timedelta(days=7)
LEAST = timedelta(minutes=1)
"""Shorter shifts are a slip of the pen, and a week of them too long a list."""
MOST_MONTHS = 120
_MONTH = timedelta(days=30)
_NAMED = {"daily": DAY, "weekly": WEEK}
_UNITS = {"minute": "m", "hour": "h", "day": "d", "week": "w"}
_COUNTED = re.compile(r"(\d{1,6})\s*(minute|hour|day|week|month)s?", re.ASCII | re.IGNORECASE)
_HANDOFF = re.compile(r"(?:([A-Za-z]{3,9})\s+)?(\d{1,2}):(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Turn:
    """How long a shift lasts; with ``months`` more than 0 so many calendar months, and ``span`` only about it."""

    span: timedelta
    months: int = 0

    @property
    def weekly(self) -> bool:
        """Whether it is whole weeks."""
        return not self.months and not self.span % WEEK

    def __str__(self) -> str:
        return f"{self.months} months" if self.months else format_duration(self.span)


@dataclass(frozen=True, slots=True)
class Handoff:
    """When the next person takes over: local wall time, for weekly rotations with a day (0 Monday)."""

    at: time
    weekday: int | None = None


def parse_turn(value: object) -> Turn:
    """Return the length of shifts that a text says. Raises ``ValueError`` with a sentence for the user."""
    if isinstance(value, Turn):
        return value
    text = value.strip().lower() if isinstance(value, str) else value
    counted = _COUNTED.fullmatch(text) if isinstance(text, str) else None
    if text == "monthly":
        return Turn(_MONTH, 1)
    if counted is not None and counted[2].lower() == "month":
        months = int(counted[1])
        if not 1 <= months <= MOST_MONTHS:
            raise ValueError(f'"{value}" is not between 1 month and {MOST_MONTHS} months')
        return Turn(months * _MONTH, months)
    span = _NAMED.get(text) if isinstance(text, str) else None
    return Turn(span or _span(value, f"{counted[1]}{_UNITS[counted[2].lower()]}" if counted else text))


def _span(value: object, text: object) -> timedelta:
    shown = f'"{value}"' if isinstance(value, str) else str(value)
    try:
        span = parse_positive(text)
    except ValueError as error:
        why = str(error) if "longer than" in str(error) else ""
        raise ValueError(
            f"{shown} is not a length of a shift{': ' if why else ''}{why}; "
            'write "weekly", "daily", "monthly", "3 days" or like "12h"'
        ) from None
    if span < LEAST:
        raise ValueError(f'{shown} is too short for a shift; it lasts at least "{format_duration(LEAST)}"')
    return span


def parse_handoff(value: object) -> Handoff:
    """Return the handoff that a text says. Raises ``ValueError`` with a sentence for the user."""
    if isinstance(value, Handoff):
        return value
    match = _HANDOFF.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is not None:
        hour, minute = int(match[2]), int(match[3])
        day = weekday(match[1]) if match[1] else None
        if hour < 24 and minute < 60 and (day is not None or not match[1]):
            return Handoff(time(hour, minute), day)
    shown = f'"{value}"' if isinstance(value, str) else str(value)
    raise ValueError(f'{shown} is not a handoff; write it like "Mon 09:00" or "09:00"')
