"""Measures and pages as rows. They are made from logs, so what is lost here is made again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import Any, get_type_hints

from console.domain.measures import Measure, Page, PageCount, Span
from console.domain.records import twin
from console.ports.measures import Behind, Made
from console.store.codec import Convert, decoder, encoder, from_ms, to_ms, unreadable
from console.store.tx import Row, Tx, in_chunks, select_in

FIELDS = tuple(field.name for field in fields(Measure))
COLUMNS = (*FIELDS, "seq")
PAGES = ("incident", "at", "person", "night", "service", "team")

_values = attrgetter(*FIELDS)
_Twin = twin(Measure)


def _plan() -> tuple[list[tuple[int, Convert]], list[tuple[int, Convert]]]:
    """Return which columns are converted and how: for writing, for reading."""
    hints = get_type_hints(Measure)
    writing, reading = [], []
    for place, name in enumerate(FIELDS):
        kind = hints[name]
        write, read = (int, bool) if kind is bool else (encoder(kind), decoder(kind))
        if write is not None and read is not None:
            writing.append((place, write))
            reading.append((place, read))
    return writing, reading


_WRITING, _READING = _plan()


def behind(tx: Tx, after: int, limit: int) -> tuple[Behind, ...]:
    """Carry out ``MeasureStore.unmeasured``."""
    found = tx.all(
        "SELECT id, seq FROM incidents WHERE seq > ?"
        " AND seq > (SELECT coalesce(max(seq), 0) FROM measures) ORDER BY seq LIMIT ?",
        after,
        limit,
    )
    return tuple(Behind(*row) for row in found)


def all_behind(tx: Tx) -> tuple[Behind, ...]:
    """Carry out ``MeasureStore.all_unmeasured``."""
    found = tx.all(
        "SELECT i.id, i.seq FROM incidents i LEFT JOIN measures m ON m.incident = i.id"
        " WHERE m.seq IS NULL OR m.seq < i.seq ORDER BY i.seq"
    )
    return tuple(Behind(*row) for row in found)


def keep(tx: Tx, made: Sequence[Made]) -> None:
    """Carry out ``MeasureStore.keep_measures``."""
    names = [one.measure.incident for one in made]
    there: dict[str, int] = dict(
        select_in(tx, "SELECT incident, seq FROM measures WHERE incident IN ({marks})", names)
    )
    fresh = [one for one in made if there.get(one.measure.incident, -1) < one.position]
    replaced = [one.measure.incident for one in fresh if one.measure.incident in there]
    for table in ("measures", "pages"):
        for sql, values in in_chunks(f"DELETE FROM {table} WHERE incident IN ({{marks}})", replaced):
            tx.run(sql, *values)
    tx.insert("measures", COLUMNS, [_row(one) for one in fresh])
    pages = (page for one in fresh for page in one.pages)
    tx.insert("pages", PAGES, [_page(one) for one in pages])


def measures(tx: Tx, since: datetime, until: datetime) -> tuple[Measure, ...]:
    """Carry out ``MeasureStore.measures``. Raises ``StoreError`` where a row says what this version does not know."""
    found = tx.all(
        f"SELECT {', '.join(FIELDS)} FROM measures WHERE reported_at >= ? AND reported_at < ?"
        " ORDER BY reported_at, incident",
        to_ms(since),
        to_ms(until),
    )
    try:
        return _measures(found) if found else ()
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise unreadable("A row of measures") from error


def first(tx: Tx) -> datetime | None:
    """Carry out ``MeasureStore.first_measured``."""
    row = tx.one("SELECT min(reported_at) FROM measures")
    return None if row is None or row[0] is None else from_ms(row[0])


def pages(tx: Tx, since: datetime, until: datetime) -> tuple[Page, ...]:
    """Carry out ``MeasureStore.pages``."""
    found = tx.all(
        f"SELECT {', '.join(PAGES)} FROM pages WHERE at >= ? AND at < ? ORDER BY at, incident, pos",
        to_ms(since),
        to_ms(until),
    )
    return tuple(
        Page(incident, from_ms(at), person, bool(night), service, team)
        for incident, at, person, night, service, team in found
    )


def page_counts(tx: Tx, spans: Sequence[Span]) -> tuple[tuple[PageCount, ...], ...]:
    """Carry out ``MeasureStore.page_counts``."""
    found = tx.gather([(_COUNTS, (to_ms(start), to_ms(end))) for start, end in spans])
    return tuple(tuple(PageCount(*row) for row in rows) for rows in found)


_COUNTS = (  # by incident first: PostgreSQL sorts every row for a count(DISTINCT incident)
    "SELECT person, service, team, count(*), CAST(sum(pages) AS BIGINT), CAST(sum(night) AS BIGINT) FROM ("
    "SELECT person, service, team, incident, count(*) AS pages, sum(night) AS night"
    " FROM pages WHERE at >= ? AND at < ? GROUP BY person, service, team, incident"
    ") AS told GROUP BY person, service, team ORDER BY person, service, team"
)


def _page(page: Page) -> tuple[object, ...]:
    return (page.incident, to_ms(page.at), page.person, int(page.night), page.service, page.team)


def _row(made: Made) -> list[object]:
    values = list(_values(made.measure))
    for place, convert in _WRITING:
        values[place] = convert(values[place])
    return [*values, made.position]


def _measures(rows: Sequence[Row]) -> tuple[Measure, ...]:
    """Return rows as measures, column by column: fifty thousand of them are one report."""
    columns: list[Any] = list(zip(*rows, strict=True))
    for place, convert in _READING:
        columns[place] = map(convert, columns[place])
    twins: list[Any] = list(map(_Twin, *columns))
    for one in twins:
        one.__class__ = Measure
    return tuple(twins)
