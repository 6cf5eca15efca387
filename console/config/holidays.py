"""``[holidays]``: days on which business hours do not count."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field

from console.config.base import Entry, Line, file_name
from console.config.moments import Day


def _file(value: object) -> str:
    return file_name(value, (".ics", ".ical"), "an iCalendar file")


class Holiday(Entry):
    """One day."""

    day: Day = Field(alias="date")
    """Which, like 2026-12-25."""

    name: Line
    """What it is called."""


class Holidays(Entry):
    """``[holidays]``: of everybody, in the zone of whoever asks."""

    file: Annotated[str, BeforeValidator(_file)] | None = None
    """An iCalendar file with more of them, relative to this file."""

    days: tuple[Holiday, ...] = ()
    """Days: { date = 2026-12-25, name = "Christmas" }."""

    def listed(self) -> tuple[tuple[date, str], ...]:
        """Return the days with their names, in order."""
        return tuple(sorted((one.day, one.name) for one in self.days))
