"""A timeline from a file, played as if it happened now: for the demo, pictures and tests.

The file has one JSON table a line; empty lines and lines that begin with ``#`` do not count. Times
are seconds from the start.

    {"at": 0, "name": "DiskFull", "service": "orders-db", "severity": "critical"}
    {"at": 4, "until": 30, "name": "Latency", "service": "cdn", "title": "p99 over 4 s", "since": 180}
    {"at": 9, "name": "DiskFull", "service": "orders-db", "severity": "info", "title": "it got better"}
    {"at": 40, "until": 150, "fail": "logs.example cannot be reached"}
    {"at": 60, "until": 70, "partial": "one of two regions did not answer"}

An alert needs ``name``; it fires from ``at`` until ``until`` (left out: to the end). ``since`` is for
how long it has been firing already. Other keys: ``description``, ``runbook_url``, ``labels`` (a table),
``muted`` (seconds from ``at`` for which the source holds it back). ``id`` is its identity, made of
name, service and labels if left out; of several lines with one identity the last that has begun counts.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from console.clock import Clock, to_millis
from console.config.base import Table
from console.domain.alert import Alert, AlertRef, Poll
from console.domain.text import multi_line, one_line, safe_url
from console.errors import SourceError
from console.sources.base.options import SourceOptions
from console.sources.base.reading.mapping import priority_of
from console.sources.base.source import BaseSource
from console.web.options import FilePath

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Seconds = Annotated[float, Field(ge=0, le=10 * 365 * 86_400)]


class Options(SourceOptions):
    """``[[sources]]`` with ``kind = "replay"``."""

    file: FilePath
    """The timeline."""

    speed: Annotated[float, Field(gt=0, le=10_000)] = 1.0
    """How many seconds of the timeline pass in one second."""

    start: AwareDatetime | None = None
    """When the timeline begins; left out: at the first poll."""


class Entry(Table):
    """One line of a timeline: an alert, or with ``fail`` or ``partial`` a spell of trouble."""

    at: Seconds = 0.0
    until: Seconds | None = None
    since: Seconds = 0.0
    muted: Seconds = 0.0
    id: str = ""
    name: str = ""
    service: str = "unknown"
    severity: str = "warning"
    title: str = ""
    description: str = ""
    runbook_url: str = ""
    labels: dict[str, str] = Field(default_factory=dict)
    fail: str = ""
    partial: str = ""

    def covers(self, at: float) -> bool:
        """Return whether it has begun and not ended."""
        return self.at <= at and (self.until is None or at < self.until)

    @property
    def identity(self) -> str:
        """The fingerprint of an alert."""
        plain = json.dumps([self.name, self.service, sorted(self.labels.items())])
        return one_line(self.id, 128) or hashlib.sha256(plain.encode()).hexdigest()[:16]


_ENTRY = TypeAdapter(Entry)


def parse(
    payload: object, source: str, options: Options, *, at: float = 0.0, start: datetime = EPOCH
) -> Poll:
    """Return what fires ``at`` seconds into the timeline whose decoded lines are ``payload``.

    Raises ``SourceError`` within a ``fail``. Lines that cannot be read are left out and named.
    """
    entries, problems = _entries(payload)
    return _poll(source, entries, problems, _Moment(at, start, options.speed))


class Source(BaseSource):
    """Plays one file."""

    kind = "replay"

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        super().__init__(name, options)
        self._options = options
        self._clock = clock
        self._start = options.start
        self._script: tuple[tuple[Entry, ...], tuple[str, ...]] | None = None

    async def fetch(self) -> Poll:
        """Return what fires at this point of the timeline. Raises ``SourceError``."""
        if self._script is None:
            self._script = _entries(await asyncio.to_thread(self._lines))
        now = self._clock.now()
        self._start = self._start or now
        at = (now - self._start).total_seconds() * self._options.speed
        return _poll(self.name, *self._script, _Moment(at, self._start, self._options.speed))

    async def close(self) -> None:
        """Do nothing: nothing is open."""

    def _lines(self) -> list[object]:
        file = self._options.file
        try:
            rows = file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            why = (error.strerror if isinstance(error, OSError) else "") or "it is not UTF-8 text"
            raise SourceError(
                f"timeline {file} cannot be read ({why})", hint="check file", permanent=True
            ) from None
        return [_decoded(row) for row in rows if row.strip() and not row.lstrip().startswith("#")]


class _Moment:
    """A point of the timeline, and what its seconds are in the time of day."""

    def __init__(self, at: float, start: datetime, speed: float) -> None:
        self.at = at
        self._start = start
        self._speed = speed

    def real(self, seconds: float) -> datetime:
        """Return when ``seconds`` into the timeline is."""
        return to_millis(self._start + timedelta(seconds=seconds / self._speed))


def _decoded(row: str) -> object:
    try:
        return json.loads(row)
    except (ValueError, RecursionError):
        return None


def _entries(payload: object) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    entries, problems = [], []
    for number, line in enumerate(payload if isinstance(payload, list) else [payload], 1):
        try:
            entry = _ENTRY.validate_python(line)
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors()[0]["loc"]) or "the line"
            problems.append(one_line(f"entry {number} cannot be read: {where} is wrong"))
            continue
        if entry.name or entry.fail or entry.partial:
            entries.append(entry)
        else:
            problems.append(f"entry {number} cannot be read: it needs name, fail or partial")
    return tuple(entries), tuple(problems)


def _poll(source: str, entries: Sequence[Entry], problems: Sequence[str], moment: _Moment) -> Poll:
    begun: dict[str, Entry] = {}
    missing = list(problems)
    for entry in sorted((entry for entry in entries if entry.at <= moment.at), key=lambda entry: entry.at):
        if not (entry.fail or entry.partial):
            begun[entry.identity] = entry
        elif entry.fail and entry.covers(moment.at):
            raise SourceError(one_line(entry.fail), hint="the timeline says so; it will pass")
        elif entry.covers(moment.at):
            missing.append(one_line(entry.partial))
    firing = (entry for entry in begun.values() if entry.covers(moment.at))
    alerts = tuple(_alert(source, entry, moment) for entry in firing)
    return Poll(source, alerts, complete=not missing, problems=tuple(missing))


def _alert(source: str, entry: Entry, moment: _Moment) -> Alert:
    name, service = one_line(entry.name, 200), one_line(entry.service, 200) or "unknown"
    labels: dict[str, Any] = {**entry.labels, "alertname": name, "service": service}
    muted = moment.at < entry.at + entry.muted
    return Alert(
        ref=AlertRef(source, entry.identity),
        name=name,
        title=one_line(entry.title) or name,
        service=service,
        priority=priority_of(entry.severity, {}),
        started_at=moment.real(entry.at) - timedelta(seconds=entry.since),
        labels=tuple((one_line(key, 200), one_line(value)) for key, value in sorted(labels.items())),
        description=multi_line(entry.description),
        runbook_url=safe_url(entry.runbook_url),
        muted_until=moment.real(entry.at + entry.muted) if muted else None,
        muted_by="the timeline" if muted else "",
    )
