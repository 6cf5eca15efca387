"""Hours of the day as people write them: ``22:00-07:00``."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

from console.domain.walltime import Hours

_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})", re.ASCII)


def parse_hours(value: object) -> Hours:
    """Return the hours that a text says. Raises ``ValueError`` with a sentence for the user."""
    if isinstance(value, Hours):
        return value
    match = _HOURS.fullmatch(value.strip()) if isinstance(value, str) else None
    numbers = [int(part) for part in match.groups()] if match else []
    if not numbers or numbers[0] > 23 or numbers[2] > 24 or max(numbers[1], numbers[3]) > 59:
        raise ValueError(f'"{value}" is not hours of a day; write them like "22:00-07:00"')
    if numbers[2] == 24 and numbers[3]:
        raise ValueError(f'"{value}" ends after the end of the day; write "00:00" for midnight')
    hours = Hours(time(numbers[0], numbers[1]), time(numbers[2] % 24, numbers[3]))
    if hours.start == hours.end:
        raise ValueError(f'"{value}" is a whole day: nothing would ever be told')
    return hours


def format_hours(hours: Hours) -> str:
    """Return hours as ``parse_hours`` reads them."""
    return f"{hours.start:%H:%M}-{hours.end:%H:%M}"


DayHours = Annotated[Hours, BeforeValidator(parse_hours), PlainSerializer(format_hours)]
"""The same hours of each day, local; an end before the start lies in the next day."""


def _off_or_hours(value: object) -> Hours | None:
    return None if value is None or value == "off" else parse_hours(value)


def _show_off_or_hours(value: Hours | None) -> str:
    return "off" if value is None else format_hours(value)


OffOrHours = Annotated[Hours | None, BeforeValidator(_off_or_hours), PlainSerializer(_show_off_or_hours)]
"""Hours of the day, or ``"off"`` (None)."""
