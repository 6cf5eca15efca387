"""From issues to alerts. Pure: no network, no clock."""

from __future__ import annotations

from functools import partial
from typing import Any

from console.domain.alert import Alert, AlertRef, Ended, Ending, Link, Poll, Upstream, Who
from console.domain.priority import Priority
from console.domain.text import multi_line, one_line
from console.sources.base.reading.mapping import named_priority, runbook_in
from console.sources.base.reading.records import NONE, Reader, Record, UnreadableError, labels_of
from console.sources.jira.adf import text_of
from console.sources.jira.options import Options

FIELDS = (
    "summary", "description", "status", "priority", "assignee", "reporter", "created",
    "labels", "components", "project", "issuetype",
)  # fmt: skip
"""What is asked of each issue; Jira Cloud sends nothing but ids otherwise."""

_PRIORITIES = {
    **dict.fromkeys(("highest", "blocker"), Priority.P1),
    **dict.fromkeys(("lowest", "trivial"), Priority.P4),
}


def fields_of(options: Options) -> list[str]:
    """Return the names of all fields to ask for."""
    return [*FIELDS, *(place for place in options.service_from if place.startswith("customfield_"))]


def parse(payload: object, source: str, options: Options) -> Poll:
    """Return the issues in an answer of a search."""
    issues = issues_in(payload)
    return reader(source, options).read([payload] if issues is None else issues)


def issues_in(payload: object) -> list[Any] | None:
    """Return the issues of a page, None where it is none."""
    issues = payload.get("issues") if isinstance(payload, dict) else None
    return issues if isinstance(issues, list) else None


def reader(source: str, options: Options) -> Reader:
    """Return what reads the polls of a source, one after the other."""
    return Reader(source, lambda issue: issue.must("id"), partial(read, options=options), noun="issue")


def read(ref: AlertRef, issue: Record, options: Options) -> Alert | None:
    """Return an issue as an alert, None for one that is done. Raises ``UnreadableError``."""
    key = issue.must("key")
    fields = issue.record("fields")
    if not fields.raw:
        raise UnreadableError(f"{key} has no fields")
    if is_done(issue):
        return None
    title = fields.text("summary") or key
    description = multi_line(text_of(fields.get("description")))
    created = fields.time("created")
    return Alert(
        ref,
        name=one_line(title, 200),
        title=title,
        service=_service(fields, options) or "unknown",
        priority=_priority(fields, options),
        started_at=created,
        labels=_labels(fields),
        description=description,
        runbook_url=runbook_in(description),
        links=(Link(f"{key} in Jira", f"{options.browse}/browse/{key}"),),
        upstream=_upstream(key, fields, options),
    )


def is_done(issue: Record) -> bool:
    """Return whether an issue's status is one of those that count as done."""
    return category_of(issue) == "done"


def category_of(issue: Record) -> str:
    """Return "new", "indeterminate" or "done", whatever the status itself is called."""
    return issue.text("fields.status.statusCategory.key")


def who(user: Record) -> Who:
    """Return a user; Cloud knows them by account, a server by name. Their email is often hidden."""
    return Who(
        id=user.text("accountId") or user.text("name"),
        name=user.text("displayName", 100),
        email=user.text("emailAddress", 200),
        bot=user.text("accountType") == "app",
    )


def ended(ref: AlertRef, issue: Record) -> Ended:
    """Return who brought an issue to its status, and when: its last change of status says it."""
    status = issue.text("fields.status.name")
    latest, at = NONE, None
    for change in issue.records("changelog.histories"):
        moved = any(item.text("field") == "status" for item in change.records("items"))
        changed_at = change.time("created")
        if moved and changed_at is not None and (at is None or changed_at >= at):
            latest, at = change, changed_at
    how = Ending.RESOLVED if is_done(issue) else Ending.MOVED
    if how is Ending.MOVED:
        text = f"{issue.text('key')} ({status}) is no longer among the issues of jql"
        return Ended(ref, how, text=text)
    resolution = issue.text("fields.resolution.name")
    text = f"{issue.text('key')}: {status}{f', {resolution}' if resolution else ''}"
    return Ended(ref, how, by=who(latest.record("author")), at=at, text=text)


def _upstream(key: str, fields: Record, options: Options) -> Upstream:
    assignee = who(fields.record("assignee"))
    has_one = bool(assignee.id or assignee.name)
    begun = fields.text("status.statusCategory.key") == "indeterminate"
    acked = has_one if options.ack == "assign" else begun
    reporter = who(fields.record("reporter"))
    return Upstream(
        reference=key,
        reported_at=fields.time("created"),
        acked=acked,
        acked_by=assignee if acked else Who(),
        assignees=(assignee.name or assignee.id,) if has_one else (),
        reporter=options.reporter_of(reporter.email, fields.texts("labels")),
        reported_by=reporter.name or reporter.email,
    )


def _priority(fields: Record, options: Options) -> Priority:
    name = fields.text("priority.name")
    found = named_priority(name, {**_PRIORITIES, **options.priority})
    return found or Priority.P3


def _service(fields: Record, options: Options) -> str:
    return next((found for place in options.service_from if (found := _at(fields, place))), "")


def _at(fields: Record, place: str) -> str:
    """Return what one of the places of ``service_from`` says."""
    if place == "component":
        return next((one.text("name", 200) for one in fields.records("components")), "")
    if place == "project":
        return fields.text("project.key", 200)
    if place == "type":
        return fields.text("issuetype.name", 200)
    if place.startswith("label:"):
        prefix = place.removeprefix("label:")
        labels = fields.texts("labels")
        return next((label.removeprefix(prefix) for label in labels if label.startswith(prefix)), "")
    value = fields.get(place)
    value = value[0] if isinstance(value, list) and value else value
    if not isinstance(value, dict):
        return Record({"value": value}).text("value", 200)
    return Record(value).text("value", 200) or Record(value).text("name", 200)


def _labels(fields: Record) -> tuple[tuple[str, str], ...]:
    told = {
        "project": fields.text("project.key"),
        "type": fields.text("issuetype.name"),
        "status": fields.text("status.name"),
        "priority": fields.text("priority.name"),
        "labels": ", ".join(fields.texts("labels")),
    }
    return labels_of({name: text for name, text in told.items() if text})
