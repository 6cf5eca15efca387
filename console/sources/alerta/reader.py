"""Alerta's alerts as ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from console.domain.alert import Alert, AlertRef, Ended, Ending, Link, Poll, Upstream, Who
from console.domain.priority import Priority
from console.domain.text import one_line, safe_url
from console.errors import SourceError
from console.sources.alerta import history
from console.sources.alerta.options import Options
from console.sources.base.reading.mapping import first, priority_of
from console.sources.base.reading.records import Reader, Record, answered, labels_of

ENDED = frozenset({"closed", "expired"})
# Of those that Alerta has beyond the usual ones; the worst that has passed is no alert any more.
_SEVERITIES: Mapping[str, Priority] = {
    "security": Priority.P1,
    **dict.fromkeys(("indeterminate", "trace", "unknown", "normal", "ok", "cleared"), Priority.P4),
}
_RUNBOOKS = ("runbook", "runbook_url", "runBookUrl", "runbookUrl")
_MOST_LINKS = 10
_KEPT = ("environment", "resource", "event", "group", "origin", "customer", "type")


def reader(source: str, options: Options) -> Reader:
    """Return what reads the polls of one source."""
    return Reader(source, identity, lambda ref, record: alert_of(ref, record, options), "alert")


def parse(payload: Any, source: str, options: Options) -> Poll:
    """Return the open alerts in an answer of ``GET /alerts``."""
    return reader(source, options).read(alerts_in(answered(payload, "Alerta")))


def alerts_in(page: Record) -> list[object]:
    """Return the records of a page. Raises ``SourceError`` where it is no page of alerts."""
    found = page.get("alerts")
    if not isinstance(found, list):
        raise SourceError("Alerta answers with no list of alerts", hint="does url end where its API begins?")
    return found


def identity(record: Record) -> str:
    """Return the id, which stays the same for all duplicates. Raises ``UnreadableError``."""
    return record.must("id")


def alert_of(ref: AlertRef, record: Record, options: Options) -> Alert | None:
    """Return an alert that is open, None for one that has ended. A status new to us is open."""
    status = record.text("status").casefold()
    if status in ENDED:
        return None
    event, resource = record.text("event", 200) or "unnamed", record.text("resource", 200)
    attributes = record.table("attributes")
    place = f"{event} on {resource}" if resource else event
    words = [place, record.lines("text")]
    overrides = {**_SEVERITIES, **options.severity}
    shelved = status == "shelved"
    return Alert(
        ref=ref,
        name=event,
        title=record.text("text") or place,
        service=next(iter(record.texts("service")), "") or "unknown",
        priority=priority_of(record.text("severity", 100), overrides),
        started_at=record.time("createTime"),
        labels=_labels(record, attributes),
        description="\n".join(word for word in words if word and word != record.text("text"))[:20_000],
        runbook_url=safe_url(first(attributes, _RUNBOOKS)),
        links=tuple(_links(ref, attributes, options))[:_MOST_LINKS],
        muted_until=history.shelved_until(record) if shelved else None,
        muted_by=_muted_by(record, status),
        upstream=_upstream(ref, record, status),
    )


def reference_of(ref: AlertRef) -> str:
    """Return what Alerta's page shows of an id."""
    return ref.fingerprint[:8]


def ended(ref: AlertRef, record: Record, options: Options) -> Ended | None:
    """Return what became of an alert that is listed no more; None where it is open and should be listed."""
    status = record.text("status").casefold()
    if status in ENDED:
        entry = next(iter(reversed(record.records("history"))), None)
        # Somebody closed it; else its own severity or its age did, on whoever's message that was.
        by_hand = entry is not None and entry.text("type") == "close"
        by = history.who(entry) if entry is not None and by_hand else Who(bot=True)
        at = (entry.time("updateTime") if entry is not None else None) or record.time("updateTime")
        return Ended(ref, Ending.RESOLVED, by, at, status)
    asked = (
        status in options.statuses
        and (not options.environment or record.text("environment") in options.environment)
        and (not options.customer or record.text("customer") in options.customer)
        and (not options.service or not set(options.service).isdisjoint(record.texts("service")))
    )
    return None if asked else Ended(ref, Ending.MOVED, text=f"{status}, {record.text('environment')}")


def _upstream(ref: AlertRef, record: Record, status: str) -> Upstream:
    acked = status == "ack" or (status == "shelved" and history.status_before(record, "shelve") == "ack")
    entry = history.last(record, "ack") if acked else None
    login = record.text("attributes.acked-by", 200) if acked else ""
    noted = Who(id=login, name=login, email=login if "@" in login else "")
    return Upstream(
        reference=reference_of(ref),
        reported_at=record.time("receiveTime") or record.time("createTime"),
        acked=acked,
        acked_by=history.who(entry) if entry is not None else noted,
        acked_at=entry.time("updateTime") if entry is not None else None,
    )


def _muted_by(record: Record, status: str) -> str:
    if status == "blackout":
        return "a blackout"
    if status != "shelved":
        return ""
    entry = history.last(record, "shelve")
    name = history.who(entry).name if entry is not None else ""
    return f"shelved by {name}" if name else "shelved"


def _labels(record: Record, attributes: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return what tells it from others; tags are ``name=value``, or a name alone."""
    found = {name: record.text(name) for name in _KEPT}
    for tag in record.texts("tags"):
        name, _, value = tag.partition("=")
        found.setdefault(name, value or "true")
    for name, value in attributes.items():
        found.setdefault(name, value)
    return labels_of({name: value for name, value in found.items() if value})


def _links(ref: AlertRef, attributes: Mapping[str, str], options: Options) -> Iterator[Link]:
    if options.page:
        yield Link(f"Alerta {reference_of(ref)}", f"{options.page}/alert/{ref.fingerprint}")
    for name, value in sorted(attributes.items()):
        if name not in _RUNBOOKS and value.startswith(("http://", "https://")) and (url := safe_url(value)):
            yield Link(one_line(name, 40), url)
