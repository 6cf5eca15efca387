"""Days and times as the config file writes them, and the instants that they mean."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, PlainValidator

from console.domain.walltime import to_utc

D = TypeVar("D", bound=date)

FIRST_YEAR, LAST_YEAR = 1990, 2199
"""Years beyond are slips of the pen, and calendars have no room to reckon in beyond year 9999."""


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return _near(value)
    raise ValueError("is a date without quotes, like 2026-01-05")


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return _near(value)
    raise ValueError("is a time without quotes, like 2026-01-05T09:00:00+07:00 or 2026-01-05T09:00:00")


def _day_or_moment(value: object) -> date:
    if isinstance(value, date):
        return _near(value)
    raise ValueError("is a date or a time without quotes, like 2026-01-05 or 2026-01-05T09:00:00")


def _near(value: D) -> D:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"is not within the years {FIRST_YEAR} to {LAST_YEAR}")
    return value


Day = Annotated[date, BeforeValidator(_day)]
"""A date; TOML has them without quotes."""

Moment = Annotated[datetime, BeforeValidator(_moment)]
"""A date and a time of day, with or without an offset."""

DayOrMoment = Annotated[date, PlainValidator(_day_or_moment)]
"""Either of both: a ``datetime`` where a time of day is said."""


def instant(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) of a time; one without an offset is wall time in ``zone``."""
    return moment.astimezone(UTC) if moment.tzinfo else to_utc(moment, zone)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) at which a day begins, or the one that is said."""
    return instant(day if isinstance(day, datetime) else datetime.combine(day, time()), zone)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) at which a day is over, or the one that is said."""
    return start_of(day if isinstance(day, datetime) else day + timedelta(days=1), zone)
