"""Calendars as the engine reads them: a text from somewhere, or the schedule of another product."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from console.calendars import ics, table
from console.calendars.asked import Asked, around, how_to_name, imported, nobody
from console.calendars.holidays import read_holidays
from console.calendars.overlaps import Span
from console.calendars.people import Names
from console.domain.kept import name_there
from console.domain.text import one_line
from console.errors import CalendarError, SourceError
from console.ports.calendars import Imported
from console.ports.sources import AlertSource, ScheduleSource

SCHEDULE_BEHIND = timedelta(days=14)
SCHEDULE_AHEAD = timedelta(days=60)
"""How much of a schedule is asked for: products work it out anew each time.

So far back that the shift which runs has its true beginning: checklists and exports go by it.
"""
FILE_EVERY = 60.0
"""A file is looked at this often at least, in seconds."""
_MOST_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """Which role of which team a calendar fills, and how it is to be understood."""

    name: str
    team: str
    role: str
    layer: int
    interval: float
    zone: ZoneInfo
    names: Names

    def asked(self, span: tuple[datetime, datetime]) -> Asked:
        """Return what is wanted of it."""
        return Asked(self.name, self.team, self.role, self.zone, *span, self.names)


class _Reader:
    def __init__(self, place: Place) -> None:
        self.name = place.name
        self.team = place.team
        self.role = place.role
        self.layer = place.layer
        self.interval = place.interval
        self._place = place


class TextReader(_Reader):
    """A calendar whose text is fetched: iCalendar or CSV, told apart by what is in it.

    It is worked out in a thread, and not again while neither the text nor the day has changed.
    """

    def __init__(
        self,
        place: Place,
        fetch: Callable[[], Awaitable[bytes]],
        close: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        super().__init__(place)
        self._fetch = fetch
        self._close = close
        self._last: tuple[bytes, datetime, Imported] | None = None

    async def read(self, now: datetime) -> Imported:
        """Return its shifts around ``now``. Raises ``SourceError``, ``CalendarError``."""
        data = await self._fetch()
        asked = self._place.asked(around(now))
        digest = sha256(data).digest()
        if self._last is None or self._last[:2] != (digest, asked.start):
            self._last = (digest, asked.start, await asyncio.to_thread(_understood, data, asked))
        return self._last[2]

    async def close(self) -> None:
        """Let go of connections."""
        if self._close is not None:
            await self._close()


class HolidayReader:
    """A file with holidays, looked at every minute."""

    team = role = ""
    layer = 0
    interval = FILE_EVERY

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._path = path

    async def read(self, now: datetime) -> Imported:
        """Return the holidays around ``now``. Raises ``CalendarError``."""
        return await asyncio.to_thread(self._read, now)

    async def close(self) -> None:
        """Do nothing."""

    def _read(self, now: datetime) -> Imported:
        start, end = around(now)
        days, problems = read_holidays(read_file(self._path), start, end)
        return Imported((), problems, end, days)


class ScheduleReader(_Reader):
    """A schedule of another product, asked through the source that knows it."""

    def __init__(self, place: Place, source: AlertSource, schedule: str) -> None:
        super().__init__(place)
        self._source = source
        self._schedule = schedule

    async def read(self, now: datetime) -> Imported:
        """Return its shifts around ``now``. Raises ``SourceError``, permanent where the product has no schedules."""
        source = self._source
        if not isinstance(source, ScheduleSource):
            raise SourceError(f"{source.name} ({source.kind}) tells no schedules", permanent=True)
        asked = self._place.asked(around(now, SCHEDULE_BEHIND, SCHEDULE_AHEAD))
        spans, problems = [], []
        for number, one in enumerate(await source.shifts(self._schedule, asked.start, asked.end)):
            said = (one.who.email, one.who.name, one.who.id)
            person = next(filter(None, map(asked.names.find, said)), "")
            name = one_line(name_there(one.who), 200)
            if not person:
                problems.append(how_to_name(name))
            spans.append(Span(person, one.start, one.end, number, "" if person else nobody(name)))
        return imported(asked, spans, problems)

    async def close(self) -> None:
        """Do nothing: the source is closed by whoever made it."""


def file_reader(place: Place, path: Path) -> TextReader:
    """Return the reader of a calendar in a file."""

    async def fetch() -> bytes:
        return await asyncio.to_thread(read_file, path)

    return TextReader(place, fetch)


def read_file(path: Path) -> bytes:
    """Return what is in a file. Raises ``CalendarError``."""
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise CalendarError(
            f"{path.name} cannot be read: {reason}", hint=f"is {path} the right one?"
        ) from None


def _understood(data: bytes, asked: Asked) -> Imported:
    return table.read(data, asked) if table.is_table(data) else ics.read(data, asked)
