"""Times as people type them on a command line: local unless they say otherwise."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta

from console.clock import local_zone, to_millis
from console.domain.walltime import to_utc
from console.errors import UsageError

_TIME_OF_DAY = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_AGE = re.compile(r"(\d{1,5})(y|mo|w|d)", re.ASCII)
_CLOCKS_DIFFER = timedelta(minutes=1)
EARLIEST = 1980
"""The first year in which anything can have happened; a date before it is a slip of the hand."""
EXAMPLES = 'write it like "22:00", "2026-12-24 22:00" or "2026-12-24T22:00Z"'


def parse_when(text: str, now: datetime, *, ahead: bool = False) -> datetime:
    """Return the instant (UTC) of a time without an offset in this machine's zone, or of one with it.

    A wall time that the clocks show twice is the first one, one that they skip the first instant after it.
    ``22:00`` is today; with ``ahead`` it is the next time that it is 22:00. Raises ``UsageError``.
    """
    zone = local_zone()
    clock = _TIME_OF_DAY.fullmatch(text.strip())
    if clock is not None:
        local = now.astimezone(zone).replace(
            hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0
        )
        if ahead and local <= now:
            local += timedelta(days=1)
        return local.astimezone(UTC)
    try:
        moment = datetime.fromisoformat(text.strip())
        moment = moment if moment.tzinfo else to_utc(moment, zone)
        return to_millis(moment.astimezone(UTC))
    except (ValueError, OverflowError, OSError):
        raise UsageError(f'"{text}" is not a time', hint=EXAMPLES) from None


def parse_age(text: str, now: datetime) -> datetime:
    """Return the instant so long before ``now`` (UTC): ``18mo`` and ``2y`` by the calendar, ``90d``, ``26w``.

    A day that the month does not have is its last one. Raises ``UsageError``.
    """
    wrong = UsageError(f'"{text}" is not an age', hint='write it like "18mo", "2y" or "90d"')
    match = _AGE.fullmatch(text.strip())
    if match is None or not int(match[1]):
        raise wrong
    amount, unit = int(match[1]), match[2]
    try:
        if unit in {"w", "d"}:
            return now - timedelta(days=amount * (7 if unit == "w" else 1))
        year, month = divmod(now.year * 12 + now.month - 1 - amount * (12 if unit == "y" else 1), 12)
        day = min(now.day, monthrange(year, month + 1)[1])
        return now.replace(year=year, month=month + 1, day=day)
    except (ValueError, OverflowError):  # before there were years
        raise wrong from None


def parse_past(text: str, now: datetime) -> datetime:
    """Return the instant (UTC) of a time that is not ahead: as ``parse_when``, or ``10m ago``.

    A minute ahead counts as now, as clocks of build machines differ. Raises ``UsageError``.
    """
    ago = text.strip().removesuffix("ago").strip() if text.strip().endswith("ago") else ""
    try:
        moment = now - parse_span(ago) if ago else parse_when(text, now)
    except OverflowError:  # before there were years
        moment = now.replace(year=1, tzinfo=UTC)
    if moment.year < EARLIEST:
        raise UsageError(f'"{text}" is too long ago', hint=f"give a time from {EARLIEST} on")
    if moment > now + _CLOCKS_DIFFER:
        raise UsageError(f'"{text}" is still ahead', hint="say it once it has happened")
    return min(moment, now)


def parse_span(text: str) -> timedelta:
    """Return a span such as ``15m``. Raises ``UsageError``."""
    from console.config.durations import parse_positive  # noqa: PLC0415 - pydantic only where a span is given

    try:
        return parse_positive(text)
    except ValueError as error:
        raise UsageError(f"the span {error}" if str(error).startswith("must") else str(error)) from None
