"""Trying the calendars of a config: can they be read, how many shifts have they, whom do they name that nobody knows."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime

from console import bootstrap, service
from console.cli.findings import FAIL, OK, WARN, Finding
from console.config.setup import Setup
from console.domain.human import count
from console.domain.roster import Listed
from console.errors import OncallError, SourceError
from console.ports.calendars import CalendarReader, Imported

READ_WITHIN = 30.0  # seconds; all are read at the same time
_MOST_SAID = 5


async def try_calendars(setup: Setup, now: datetime) -> tuple[list[Finding], tuple[Listed, ...]]:
    """Read every calendar once, that of the holidays too; return what came of it, and the shifts."""
    if not setup.calendars and setup.holidays is None:
        return [], ()
    sources = bootstrap.make_sources(setup)
    readers = service.make_calendars(setup, sources)
    answers = await asyncio.gather(*(_read(reader, now) for reader in readers))
    closing = [reader.close() for reader in readers] + [source.close() for source in sources]
    await asyncio.gather(*closing, return_exceptions=True)
    pairs = list(zip(readers, answers, strict=True))
    findings = [finding for reader, answer in pairs for finding in _findings(reader, answer)]
    listed = tuple(
        Listed(reader.team, reader.role, reader.name, answer.shifts, reader.layer, answer.until)
        for reader, answer in pairs
        if isinstance(answer, Imported) and reader.role
    )
    return findings, listed


async def _read(reader: CalendarReader, now: datetime) -> Imported | OncallError:
    try:
        async with asyncio.timeout(READ_WITHIN):
            return await reader.read(now)
    except TimeoutError:
        return SourceError(f"it could not be read within {READ_WITHIN:.0f} s")
    except OncallError as error:
        return error


def _findings(reader: CalendarReader, answer: Imported | OncallError) -> Iterator[Finding]:
    area = "calendar" if reader.role else "holidays"
    if isinstance(answer, OncallError):
        yield Finding(area, reader.name, FAIL, str(answer), code=answer.exit_code)
        return
    yield Finding(area, reader.name, *(_shifts(reader, answer) if reader.role else _days(answer)))
    for problem in answer.problems[:_MOST_SAID]:
        yield Finding(area, reader.name, WARN, problem)
    if len(answer.problems) > _MOST_SAID:
        yield Finding(area, reader.name, WARN, f"and {len(answer.problems) - _MOST_SAID} more")


def _days(answer: Imported) -> tuple[str, str]:
    return OK if answer.days else WARN, count(len(answer.days), "day")


def _shifts(reader: CalendarReader, answer: Imported) -> tuple[str, str]:
    known = [one for one in answer.shifts if one.person]
    last = f", the last until {known[-1].end:%Y-%m-%d}" if known else ""
    text = f"{reader.role} of {reader.team}: {count(len(known), 'shift')}{last}"
    return OK if known else WARN, text
