"""Rotations as the config file writes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from console.config.base import Entry, Word, Zone, not_empty, parse_zone
from console.config.moments import Day
from console.config.turns import WEEK, Handoff, Turn, parse_handoff, parse_turn
from console.config.windows import ALWAYS, parse_window
from console.domain.roster import Window

NEVER = datetime(9999, 1, 1)  # noqa: DTZ001 - wall time, as all of a rotation
Hours = Annotated[Window, BeforeValidator(parse_window)]


class Rotation(Entry):
    """``[[rotations]]``: one layer of one role of one team, handed round its members."""

    team: Word
    """A team's id."""

    role: Word
    """What the holder is: primary, secondary, …"""

    members: Annotated[tuple[Word, ...], AfterValidator(not_empty), Field(max_length=1000)]
    """Ids of people in order of their turns."""

    start: Day
    """The first member's first shift begins at the first handoff on or after this day."""

    until: Day | None = None
    """The first day on which it no longer counts, from the time of the handoff on."""

    every: Annotated[Turn, BeforeValidator(parse_turn)] = Turn(WEEK)
    """Length of a shift: "weekly", "daily", "monthly", "3 days", "2 months" or a duration such as "12h"."""

    handoff: Annotated[Handoff, BeforeValidator(parse_handoff)] = Handoff(time(9))
    """Local wall time of the handoff: "Mon 09:00" for weeks (without a day: the weekday of ``start``), "09:00" otherwise."""

    timezone: Zone = parse_zone("UTC")
    """Whose wall time, such as "Asia/Jakarta"."""

    layer: Annotated[int, Field(ge=-99, le=99)] = 0
    """Of several layers of a role the highest that has somebody counts."""

    only: Annotated[tuple[Hours, ...], AfterValidator(not_empty), Field(max_length=50)] | None = None
    """Hours of the week in which it counts: "Mon-Fri 09:00-18:00", "Sat-Sun", "22:00-07:00", "business hours", …"""

    not_on_holidays: bool = False
    """Whether it does not count on the days of [holidays]."""

    on_leave: Literal["next", "gap"] = "next"
    """Who has the shift of somebody on leave: the next member, or nobody."""

    @property
    def windows(self) -> tuple[Window, ...]:
        """The hours in which it counts; none: at all hours."""
        if not self.not_on_holidays:
            return self.only or ()
        return tuple(replace(window, not_on_holidays=True) for window in self.only or (ALWAYS,))

    @property
    def weekday(self) -> int | None:
        """The day of the week (0 Monday) of the handoffs of a weekly rotation, else None."""
        if not self.every.weekly:
            return None
        return self.start.weekday() if self.handoff.weekday is None else self.handoff.weekday

    @property
    def first(self) -> datetime:
        """The local wall time of the first handoff."""
        ahead = 0 if self.weekday is None else (self.weekday - self.start.weekday()) % 7
        return datetime.combine(self.start, self.handoff.at) + timedelta(days=ahead)

    @property
    def last(self) -> datetime:
        """The local wall time at which it is over; the end of time where it never is."""
        return datetime.combine(self.until, self.handoff.at) if self.until else NEVER

    @model_validator(mode="after")
    def _day_fits(self) -> Self:
        if self.handoff.weekday is not None and not self.every.weekly:
            raise ValueError(
                f'handoff names a day, but every is "{self.every}", not whole weeks; '
                'leave the day out or write every = "weekly"'
            )
        return self

    @model_validator(mode="after")
    def _ever_counts(self) -> Self:
        if self.until is not None and self.until <= self.start:
            raise ValueError(f"until ({self.until}) must be later than start ({self.start})")
        if self.last <= self.first:
            raise ValueError(
                f"never counts: its first handoff is on {self.first:%a %Y-%m-%d}, not before until ({self.until})"
            )
        if self.only and not any(_falls(window, self.first, self.last) for window in self.only):
            raise ValueError("never counts: none of its hours (only) lies between start and until")
        return self


def _falls(window: Window, start: datetime, end: datetime) -> bool:
    """Return whether any of a window's hours lies in [start, end), local times."""
    for ahead in range(-1, 8):
        day = start.date() + timedelta(days=ahead)
        opens = datetime.combine(day, window.start)
        closes = datetime.combine(day + timedelta(days=window.end <= window.start), window.end)
        if day.weekday() in window.days and opens < end and start < closes:
            return True
    return False
