"""Changed copies of frozen records, made quickly: a fold makes two of an incident for each event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import replace as replace  # noqa: PLC0414 - types are checked as of the one it stands in for
else:
    from dataclasses import fields
    from functools import cache
    from operator import attrgetter

    @cache
    def _layout(kind: type) -> tuple[attrgetter, tuple[Any, ...], dict[str, Any]]:
        """Return what reads all fields of a record at once, and what sets each of them."""
        setters = {field.name: kind.__dict__[field.name].__set__ for field in fields(kind)}
        return attrgetter(*setters), tuple(setters.values()), setters

    def replace(record: Any, /, **changes: Any) -> Any:
        """Return a copy with some fields changed, as ``dataclasses.replace`` does, in a third of its time.

        For dataclasses with slots, more than one field and no ``__post_init__``. Raises
        ``KeyError`` for a field that does not exist.
        """
        kind = record.__class__
        read, setters, by_name = _layout(kind)
        copy = object.__new__(kind)
        for put, value in zip(setters, read(record), strict=True):
            put(copy, value)
        for name, value in changes.items():
            by_name[name](copy, value)
        return copy
