"""Ways in which a record can be wrong, or right in another way than usual."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.sources.contract.fixtures import MISSING

Place = tuple[str | int, ...]

DEPTH = 3_000  # JSON that deep can be decoded from Python 3.12 on


def _deep() -> list[Any]:
    value: list[Any] = []
    for _ in range(DEPTH):
        value = [value]
    return value


WRONG: dict[str, Any] = {
    "missing": MISSING,
    "null": None,
    "empty text": "",
    "table": {"unexpected": {"table": 1}},
    "list": [["list"], None, 7],
    "number": 7,
    "truth": True,
    "text": "a-word-that-nobody-knows",
}
"""What stands in a field instead of what should: tried in every field there is."""

TIMES: dict[str, Any] = {
    "RFC 3339": "2026-01-05T09:00:00Z",
    "nanoseconds": "2026-01-05T09:00:00.123456789+02:00",
    "no zone": "2026-01-05 09:00:00",
    "no colon": "2026-01-05T09:00:00.000+0000",
    "seconds": 1767603600,
    "milliseconds": 1767603600123,
    "seconds as text": "1767603600.25",
    "of an email": "Mon, 05 Jan 2026 09:00:00 +0700",
    "zero of Go": "0001-01-01T00:00:00Z",
    "zero": 0,
    "end of time": "9999-12-31T23:59:59.999-14:00",
    "no day": "2026-02-30T09:00:00Z",
}

ODD: dict[str, Any] = {
    **WRONG,
    **TIMES,
    "negative": -1,
    "huge": 10**400,
    "many digits": "9" * 5_000,
    "not a number": float("nan"),
    "infinite": float("-inf"),
    "deep": _deep(),
    "hostile": "\x1b]8;;https://e.example\x07\u202e\ud800[/] [@click=app.quit]\r\n\x00",
    "long": "x" * 100_000,
}
"""All that is tried here and there."""


def _is_number(value: Any) -> bool:
    return isinstance(value, str) and value.isdecimal() and len(value) < 4_000  # as long as Python reads one


SPELLED: dict[str, Callable[[Any], Any]] = {
    "number as text": lambda value: str(value) if isinstance(value, int | float) else value,
    "text as number": lambda value: int(value) if _is_number(value) else value,
    "upper case": lambda value: value.upper() if isinstance(value, str) else value,
    "in a list": lambda value: [value],
}
"""The same said in another way."""

JUNK: dict[str, Any] = {"null": None, "number": 7, "text": "record", "list": [], "truth": True, "table": {}}
"""What stands in a list in place of a record."""


def places(value: Any, most: int = 4) -> Iterator[Place]:
    """Yield where something stands in a record, down to four levels."""
    inner: Iterator[tuple[str | int, Any]] = iter(())
    if isinstance(value, dict):
        inner = iter(value.items())
    elif isinstance(value, list):
        inner = iter(enumerate(value))
    for name, one in inner:
        yield (name,)
        if most > 1:
            yield from ((name, *rest) for rest in places(one, most - 1))


def at(value: Any, place: Place) -> Any:
    """Return what stands there. Raises ``LookupError`` or ``TypeError`` where there is no such place."""
    for name in place:
        if isinstance(value, str):
            raise TypeError("a text has no places")
        value = value[name]
    return value
