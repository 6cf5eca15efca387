"""PagerDuty's incidents as alerts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from console.domain.alert import Alert, AlertRef, Ended, Ending, Link, Poll, Upstream, Who
from console.domain.priority import Priority
from console.domain.text import multi_line
from console.errors import SourceError
from console.sources.base.reading.mapping import named_priority
from console.sources.base.reading.records import Reader, Record, answered, labels_of
from console.sources.pagerduty.options import Options

_URGENCIES = {"high": Priority.P2, "low": Priority.P4}
_LAST = datetime.max.replace(tzinfo=UTC)
_MOST_DETAILS = 64
_RUNBOOKS = ("runbook_url", "runbook", "playbook")


def reader(source: str, options: Options) -> Reader:
    """Return what reads the polls of one source."""
    return Reader(source, identity, lambda ref, record: alert_of(ref, record, options), "incident")


def parse(payload: Any, source: str, options: Options) -> Poll:
    """Return the open incidents of an answer to ``GET /incidents``."""
    return reader(source, options).read(page_of(answered(payload, "PagerDuty"), "incidents"))


def page_of(page: Record, key: str) -> list[object]:
    """Return the records of one page. Raises ``SourceError`` where it is no page of them."""
    found = page.get(key)
    if not isinstance(found, list):
        raise SourceError(f"PagerDuty answers with no list of {key}", hint="is url the address of its API?")
    return found


def identity(record: Record) -> str:
    """Return the incident's id. Raises ``UnreadableError``."""
    return record.must("id")


def alert_of(ref: AlertRef, record: Record, options: Options) -> Alert | None:
    """Return an open incident as an alert, None for a resolved one. A status that is new to us is open."""
    status = record.text("status").casefold()
    if status == "resolved":
        return None
    title = record.text("title") or record.text("summary") or f"PagerDuty incident {ref.fingerprint}"
    details = _details(record)
    reference = reference_of(record)
    page = record.url("html_url")
    links = [*([Link(f"PagerDuty {reference}".strip(), page)] if page else []), *_context_links(record)]
    return Alert(
        ref=ref,
        name=title[:200],
        title=title,
        service=record.text("service.summary", 200),
        priority=priority_of(record, options),
        started_at=record.time("created_at"),
        labels=_labels(record),
        description=_description(record, details),
        runbook_url=_runbook(details, links),
        links=tuple(links),
        upstream=_upstream(record, reference, acked=status == "acknowledged"),
    )


def reference_of(record: Record) -> str:
    """Return what people there call it."""
    number = record.text("incident_number", 20)
    return f"#{number}" if number else ""


def priority_of(record: Record, options: Options) -> Priority:
    """Return the priority by its name, else by the urgency."""
    name = record.text("priority.name") or record.text("priority.summary")
    urgency = record.text("urgency").casefold()
    return named_priority(name, options.priorities) or _URGENCIES.get(urgency, Priority.P3)


def who(record: Record) -> Who:
    """Return a user, service or integration; what is no user is a machine."""
    kind = record.text("type")
    name = record.text("name", 200) or record.text("summary", 200)
    bot = bool(kind) and not kind.startswith("user")
    return Who(record.text("id", 200), name, record.text("email", 200), bot=bot)


def ended(ref: AlertRef, record: Record, options: Options) -> Ended | None:
    """Return what became of an incident that is listed no more; None where it is open and should be listed."""
    if record.text("status").casefold() == "resolved":
        at = record.time("resolved_at") or record.time("last_status_change_at")
        merged = record.record("resolve_reason").text("incident.summary")
        text = f"merged into {merged}" if merged else ""
        return Ended(ref, Ending.RESOLVED, who(record.record("last_status_change_by")), at, text)
    service = record.text("service.id")
    teams = {team.text("id") for team in record.records("teams")}
    asked = (
        (not options.service_ids or service in options.service_ids)
        and (not options.team_ids or not teams.isdisjoint(options.team_ids))
        and (not options.urgencies or record.text("urgency").casefold() in options.urgencies)
    )
    return None if asked else Ended(ref, Ending.MOVED)


def _upstream(record: Record, reference: str, *, acked: bool) -> Upstream:
    """Return how it stands there. Of several acks the first that a person made counts."""
    acks = sorted(
        ((who(one.record("acknowledger")), one.time("at")) for one in record.records("acknowledgements")),
        key=lambda ack: (ack[0].bot, ack[1] or _LAST),
    )
    by, at = acks[0] if acks and acked else (Who(), None)
    if acked and at is None:
        at = record.time("last_status_change_at")
    assignees = (who(one.record("assignee")) for one in record.records("assignments"))
    return Upstream(
        reference=reference,
        reported_at=record.time("created_at"),
        acked=acked,
        acked_by=by,
        acked_at=at,
        assignees=tuple(one.name or one.id for one in assignees if one.name or one.id),
    )


def _labels(record: Record) -> tuple[tuple[str, str], ...]:
    named = {
        "urgency": record.text("urgency"),
        "priority": record.text("priority.summary"),
        "team": ", ".join(filter(None, (team.text("summary", 200) for team in record.records("teams")))),
        "escalation_policy": record.text("escalation_policy.summary"),
        "incident_key": record.text("incident_key"),
    }
    return labels_of({name: text for name, text in named.items() if text})


def _details(record: Record) -> dict[str, str]:
    """Return what the monitoring tool sent along with the event that triggered it."""
    return record.table("first_trigger_log_entry.channel.details")


def _description(record: Record, details: dict[str, str]) -> str:
    """Return what the event said: a text of its own, then its details one on a line."""
    entry = record.record("first_trigger_log_entry")
    texts = (
        entry.lines("channel.body"),
        entry.lines("channel.details"),
        entry.lines("event_details.description"),
    )
    said = next(filter(None, texts), "")
    rows = [f"{name}: {text}" for name, text in list(details.items())[:_MOST_DETAILS]]
    return multi_line("\n".join(filter(None, (said, *rows))))


def _context_links(record: Record) -> Iterable[Link]:
    for path in ("first_trigger_log_entry.contexts", "first_trigger_log_entry.channel.contexts"):
        for context in record.records(path):
            if url := context.url("href"):
                yield Link(context.text("text", 200) or "link", url)


def _runbook(details: dict[str, str], links: list[Link]) -> str:
    named = {name.casefold(): text for name, text in details.items()}
    for name in _RUNBOOKS:
        if url := Record(named).url(name):
            return url
    return next((link.url for link in links if "runbook" in f"{link.title} {link.url}".casefold()), "")
