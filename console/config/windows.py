"""Hours of the week in which a rotation counts, as people write them: ``Mon-Fri 09:00-18:00``, ``weekends``."""

from __future__ import annotations

import re
from datetime import time
from typing import NoReturn

from console.config.nearest import did_you_mean
from console.domain.roster import Window

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EVERY_DAY = frozenset(range(7))
ALWAYS = Window(EVERY_DAY, time(0), time(0))
WORDS = {
    "business hours": Window(frozenset(range(5)), time(9), time(18)),
    "nights": Window(EVERY_DAY, time(18), time(9)),
    "weekends": Window(frozenset({5, 6}), time(0), time(0)),
}
"""Nights are the hours that business hours leave of each day, so that both together leave no gap in the week."""

_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})", re.ASCII)
_SHAPE = re.compile(
    rf"(?P<days>[A-Za-z][A-Za-z,\s–-]*?)?\s*(?P<hours>{_HOURS.pattern.replace('(', '(?:')})?", re.ASCII
)


def weekday(word: str) -> int | None:
    """Return the number of a day of the week (0 Monday) that is written in full or with three letters."""
    small = word.strip().lower()
    return next((n for n, full in enumerate(_FULL) if small and small in {full, full[:3]}), None)


def parse_window(value: object) -> Window:
    """Return the hours that a text says. Raises ``ValueError`` with a sentence for the user."""
    if isinstance(value, Window):
        return value
    text = " ".join(value.split()) if isinstance(value, str) else ""
    known = WORDS.get(text.lower()) or WORDS.get(f"{text.lower()}s")
    if known:
        return known
    match = _SHAPE.fullmatch(text)
    if not text or match is None:
        _refuse(value)
    days = _days(match["days"], value) if match["days"] else EVERY_DAY
    start, end = _hours(match["hours"], value) if match["hours"] else (time(0), time(0))
    return Window(days, start, end)


def _days(text: str, value: object) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        names = re.split("[-–]", part)
        numbers = [_day(name, value) for name in names]
        if len(numbers) == 1:
            found.add(numbers[0])
        elif len(numbers) == 2:
            first, last = numbers
            found |= {(first + n) % 7 for n in range((last - first) % 7 + 1)}
        else:
            _refuse(value)
    return frozenset(found)


def _day(name: str, value: object) -> int:
    number = weekday(name)
    if number is None:
        word = name.strip()
        near = did_you_mean(word, [day.title() for day in DAYS]) if " " not in word else ""
        raise ValueError(f'"{value}": "{word}" is no day of the week{near or _like()}')
    return number


def _hours(text: str, value: object) -> tuple[time, time]:
    match = _HOURS.fullmatch(text)
    if match is None:
        _refuse(value)
    hour, minute, end_hour, end_minute = map(int, match.groups())
    if hour > 23 or minute > 59 or (end_hour, end_minute) > (24, 0) or end_minute > 59:
        raise ValueError(f'"{value}" has a time that no clock shows; hours go from 00:00 to 24:00')
    return time(hour, minute), time(end_hour % 24, end_minute)


def _refuse(value: object) -> NoReturn:
    shown = f'"{value}"' if isinstance(value, str) else str(value)
    raise ValueError(f"{shown} are no hours of the week{_like()}")


def _like() -> str:
    words = ", ".join(f'"{word}"' for word in WORDS)
    return f'; write them like "Mon-Fri 09:00-18:00", "Sat-Sun", "22:00-07:00", {words}'
