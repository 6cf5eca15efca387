"""Values as JSON: the same document for the same values, keys in the order of the fields."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import Enum
from typing import Any


def to_json(value: Any) -> str:
    """Return one indented JSON document in plain ASCII, with a line end."""
    return json.dumps(plain(value), indent=2) + "\n"


def plain(value: Any) -> Any:
    """Return a value as JSON has it: records as objects, instants as ISO 8601 UTC with ``Z``, days, spans in seconds."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    for kind, said in _SAID.items():
        if isinstance(value, kind):
            return said(value)
    return value


def stamp(moment: datetime) -> str:
    """Return an instant in UTC with ``Z``, milliseconds where there are any."""
    detail = "milliseconds" if moment.microsecond else "seconds"
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=detail) + "Z"


_SAID: dict[type, Callable[[Any], Any]] = {
    datetime: stamp,
    date: date.isoformat,
    timedelta: timedelta.total_seconds,
    tzinfo: str,
    Enum: lambda value: value.value,
}
