"""Spans of time as people write them in a config file: ``90s`` ``15m`` ``8h`` ``5d`` ``1h30m``."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_SHAPE = re.compile(r"(?:(\d{1,9})w)?(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?", re.ASCII)
_LONGEST = timedelta(days=3660)


def parse_duration(value: object) -> timedelta:
    """Return the span that ``value`` says: largest unit first, each unit at most once.

    A ``timedelta`` passes as it is. Raises ``ValueError`` with a sentence for the user; a bare
    number is refused, because nobody can see its unit.
    """
    if isinstance(value, timedelta):
        span = value
    else:
        text = value.strip() if isinstance(value, str) else ""
        match = _SHAPE.fullmatch(text)
        if not text or match is None:
            raise ValueError(
                f'{_shown(value)} is not a duration; write it like "90s" "15m" "8h" "5d" "1h30m"'
            )
        seconds = sum(
            int(count) * unit
            for count, unit in zip(match.groups(), _UNITS.values(), strict=True)
            if count is not None
        )
        if seconds > _LONGEST.total_seconds():
            raise ValueError(f'"{text}" is longer than ten years')
        span = timedelta(seconds=seconds)
    if span < timedelta(0):
        raise ValueError("a duration cannot be negative")
    return span


def parse_positive(value: object) -> timedelta:
    """Return the span like ``parse_duration``; raises ``ValueError`` for nought as well."""
    span = parse_duration(value)
    if not span:
        raise ValueError('must be longer than "0s"')
    return span


def format_duration(span: timedelta) -> str:
    """Return the shortest text that ``parse_duration`` reads back as ``span`` cut to whole seconds."""
    left = int(span.total_seconds())
    parts = []
    for unit, size in list(_UNITS.items())[
        1:
    ]:  # days are the largest: "5d" reads better than a mix with weeks
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def _shown(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


Duration = Annotated[timedelta, BeforeValidator(parse_duration), PlainSerializer(format_duration)]
"""A pydantic field that takes a duration, nought included."""

PositiveDuration = Annotated[timedelta, BeforeValidator(parse_positive), PlainSerializer(format_duration)]
"""A pydantic field that takes a duration longer than nought, such as a poll interval."""
