"""Times as products write them."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from console.clock import to_millis


def parse_time(value: object) -> datetime | None:
    """Return an instant in UTC, cut to milliseconds; None where it is none.

    Takes RFC 3339 and its looser relatives, seconds or milliseconds since 1970 (also as text), and the
    dates of emails. A time without a zone counts as UTC. Zero, and the year 1 that Go writes, mean "none".
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        moment = _written(value.strip()) if isinstance(value, str) else _counted(value)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return to_millis(moment) if moment.year > _NO_TIME else None


def time_text(moment: datetime) -> str:
    """Return an instant in UTC as RFC 3339 has it: ``2026-01-05T10:02:00.000Z``."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


_NO_TIME = 1970  # nothing on call began before 1971: a zero in seconds, or Go's and .NET's year 1
_MILLISECONDS = 1e11  # as seconds that is the year 5138


def _written(text: str) -> datetime:
    if _NUMBER.fullmatch(text):
        return _counted(float(text))
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return parsedate_to_datetime(text)


_NUMBER = re.compile(r"\d{1,19}(\.\d{1,9})?")


def _counted(number: float) -> datetime:
    if not math.isfinite(number):
        raise ValueError("no instant")
    while abs(number) >= _MILLISECONDS:  # milliseconds, microseconds or nanoseconds
        number /= 1000
    return datetime.fromtimestamp(number, UTC)
