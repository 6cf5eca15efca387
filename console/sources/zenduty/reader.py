"""Zenduty's incidents as alerts."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from console.domain.alert import Alert, AlertRef, Ended, Ending, Link, Poll, Upstream, Who
from console.domain.priority import Priority
from console.errors import SourceError
from console.sources.base.reading.mapping import named_priority
from console.sources.base.reading.records import Reader, Record, answered, labels_of
from console.sources.zenduty.options import Options

TRIGGERED, ACKNOWLEDGED, RESOLVED = 1, 2, 3

_URGENCIES = {1: Priority.P2, 0: Priority.P4}


def reader(source: str, options: Options) -> Reader:
    """Return what reads the polls of one source."""
    return Reader(source, identity, lambda ref, record: alert_of(ref, record, options), "incident")


def parse(payload: Any, source: str, options: Options) -> Poll:
    """Return the open incidents of an answer to ``POST /api/incidents/filter/``."""
    return reader(source, options).read(page_of(answered(payload, "Zenduty")))


def page_of(page: Record) -> list[object]:
    """Return the records of one page. Raises ``SourceError`` where it is no page of them."""
    found = page.get("results")
    if not isinstance(found, list):
        raise SourceError("Zenduty answers with no list of incidents", hint="is url its address?")
    return found


def identity(record: Record) -> str:
    """Return the id by which an incident is changed. Raises ``UnreadableError``."""
    return record.must("unique_id")


def place_of(alert: Alert) -> str:
    """Return where an incident is read: by its number, as documented, or by its id, which works as well."""
    number = alert.upstream.reference.removeprefix("#") if alert.upstream else ""
    return f"/api/incidents/{quote(number or alert.ref.fingerprint, safe='')}/"


def alert_of(ref: AlertRef, record: Record, options: Options) -> Alert | None:
    """Return an open incident as an alert, None for a resolved one. A status that is new to us is open."""
    status = record.number("status")
    if status == RESOLVED:
        return None
    number = record.text("incident_number", 20)
    title = record.text("title") or f"Zenduty incident {number or ref.fingerprint}"
    snoozed_until = record.time("snoozed_till")
    return Alert(
        ref=ref,
        name=title[:200],
        title=title,
        service=record.text("service_object.name", 200),
        priority=priority_of(record, options),
        started_at=record.time("creation_date"),
        labels=_labels(record),
        description=record.lines("summary"),
        links=(Link(f"Zenduty #{number}", f"{options.url}/dashboard/incidents/{number}/"),)
        if number.isdigit()
        else (),
        muted_until=snoozed_until,
        muted_by="a snooze at Zenduty" if snoozed_until else "",
        upstream=_upstream(record, number, acked=status == ACKNOWLEDGED),
    )


def priority_of(record: Record, options: Options) -> Priority:
    """Return the priority by its name, else by the urgency, which Zenduty's list leaves out."""
    name = record.text("team_priority_object.name")
    urgency = record.number("urgency")
    by_urgency = _URGENCIES.get(int(urgency), Priority.P3) if urgency is not None else Priority.P3
    return named_priority(name, options.priorities) or by_urgency


def ended(ref: AlertRef, record: Record, options: Options) -> Ended | None:
    """Return what became of an incident that is listed no more; None where it is open and should be listed.

    Who resolved it Zenduty does not say.
    """
    if record.number("status") == RESOLVED:
        merged = record.text("merged_with", 20)
        return Ended(
            ref,
            Ending.RESOLVED,
            at=record.time("resolved_date"),
            text=f"merged into #{merged}" if merged else "",
        )
    asked = (not options.service_ids or record.text("service_object.unique_id") in options.service_ids) and (
        not options.team_ids or record.text("service_object.team") in options.team_ids
    )
    return None if asked else Ended(ref, Ending.MOVED)


def _upstream(record: Record, number: str, *, acked: bool) -> Upstream:
    """Return how it stands there. Zenduty names no acknowledger: whom it is assigned to is who has it."""
    name = record.text("assigned_to_name", 200)
    holder = Who(record.text("assigned_to", 200), name)
    return Upstream(
        reference=f"#{number}" if number else "",
        reported_at=record.time("creation_date"),
        acked=acked,
        acked_by=holder if acked else Who(),
        acked_at=record.time("acknowledged_date") if acked else None,
        assignees=(name,) if name else (),
    )


def _labels(record: Record) -> tuple[tuple[str, str], ...]:
    named = {
        "team": record.text("service_object.team_name"),
        "priority": record.text("team_priority_object.name"),
        "sla": record.text("sla_object.name"),
        "tags": ", ".join(filter(None, (tag.text("name", 100) for tag in record.records("tags")))),
    }
    return labels_of({name: text for name, text in named.items() if text})
