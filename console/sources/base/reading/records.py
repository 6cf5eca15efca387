"""Reading what a product sends without trusting its shape: a bad record is named, the good ones go through.

``Record`` gives typed access to one table of an answer; ``Reader`` makes the alerts of a poll of them.
"""

from __future__ import annotations

import asyncio
import marshal
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from console.domain.alert import Alert, AlertRef, Poll
from console.domain.text import multi_line, one_line, safe_url
from console.errors import SourceError
from console.web.times import parse_time

_MOST_PROBLEMS = 5
_MOST_LABELS = 64
_AT_ONCE = 500  # records, new ones: some 50 ms


class UnreadableError(Exception):
    """A record that cannot be read; the message says why in a few words ("it has no id")."""


class Record:
    """One table of an answer. Paths are names with dots: ``record.text("service.summary")``.

    What is missing or of the wrong type reads as empty (``must`` insists). Numbers that should be texts
    and texts that should be numbers are taken for what they say.
    """

    __slots__ = ("raw",)

    def __init__(self, raw: object) -> None:
        if not isinstance(raw, dict):
            raise UnreadableError("it is not a table")
        self.raw: dict[str, Any] = raw

    def get(self, path: str) -> Any:
        """Return whatever stands there, None where nothing does."""
        value: Any = self.raw
        if "." not in path:
            return value.get(path)
        for name in _names(path):
            if not isinstance(value, dict):
                return None
            value = value.get(name)
        return value

    def text(self, path: str, most: int = 500) -> str:
        """Return a text on one line, cleaned; empty where there is none."""
        value = self.get(path)
        if isinstance(value, str):
            return one_line(value, most)
        return one_line(_plain(value), most) if value is not None else ""

    def lines(self, path: str) -> str:
        """Return a text that may have several lines, cleaned."""
        value = self.get(path)
        return multi_line(_plain(value)) if value is not None else ""

    def must(self, path: str, most: int = 200) -> str:
        """Return a text that has to be there. Raises ``UnreadableError`` naming what is missing."""
        text = self.text(path, most)
        if not text:
            raise UnreadableError(f"it has no {path}")
        return text

    def url(self, path: str) -> str:
        """Return a web address, empty where there is none that can be trusted to be one."""
        value = self.get(path)
        return safe_url(value) if isinstance(value, str) else ""

    def time(self, path: str) -> datetime | None:
        """Return an instant in UTC, whatever it is written as; None where there is none."""
        return parse_time(self.get(path))

    def number(self, path: str) -> float | None:
        """Return a number, also one written as a text; None where there is none."""
        value = self.get(path)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return None
        try:
            number = float(value)
        except (ValueError, OverflowError):
            return None
        return number if abs(number) < float("inf") else None

    def flag(self, path: str) -> bool:
        """Return whether it says true: the value, the word, or 1."""
        value = self.get(path)
        return value is True or value == 1 or (isinstance(value, str) and value.strip().casefold() in _TRUE)

    def record(self, path: str) -> Record:
        """Return the table that stands there, an empty one where none does."""
        value = self.get(path)
        return Record(value if isinstance(value, dict) else {})

    def records(self, path: str) -> list[Record]:
        """Return the tables of a list; whatever else is in it is passed over."""
        value = self.get(path)
        return [Record(one) for one in value if isinstance(one, dict)] if isinstance(value, list) else []

    def texts(self, path: str, most: int = 200) -> list[str]:
        """Return the texts of a list, cleaned, empty ones left out."""
        value = self.get(path)
        found = (one_line(_plain(one), most) for one in value) if isinstance(value, list) else ()
        return [text for text in found if text]

    def table(self, path: str) -> dict[str, str]:
        """Return a table of texts as they are; numbers as they are written, anything else left out."""
        value = self.get(path)
        if not isinstance(value, dict):
            return {}
        return {str(name): _plain(one) for name, one in value.items() if isinstance(one, str | int | float)}


_TRUE = frozenset({"true", "yes", "1"})

NONE = Record({})
"""A record with nothing in it."""


