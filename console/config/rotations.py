"""Rotations as the config file writes them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from console.config.base import Table, Word, Zone, parse_zone
from console.config.durations import format_duration, parse_positive

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK = timedelta(days=7)
_HANDOFF = re.compile(r"(?:([A-Za-z]{3,9})\s+)?(\d{1,2}):(\d{2})", re.ASCII)


def _every(value: object) -> timedelta:
    if value == "daily":
        return timedelta(days=1)
    if value == "weekly":
        return WEEK
    try:
        return parse_positive(value)
    except ValueError:
        raise ValueError(
            f'"{value}" is not a length of a shift; write "weekly", "daily" or like "12h"'
        ) from None


class Handoff(Table):
    """When the next person takes over: local wall time, for weekly rotations with a day."""

    at: time
    weekday: int | None = None  # 0 is Monday


def _handoff(value: object) -> Handoff:
    match = _HANDOFF.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is not None:
        day, hour, minute = (match[1] or "").lower(), int(match[2]), int(match[3])
        known = [number for number, name in enumerate(DAYS) if day[:3] == name]
        if hour < 24 and minute < 60 and (known or not day):
            return Handoff(at=time(hour, minute), weekday=known[0] if known else None)
    raise ValueError(f'"{value}" is not a handoff; write it like "Mon 09:00" or "09:00"')


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError("is a date without quotes, like 2026-01-05")


class Rotation(Table):
    """``[[rotations]]``: one role of one team, handed round its members."""

    team: Word
    """A team's id."""

    role: Word
    """What the holder is: primary, secondary, …"""

    members: Annotated[tuple[Word, ...], Field(min_length=1)]
    """Ids of people in order of their turns."""

    start: Annotated[date, BeforeValidator(_day)]
    """The first member's first shift begins at the first handoff on or after this day."""

    every: Annotated[timedelta, BeforeValidator(_every)] = WEEK
    """Length of a shift: "weekly", "daily" or a duration such as "12h"."""

    handoff: Annotated[Handoff, BeforeValidator(_handoff)] = Handoff(at=time(9))
    """Local wall time of the handoff: "Mon 09:00" for weeks (without a day: the weekday of ``start``), "09:00" otherwise."""

    timezone: Zone = parse_zone("UTC")
    """Whose wall time, such as "Asia/Jakarta"."""

    @property
    def weekly(self) -> bool:
        """Whether shifts are whole weeks."""
        return not self.every % WEEK

    @model_validator(mode="after")
    def _day_fits(self) -> Self:
        if self.handoff.weekday is not None and not self.weekly:
            raise ValueError(
                f'handoff names a day, but every is "{format_duration(self.every)}", not whole weeks; '
                'leave the day out or write every = "weekly"'
            )
        return self
