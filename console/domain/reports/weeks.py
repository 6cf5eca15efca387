"""ISO weeks on a zone's wall clock: Monday 00:00 to Monday 00:00, also where the clocks change in between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from console.domain.walltime import to_utc


@dataclass(frozen=True, slots=True)
class Week:
    """[start, end) in UTC. ``monday`` is its first day in the zone it was made for."""

    monday: date
    start: datetime
    end: datetime

    @property
    def name(self) -> str:
        """As ISO 8601 writes it: ``2026-W09``."""
        year, number, _ = self.monday.isocalendar()
        return f"{year}-W{number:02}"


def week_of(moment: datetime, zone: tzinfo) -> Week:
    """Return the week that an instant lies in."""
    day = moment.astimezone(zone).date()
    return _week(day - timedelta(days=day.weekday()), zone)


def week_after(week: Week, count: int, zone: tzinfo) -> Week:
    """Return the week so many weeks later, on the wall clock of the zone it was made for."""
    return _week(week.monday + timedelta(weeks=count), zone)


def weeks_until(last: Week, count: int, zone: tzinfo) -> tuple[Week, ...]:
    """Return so many weeks, oldest first, the last one included."""
    return tuple(_week(last.monday - timedelta(weeks=back), zone) for back in range(count - 1, -1, -1))


def _week(monday: date, zone: tzinfo) -> Week:
    start, end = (
        to_utc(datetime.combine(day, time()), zone) for day in (monday, monday + timedelta(weeks=1))
    )
    return Week(monday, start, end)
