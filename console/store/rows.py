"""A summary as a row of the table ``incidents``: one column a field, of the same name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Any, get_origin, get_type_hints

from console.domain.records import twin
from console.domain.summary import Summary
from console.store.codec import Convert, decoder, encoder, from_ms, unreadable
from console.store.tx import Row

COLUMNS = tuple(field.name for field in fields(Summary))
SELECTED = ", ".join(COLUMNS)

_values = attrgetter(*COLUMNS)

_REPEATED = [COLUMNS.index(name) for name in ("service", "team", "alert_name", "owner", "sources")]
"""Columns in which many rows say the same; one string serves them all, which saves megabytes."""

_Twin = twin(Summary)  # ten thousand summaries take 55 ms to initialise one by one, as twins 7 ms


@lru_cache(maxsize=1024)
def _tuple(text: str) -> tuple[str, ...]:
    """Return a tuple of names, kept as JSON; the same few come again and again."""
    return tuple(json.loads(text))


@lru_cache(maxsize=1024)
def _span(milliseconds: int) -> timedelta:
    return timedelta(milliseconds=milliseconds)


_Plan = list[tuple[int, Convert]]


def _plan() -> tuple[_Plan, _Plan, list[int]]:
    """Return which columns are converted and how: for writing, for reading; and which hold instants."""
    writing: _Plan = []
    reading: _Plan = []
    instants: list[int] = []
    hints = get_type_hints(Summary)
    for place, name in enumerate(COLUMNS):
        kind = hints[name]
        write, read = (int, bool) if kind is bool else (encoder(kind), decoder(kind))
        if kind is timedelta:
            read = _span
        if get_origin(kind) is tuple:
            write, read = json.dumps, _tuple
        if write is None or read is None:
            continue
        writing.append((place, write))
        if kind in {datetime, datetime | None}:
            instants.append(place)
        else:
            reading.append((place, read))
    return writing, reading, instants


_WRITING, _READING, _INSTANTS = _plan()


class _Instants(dict[int | None, datetime | None]):
    """Each instant made once, as most rows say the same one in several columns."""

    def __missing__(self, milliseconds: int) -> datetime:
        moment = self[milliseconds] = from_ms(milliseconds)
        return moment


def to_row(summary: Summary) -> list[object]:
    """Return the values of a summary's columns, in the order of ``COLUMNS``."""
    values = list(_values(summary))
    for place, convert in _WRITING:
        values[place] = convert(values[place])
    return values


def from_rows(rows: Sequence[Row]) -> tuple[Summary, ...]:
    """Return the summaries of rows that begin with ``COLUMNS``, in their order.

    Raises ``StoreError`` where a row says something that this version does not know.
    """
    try:
        return _from_rows(rows) if rows else ()
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise unreadable("A row of an incident") from error


def _from_rows(rows: Sequence[Row]) -> tuple[Summary, ...]:
    columns: list[Any] = list(zip(*rows, strict=True))[: len(COLUMNS)]
    for place, convert in _READING:
        columns[place] = map(convert, columns[place])
    words: dict[str, str] = {}
    for place in _REPEATED:
        columns[place] = map(words.setdefault, columns[place], columns[place])
    instants = _Instants({None: None})
    for place in _INSTANTS:
        columns[place] = map(instants.__getitem__, columns[place])
    twins: list[Any] = list(map(_Twin, *columns))
    for one in twins:
        one.__class__ = Summary
    return tuple(twins)
