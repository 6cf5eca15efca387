"""Shifts from a CSV table: person, start, end, and a role where it has shifts of several."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from zoneinfo import ZoneInfo

from console.calendars.asked import Asked, how_to_name, imported, nobody
from console.calendars.overlaps import Span
from console.domain.text import one_line
from console.domain.walltime import to_utc
from console.errors import CalendarError
from console.ports.calendars import Imported

MOST_ROWS = 20_000
_MOST_BYTES = 20_000_000
_HEADS = {
    "person": {
        "person",
        "name",
        "who",
        "user",
        "username",
        "email",
        "e mail",
        "mail",
        "member",
        "assignee",
        "on call",
    },
    "start": {"start", "from", "begin", "since", "start time", "start date", "starts at", "on call start"},
    "end": {"end", "to", "until", "till", "end time", "end date", "ends at", "on call end"},
    "role": {"role", "level", "position"},
}
_YEARS = range(1970, 2200)

Row = dict[str, str]


def is_table(data: bytes) -> bool:
    """Return whether this begins as a table of shifts does."""
    first = _text(data[:2_000]).lstrip().partition("\n")[0]
    heads = {_head(cell.strip()) for cell in first.split(_mark(first))}
    return heads >= {"person", "start", "end"}


def read(data: bytes, asked: Asked) -> Imported:
    """Return the shifts in a table. Raises ``CalendarError`` for what is none.

    Separators are commas, semicolons or tabs. Times are ISO 8601; one without an offset is the wall time
    of ``asked.zone``. With a column for the role only rows of the asked role count.
    """
    spans: list[Span] = []
    problems: list[str] = []
    for line, row in _rows(data):
        if "role" in row and row["role"].casefold() != asked.role.casefold():
            continue
        try:
            start, end = (_moment(row.get(key, ""), asked.zone) for key in ("start", "end"))
        except (ValueError, OverflowError) as error:
            problems.append(f"line {line}: {error}")
            continue
        if start >= end:
            problems.append(f"line {line}: it ends before it starts")
            continue
        name = one_line(row.get("person", ""), 200)
        person = asked.names.find(name)
        if not person:
            problems.append(how_to_name(name))
        spans.append(Span(person, start, end, line, "" if person else nobody(name)))
    return imported(asked, spans, problems)


def _rows(data: bytes) -> Iterator[tuple[int, Row]]:
    """Yield the rows below the heads with the numbers of their lines."""
    if len(data) > _MOST_BYTES:
        raise CalendarError(f"it is larger than {_MOST_BYTES // 1_000_000} MB", hint="export less of it")
    text = _text(data)
    mark = _mark(text.lstrip("\r\n").partition("\n")[0])
    reader = csv.reader(StringIO(text, newline=""), delimiter=mark)
    heads: list[str] = []
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if not heads:
                heads = _heads(cells)
                continue
            if reader.line_num > MOST_ROWS:
                raise CalendarError(f"it has more than {MOST_ROWS:,} lines", hint="export fewer of them")
            yield reader.line_num, {head: cell for head, cell in zip(heads, cells, strict=False) if head}
    except csv.Error as error:
        raise CalendarError(f"line {reader.line_num} is no row of a table: {error}") from None
    if not heads:
        raise CalendarError("it is empty")


def _mark(first_line: str) -> str:
    """Return what separates the cells: whichever there is most of."""
    return max(",;\t", key=first_line.count)


def _heads(cells: list[str]) -> list[str]:
    known: list[str] = []
    for cell in cells:  # of two columns with a person the first counts
        head = _head(cell)
        known.append("" if head in known else head)
    missing = [head for head in ("person", "start", "end") if head not in known]
    if missing:
        raise CalendarError(
            f"it has no column {' and '.join(missing)}", hint="its first line should be person,start,end"
        )
    return known


def _head(cell: str) -> str:
    plain = cell.casefold().replace("_", " ").replace("-", " ").strip()
    return next((head for head, names in _HEADS.items() if plain in names), "")


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "latin-1"):
        try:
            return data.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 takes everything")


def _moment(text: str, zone: ZoneInfo) -> datetime:
    """Return the instant that a cell says (UTC). Raises ``ValueError`` in words."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        shown = one_line(text, 40)
        raise ValueError(
            f'"{shown}" is no time; write it like 2026-01-05T09:00 or 2026-01-05 09:00'
        ) from None
    if found.year not in _YEARS:
        raise ValueError(f"the year {found.year} cannot be meant")
    found = found.replace(microsecond=found.microsecond // 1000 * 1000)
    return found.astimezone(UTC) if found.tzinfo is not None else to_utc(found, zone)
