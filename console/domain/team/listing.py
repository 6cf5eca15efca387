"""Imported shifts as text and back: what the engine keeps of a calendar under ``calendar/NAME``, and all others read.

A JSON list of ``Listed``, or a single one; instants are milliseconds since 1970 UTC. A shift's team and
role are those of its list. Holidays from a file are kept likewise, as a list of [day, name].
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from console.domain.roster import Listed, Shift

CALENDAR = "calendar/"
"""What the names of kept shifts begin with."""
HOLIDAYS = "holidays"
"""What holidays from a file are kept under."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def written(lists: Iterable[Listed]) -> str:
    """Return imported shifts as text."""
    return json.dumps([_plain(one) for one in lists], separators=(",", ":"))


def read(text: str) -> tuple[Listed, ...]:
    """Return the shifts of a text. Raises ``ValueError`` where it makes no sense."""
    try:
        data = json.loads(text)
        return tuple(_listed(one) for one in (data if isinstance(data, list) else [data]))
    except (KeyError, TypeError, OverflowError) as error:
        raise ValueError(f"not a list of shifts ({error})") from error


def written_days(days: Iterable[tuple[date, str]]) -> str:
    """Return holidays as text."""
    return json.dumps([[day.isoformat(), name] for day, name in days], separators=(",", ":"))


def read_days(text: str) -> tuple[tuple[date, str], ...]:
    """Return the holidays of a text. Raises ``ValueError`` where it makes no sense."""
    try:
        return tuple((date.fromisoformat(day), str(name)) for day, name in json.loads(text))
    except TypeError as error:
        raise ValueError(f"not a list of days ({error})") from error


def _plain(one: Listed) -> dict[str, object]:
    return {
        "team": one.team,
        "role": one.role,
        "name": one.name,
        "layer": one.layer,
        "until": None if one.until is None else _ms(one.until),
        "shifts": [
            {
                "person": shift.person,
                "start": _ms(shift.start),
                "end": _ms(shift.end),
                "reason": shift.reason,
            }
            for shift in one.shifts
        ],
    }


def _listed(data: dict[str, Any]) -> Listed:
    team, role, until = str(data["team"]), str(data["role"]), data.get("until")
    found = tuple(
        Shift(
            team,
            role,
            str(one["person"]),
            _instant(one["start"]),
            _instant(one["end"]),
            str(one.get("reason", "")),
        )
        for one in data["shifts"]
    )
    known_until = None if until is None else _instant(until)
    return Listed(team, role, str(data["name"]), found, int(data.get("layer", 0)), known_until)


def _ms(at: datetime) -> int:
    return (at - _EPOCH) // _MILLISECOND


def _instant(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)
