"""From an alert as Opsgenie and its heir write it to ours. Pure: no network, no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from console.domain.alert import Alert, AlertRef, Ended, Ending, Link, Upstream, Who
from console.domain.priority import Priority
from console.domain.text import one_line, safe_url
from console.sources.base.operations.options import OperationsOptions
from console.sources.base.reading.mapping import first, priority_of
from console.sources.base.reading.records import Reader, Record, labels_of

DETAILS = "_details"
"""Where a record keeps what a separate request told of it: it adds to name and service, but never changes them."""

_OVER = frozenset({"closed", "resolved", "deleted"})
_ACKED = frozenset({"acked", "acknowledged"})
_NAMES = ("alertname", "alert_name")
_RUNBOOKS = ("runbook_url", "runbook", "runbookURL")
_FIELDS = ("alias", "entity", "source")
_LOWEST = {"p5": Priority.P4}
_MOST_LINKS = 10
_SOMEBODY = Who()


@dataclass(frozen=True, slots=True)
class Acked:
    """Who acknowledged or closed an alert, and when (UTC)."""

    by: Who = _SOMEBODY
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Dialect:
    """Where the two products differ in how they write an alert. Paths are those of ``Record``."""

    product: str
    properties: str
    integration: str
    acked: Callable[[Record], Acked]
    closed: Callable[[Record], Acked]


class AlertReader:
    """Reads alerts of one source. ``web`` is the address of the pages of alerts, with ``{id}`` in it, or empty."""

    def __init__(self, source: str, options: OperationsOptions, dialect: Dialect, web: str = "") -> None:
        self._options = options
        self._dialect = dialect
        self._web = web
        self.reader = Reader(source, identity, self.alert, "alert")

    def alert(self, ref: AlertRef, record: Record) -> Alert | None:
        """Return the alert, None for one that is closed."""
        if is_over(record):
            return None
        own = record.table(self._dialect.properties)
        known = {**own, **record.table(f"{DETAILS}.{self._dialect.properties}")}
        tags = record.texts("tags")
        message = record.text("message")
        name = one_line(first(own, _NAMES), 200) or one_line(message, 200) or "unnamed"
        snoozed = record.flag("snoozed") or _status(record) == "snoozed"
        return Alert(
            ref=ref,
            name=name,
            title=message or name,
            service=self._service(record, own, tags),
            priority=_priority(record.text("priority")),
            started_at=record.time("createdAt"),
            labels=labels_of(_labels(record, known, tags, self._dialect)),
            description=record.lines("description") or record.lines(f"{DETAILS}.description"),
            runbook_url=safe_url(first(known, _RUNBOOKS)),
            links=tuple(self._links(ref, record, known))[:_MOST_LINKS],
            muted_until=record.time("snoozedUntil") if snoozed else None,
            muted_by=f"a snooze in {self._dialect.product}" if snoozed else "",
            upstream=self._upstream(record),
        )

    def ended(self, ref: AlertRef, record: Record) -> Ended:
        """Return what became of an alert that is closed."""
        closed = self._dialect.closed(record)
        return Ended(ref, Ending.RESOLVED, by=closed.by, at=closed.at)

    def _service(self, record: Record, own: Mapping[str, str], tags: list[str]) -> str:
        tagged = dict(_pairs(tags))
        labels = self._options.service_labels
        named = first(own, labels) or first(tagged, labels) or record.text("entity", 200)
        return one_line(named, 200) or record.text(self._dialect.integration, 200) or "unknown"

    def _upstream(self, record: Record) -> Upstream:
        acked = record.flag("acknowledged") or _status(record) in _ACKED
        told = self._dialect.acked(record) if acked else Acked()
        owner = record.text("owner", 200)
        return Upstream(
            reference=reference(record),
            reported_at=record.time("createdAt"),
            acked=acked,
            acked_by=told.by,
            acked_at=told.at,
            assignees=(owner,) if owner else (),
        )

    def _links(self, ref: AlertRef, record: Record, known: Mapping[str, str]) -> Iterator[Link]:
        if self._web and (url := safe_url(self._web.format(id=ref.fingerprint))):
            yield Link(self._dialect.product, url)
        if url := record.url("source"):
            yield Link("source", url)
        for name, text in sorted(known.items()):
            if name not in _RUNBOOKS and text.startswith(("http://", "https://")) and (url := safe_url(text)):
                yield Link(one_line(name, 40), url)


def identity(record: Record) -> str:
    """Return what an alert keeps: its id. A webhook's body calls it otherwise."""
    return record.text("id", 200) or record.text("alertId", 200) or record.must("id")


def is_over(record: Record) -> bool:
    """Return whether an alert is closed."""
    return _status(record) in _OVER


def reference(record: Record) -> str:
    """Return what people there call the alert: its short number."""
    tiny = record.text("tinyId", 40)
    return f"#{tiny}" if tiny else ""


def _status(record: Record) -> str:
    return record.text("status", 40).casefold()


def _priority(word: str) -> Priority:
    """P5, the lowest there, is our P4. Webhooks write the bare number."""
    return priority_of(f"P{word}" if word.isdecimal() else word, _LOWEST)


def _pairs(tags: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the tags that are written as name and value (``env:prod``)."""
    for tag in tags:
        name, colon, text = tag.partition(":")
        if colon and name.strip() and text.strip() and not text.startswith("//"):
            yield name.strip(), text.strip()


def _labels(record: Record, known: Mapping[str, str], tags: list[str], dialect: Dialect) -> dict[str, str]:
    fields = {name: record.text(name) or record.text(f"{DETAILS}.{name}") for name in _FIELDS}
    fields["integration"] = record.text(dialect.integration)
    pairs = dict(_pairs(tags))
    fields["tags"] = ", ".join(tag for tag in tags if tag.partition(":")[0].strip() not in pairs)
    labels = {**fields, **pairs, **known}
    return {name: text for name, text in labels.items() if text}
