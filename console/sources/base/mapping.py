"""From a product's words to ours: severities, times, the first of several labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from console.clock import to_millis
from console.domain.priority import Priority

SEVERITIES: Mapping[str, Priority] = {
    **dict.fromkeys(("critical", "page", "disaster", "fatal", "emergency", "p1"), Priority.P1),
    **dict.fromkeys(("error", "high", "major", "p2"), Priority.P2),
    **dict.fromkeys(("warning", "warn", "medium", "average", "minor", "p3"), Priority.P3),
    **dict.fromkeys(("info", "informational", "low", "none", "debug", "p4"), Priority.P4),
}
"""Severities as they are commonly written, in lower case."""


def priority_of(severity: str, overrides: Mapping[str, Priority]) -> Priority:
    """Return the provisional priority of a severity; P3 for one that is unknown or absent.

    Upper and lower case do not differ; ``overrides`` (keys in lower case) come first.
    """
    word = severity.strip().casefold()
    return overrides.get(word) or SEVERITIES.get(word, Priority.P3)


def parse_time(value: object) -> datetime | None:
    """Return an RFC 3339 time in UTC, cut to milliseconds; None where it is none.

    Go writes the year 1 for "no time"; a time without a zone counts as UTC.
    """
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return to_millis(moment) if moment.year > 1 else None


def first(values: Mapping[str, str], names: Iterable[str]) -> str:
    """Return the first value that is not empty, or an empty string."""
    for name in names:
        if value := values.get(name):
            return value
    return ""
