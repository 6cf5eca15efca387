"""Spans and times as people on call read them. English, no locale; the zone is an argument."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_MINUTES_UP_TO = 100 * _MINUTE  # two digits of minutes are read at a glance, three are not


def span(left: timedelta) -> str:
    """Return a countdown: ``01:48``, ``-00:41``, ``71:40``, ``5h 02m``, ``4d 20h``; at most seven characters to 99 days.

    Fractions of a second count away from zero, so that ``00:00`` is the deadline itself (still
    met) and a breach of a millisecond reads ``-00:01``.
    """
    total = -(-abs(left) // timedelta(seconds=1))
    sign = "-" if left < timedelta(0) else ""
    if total < _MINUTES_UP_TO:
        return f"{sign}{total // _MINUTE:02}:{total % _MINUTE:02}"
    if total < _DAY:
        return f"{sign}{total // _HOUR}h {total % _HOUR // _MINUTE:02}m"
    if total < 100 * _DAY:
        return f"{sign}{total // _DAY}d {total % _DAY // _HOUR:02}h"
    return f"{sign}{total // _DAY}d"


def age(since: timedelta) -> str:
    """Return how long ago in one unit: ``12s``, ``3m``, ``81m``, ``2h``, ``3d``; what lies ahead is ``0s``."""
    total = max(0, since // timedelta(seconds=1))
    if total < _MINUTE:
        return f"{total}s"
    if total < _MINUTES_UP_TO:
        return f"{total // _MINUTE}m"
    if total < 2 * _DAY:
        return f"{total // _HOUR}h"
    return f"{total // _DAY}d"


def length(spent: timedelta) -> str:
    """Return a span of time in words short enough for a sentence: ``45s``, ``5m``, ``1h 30m``, ``24h``, ``5d``."""
    total = max(0, spent // timedelta(seconds=1))
    if total < _MINUTE:
        return f"{total}s"
    if total < _HOUR:
        return _two(total, _MINUTE, "m", 1, "s")
    if total < 2 * _DAY:
        return _two(total, _HOUR, "h", _MINUTE, "m")
    return _two(total, _DAY, "d", _HOUR, "h")


def _two(total: int, big: int, big_unit: str, small: int, small_unit: str) -> str:
    """Return a span in two units, the smaller one left out where it is zero."""
    rest = total % big // small
    return f"{total // big}{big_unit} {rest:02}{small_unit}" if rest else f"{total // big}{big_unit}"


def until(at: datetime, now: datetime, zone: tzinfo) -> str:
    """Return a local time as short as it can be: ``21:30`` today, ``Mon 09:00`` within six days, else ``12 Jan 09:00``."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    days = (local.date() - today).days
    if days == 0:
        return f"{local:%H:%M}"
    if abs(days) <= 6:
        return f"{DAYS[local.weekday()]} {local:%H:%M}"
    year = f" {local.year}" if local.year != today.year else ""
    return f"{local.day} {MONTHS[local.month - 1]}{year} {local:%H:%M}"


def clock(at: datetime, zone: tzinfo) -> str:
    """Return a local time of day to the second: ``21:14:02``."""
    return f"{at.astimezone(zone):%H:%M:%S}"


def stamp(at: datetime, zone: tzinfo) -> str:
    """Return a local date and time that stays true anywhere: ``Mon 2026-01-05 09:00 WIB``."""
    local = at.astimezone(zone)
    return f"{DAYS[local.weekday()]} {local:%Y-%m-%d %H:%M} {local.tzname()}"


def count(n: int, thing: str) -> str:
    """Return a number of things: ``1 alert``, ``2 alerts``."""
    return f"{n} {thing}" if n == 1 else f"{n} {thing}s"


def listed(names: tuple[str, ...], most: int = 3) -> str:
    """Return names in a row, those beyond ``most`` counted: ``a, b, c and 9 more``."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"
