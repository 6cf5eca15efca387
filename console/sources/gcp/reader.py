"""From Google's alerts, policies and snoozes to alerts. Pure: no network, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from console.domain.alert import Alert, AlertRef, Link, Poll
from console.domain.priority import Priority
from console.domain.text import one_line
from console.sources.base.reading.mapping import first, named_priority, priority_of, runbook_in
from console.sources.base.reading.records import Reader, Record, labels_of
from console.sources.gcp.filters import fulfils, last
from console.sources.gcp.options import Options

NAME = re.compile(r"projects/([^/\s]+)/alerts/([^/\s]+)")

_PAGE = "https://console.cloud.google.com/monitoring/alerting/alerts"
_RUNBOOK = ("runbook", "run book", "playbook")
_MOST_LINKS = 10
# What tells one alert of a policy from another, best first.
_SUBJECTS = (
    "instance_name", "pod_name", "container_name", "service_name", "function_name", "queue_id", "database_id",
    "cluster_name", "host", "url", "instance_id",
)  # fmt: skip


def parse(payload: object, source: str, options: Options) -> Poll:
    """Return the alerts in ``{"alerts": …, "alertPolicies": …, "snoozes": …}``, lists as Google answers them.

    The first is that of ``projects.alerts.list``; the others may be left out.
    """
    table = Record(payload if isinstance(payload, dict) else {})
    alerts, policies, snoozes = (_list(table.get(name)) for name in ("alerts", "alertPolicies", "snoozes"))
    return reader(source, options).read(joined(alerts, by_id(policies), snoozes))


def reader(source: str, options: Options) -> Reader:
    """Return what reads the polls of a source."""

    def alert(ref: AlertRef, record: Record) -> Alert | None:
        return _alert(ref, record, options)

    return Reader(source, _identity, alert, "alert")


def by_id(policies: Iterable[object]) -> dict[str, Any]:
    """Return the documentation of policies, by the last part of their names."""
    return {
        last(policy["name"]): policy.get("documentation")
        for policy in policies
        if isinstance(policy, dict) and isinstance(policy.get("name"), str)
    }


def policy_of(alert: Any) -> str:
    """Return the last part of the name of an alert's policy as it is, empty where it names none."""
    try:
        name = alert["policy"]["name"]
    except (LookupError, TypeError):
        return ""
    return last(name) if isinstance(name, str) else ""


def joined(
    alerts: Iterable[object], documentation: Mapping[str, Any], snoozes: Iterable[object]
) -> Iterator[object]:
    """Yield alerts with the documentation of their policies and the snooze that covers them."""
    held: dict[str, list[Record]] = {}
    for snooze in snoozes:
        if isinstance(snooze, dict):
            record = Record(snooze)
            for policy in record.texts("criteria.policies"):
                held.setdefault(last(policy), []).append(record)
    for alert in alerts:
        if isinstance(alert, dict):
            policy = policy_of(alert)
            snooze = _covering(alert, held[policy]) if policy in held else None
            yield {**alert, "documentation": documentation.get(policy), "snooze": snooze}
        else:
            yield alert


def _covering(alert: dict[str, Any], snoozes: Iterable[Record]) -> dict[str, Any] | None:
    record = Record(alert)
    found = (one.raw for one in snoozes if fulfils(record, one.text("criteria.filter", 4000)))
    return next(found, None)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _identity(record: Record) -> str:
    return record.must("name", 300)


def _alert(ref: AlertRef, record: Record, options: Options) -> Alert | None:
    if record.text("state") == "CLOSED":
        return None
    name = record.text("policy.displayName", 200) or one_line(policy_of(record.raw), 200) or "unnamed"
    own = record.table("policy.userLabels")
    labels = {
        **record.table("log.extractedLabels"),
        **record.table("metadata.userLabels"),
        **record.table("resource.labels"),
        **record.table("metric.labels"),
        **own,
    }
    until, by = _mute(record)
    return Alert(
        ref=ref,
        name=name,
        title=_title(record, name, labels),
        service=one_line(first(labels, (*options.service_labels, "project_id")), 200) or "unknown",
        priority=_priority(record, own, options),
        started_at=record.time("openTime"),
        labels=labels_of({"resource_type": record.text("resource.type"), **labels}),
        description=record.lines("documentation.content"),
        runbook_url=_runbook(record),
        links=tuple(_links(ref, record)),
        muted_until=until,
        muted_by=by,
    )


def _title(record: Record, name: str, labels: Mapping[str, str]) -> str:
    """Return the subject that the policy gives its notifications, unless it has variables in it."""
    subject = record.text("documentation.subject")
    if subject and "${" not in subject:
        return subject
    about = first(labels, _SUBJECTS)
    return one_line(f"{name} ({about})" if about and about not in name else name)


def _priority(record: Record, own: Mapping[str, str], options: Options) -> Priority:
    """Return what the policy's label says, else its severity; one without is P3."""
    tagged = named_priority(own.get(options.severity_label, ""), options.severity)
    return tagged or priority_of(record.text("policy.severity", 40), options.severity)


def _runbook(record: Record) -> str:
    for link in record.records("documentation.links"):
        named = link.text("displayName").casefold()
        if any(word in named for word in _RUNBOOK) and (url := link.url("url")):
            return url
    content = record.get(
        "documentation.content"
    )  # as it is: an address is judged before anything in it is replaced
    return runbook_in(content) if isinstance(content, str) else ""


def _links(ref: AlertRef, record: Record) -> Iterator[Link]:
    if found := NAME.fullmatch(ref.fingerprint):
        yield Link("alert", f"{_PAGE}/{quote(found[2], safe='')}?project={quote(found[1], safe='')}")
    for link in record.records("documentation.links")[:_MOST_LINKS]:
        if url := link.url("url"):
            yield Link(link.text("displayName", 40) or "link", url)


def _mute(record: Record) -> tuple[datetime | None, str]:
    snooze = record.record("snooze")
    if not snooze.raw:
        return None, ""
    return snooze.time("interval.endTime"), snooze.text("displayName", 200) or "a snooze"