@lru_cache(maxsize=1024)
def _names(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


def _plain(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else ""


def answered(value: object, place: str) -> Record:
    """Return the table that a server answered with. Raises ``SourceError`` for anything else."""
    try:
        return Record(value)
    except UnreadableError:
        raise SourceError(
            f"{place} answers with something else than was asked for", hint="check that url is right"
        ) from None


def labels_of(table: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Return labels in their order, cleaned, as many as an alert may have."""
    return tuple((one_line(name, 200), one_line(text)) for name, text in sorted(table.items())[:_MOST_LABELS])


@dataclass(frozen=True, slots=True)
class Known:
    """What a record was like when it was read last, and what it was read as."""

    name: str
    digest: int
    alert: Alert | None


class Reader:
    """Reads the polls of one source, one after the other.

    ``identity`` returns what an alert keeps from poll to poll; ``alert`` returns the alert, or None for
    a record that does not fire. Both raise ``UnreadableError``. A record that says the same as before
    gives back the very same ``Alert``: that is what keeps a poll of 10,000 cheap. ``known`` is the last
    poll by identity, ``same`` by digest: what is the same is not even asked who it is.
    """

    def __init__(
        self,
        source: str,
        identity: Callable[[Record], str],
        alert: Callable[[AlertRef, Record], Alert | None],
        noun: str = "record",
    ) -> None:
        self.source = source
        self.identity = identity
        self.alert = alert
        self.noun = noun
        self.known: Mapping[str, Known] = {}
        self.same: Mapping[int, Known] = {}

    def read(self, records: Iterable[object]) -> Poll:
        """Return what fires; see ``Reading``."""
        reading = self.reading()
        reading.take(records)
        return reading.poll()

    async def read_by_turns(self, records: Iterable[object]) -> Poll:
        """Return what fires, as ``read`` does, and let others in the event loop have their turns meanwhile."""
        reading = self.reading()
        rest = iter(records)
        while some := list(islice(rest, _AT_ONCE)):
            if reading.count:
                await asyncio.sleep(0)
            reading.take(some)
        return reading.poll()

    def reading(self) -> Reading:
        """Begin a poll that comes in pages."""
        return Reading(self)


class Reading:
    """One poll. Each page is read when it comes, and need not be kept: records take far more room than alerts.

    Of a record that is there twice the first counts (pages shift while they are read). One that cannot be
    read is left out and named, and makes the poll incomplete. ``count`` is how many there were so far.
    """

    def __init__(self, reader: Reader) -> None:
        self.count = 0
        self._reader = reader
        self._known: dict[str, Known] = {}
        self._problems: list[str] = []

    def take(self, records: Iterable[object]) -> None:
        """Read some more records."""
        same, known = self._reader.same, self._known
        for number, raw in enumerate(records, self.count + 1):
            self.count = number
            try:
                record = Record(raw)
                digest = _digest(record)
                before = same.get(digest)
                if before is None:
                    before = self._read(record, digest)
                known.setdefault(before.name, before)
            except UnreadableError as error:
                problem = f"{self._reader.noun} {number} of the answer cannot be read: {error}"
                self._problems.append(problem)

    def poll(self) -> Poll:
        """Return what fires, all pages together: with this one the next poll is compared."""
        self._reader.known = self._known
        self._reader.same = {one.digest: one for one in self._known.values()}
        alerts = tuple(one.alert for one in self._known.values() if one.alert is not None)
        problems = tuple(few(self._problems, self._reader.noun))
        return Poll(self._reader.source, alerts, complete=not problems, problems=problems)

    def _read(self, record: Record, digest: int) -> Known:
        name = self._reader.identity(record)
        if name in self._known:
            return self._known[name]
        alert = self._reader.alert(AlertRef(self._reader.source, name), record)
        before = self._reader.known.get(name)
        if before is not None and before.alert == alert:
            alert = before.alert
        return Known(name, digest, alert)


def _digest(record: Record) -> int:
    """Return what tells a record from what it was before. The records themselves are not kept: 10,000 are 500 MB."""
    try:
        # Version 2 has no references, so equal values always make equal bytes.
        return hash(marshal.dumps(record.raw, 2))
    except ValueError:  # more than 2,000 tables within each other, which json reads from Python 3.12 on
        raise UnreadableError("it is nested too deeply") from None


def few(problems: list[str], noun: str = "record") -> Iterator[str]:
    """Yield the first few problems and how many more there are."""
    yield from problems[:_MOST_PROBLEMS]
    more = len(problems) - _MOST_PROBLEMS
    if more > 0:
        yield f"and {more} more {noun}s"
