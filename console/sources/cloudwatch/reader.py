"""From alarms, as DescribeAlarms lists them, to alerts. Pure: no network, no clock."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import quote

from console.domain.alert import Alert, AlertRef, Link, Poll
from console.domain.priority import Priority
from console.domain.text import one_line, safe_url
from console.sources.base.reading.mapping import first, named_priority, runbook_in
from console.sources.base.reading.records import Reader, Record, UnreadableError, labels_of
from console.sources.cloudwatch.options import Options

_LONGEST_ARN = 1600
_MOST_OTHERS = 50
_STATES = {"ALARM", "INSUFFICIENT_DATA"}
_LISTS = ("MetricAlarms", "CompositeAlarms", "LogAlarms")
_CONSOLES = {"cn-": "console.amazonaws.cn", "us-gov-": "console.amazonaws-us-gov.com"}


def parse(payload: object, source: str, options: Options) -> Poll:
    """Return the alarms that fire in an answer of DescribeAlarms (or in a list of alarms)."""
    return reader(source, options).read(_alarms(payload))


def reader(source: str, options: Options) -> Reader:
    """Return what reads the polls of one source."""
    return Reader(
        source,
        identity=lambda alarm: alarm.must("AlarmArn", _LONGEST_ARN),
        alert=lambda ref, alarm: _alert(ref, alarm, options),
        noun="alarm",
    )


def home_of(alert: Alert) -> tuple[str, str]:
    """Return the account, as it is called in the config, and the region of an alert."""
    return alert.label("account"), _part(alert.ref, 3)


def name_of(alert: Alert) -> str:
    """Return the alarm's whole name: ``arn:aws:cloudwatch:REGION:ACCOUNT:alarm:NAME``."""
    return alert.ref.fingerprint.partition(":alarm:")[2]


def _alarms(payload: object) -> Iterator[Any]:
    if isinstance(payload, dict) and any(key in payload for key in _LISTS):
        for key in _LISTS:
            listed = payload.get(key)
            if isinstance(listed, list):
                yield from listed
            elif listed is not None:
                yield listed
    elif isinstance(payload, list):
        yield from payload
    else:
        yield payload


def _alert(ref: AlertRef, alarm: Record, options: Options) -> Alert | None:
    state = alarm.must("StateValue")
    if state == "OK" or (state == "INSUFFICIENT_DATA" and not options.include_insufficient_data):
        return None
    if state not in _STATES:
        raise UnreadableError(f"its state is {state}")
    name = alarm.must("AlarmName")
    tags = alarm.table("Tags")
    dimensions = {one.text("Name"): one.text("Value") for one in alarm.records("Dimensions")}
    named = first(tags, options.service_tags) or first(dimensions, options.service_dimensions)
    description = alarm.lines("AlarmDescription")
    return Alert(
        ref=ref,
        name=name,
        title=alarm.text("StateReason") or alarm.text("AlarmDescription") or name,
        service=one_line(named, 200) or alarm.text("Namespace", 200) or "unknown",
        priority=_priority(name, state, tags, options),
        started_at=alarm.time("StateTransitionedTimestamp") or alarm.time("StateUpdatedTimestamp"),
        labels=labels_of(_labels(ref, alarm, {**tags, **dimensions})),
        description=description,
        runbook_url=runbook_in(description),
        links=tuple(_links(ref, name)),
        muted_by=_muted_by(alarm),
    )


def _priority(name: str, state: str, tags: dict[str, str], options: Options) -> Priority:
    """Return what the config says of the name, else what a tag says, else what the state means."""
    for pattern, priority in options.priorities.items():
        if fnmatchcase(name.casefold(), pattern):
            return priority
    said = named_priority(first(tags, options.severity_tags), options.severity)
    if said is not None:
        return said
    return Priority.P2 if state == "ALARM" else Priority.P3


def _labels(ref: AlertRef, alarm: Record, others: dict[str, str]) -> dict[str, str]:
    """Return facts of the alarm, and as many of its tags and dimensions as there is room for."""
    facts = {
        "account": alarm.text("Account"),
        "account_id": _part(ref, 4),
        "region": alarm.text("Region") or _part(ref, 3),
        "type": alarm.text("Type"),
        "state": alarm.text("StateValue"),
        "namespace": alarm.text("Namespace"),
        "metric": alarm.text("MetricName"),
        "rule": alarm.text("AlarmRule"),
        "evaluation": alarm.text("EvaluationState"),
    }
    # A tag may be called like a fact: what we go by later is the fact, also where it is empty.
    kept = [(name, text) for name, text in sorted(others.items()) if name not in facts][:_MOST_OTHERS]
    return {**dict(kept), **{name: text for name, text in facts.items() if text}}


def _part(ref: AlertRef, index: int) -> str:
    parts = ref.fingerprint.split(":", 6)
    return parts[index] if len(parts) > index else ""


def _muted_by(alarm: Record) -> str:
    """Return what holds the alarm's own actions back. Until when is not said."""
    if by := alarm.text("ActionsSuppressedBy"):
        return alarm.text("ActionsSuppressedReason", 200) or f"actions suppressed by {by}"
    return "its actions are switched off" if alarm.get("ActionsEnabled") is False else ""


def _links(ref: AlertRef, name: str) -> Iterator[Link]:
    region = _part(ref, 3)
    host = next((host for start, host in _CONSOLES.items() if region.startswith(start)), "")
    host = host or f"{region}.console.aws.amazon.com"
    address = f"https://{host}/cloudwatch/home?region={region}#alarmsV2:alarm/{quote(name, safe='')}"
    if region and (url := safe_url(address)):
        yield Link("CloudWatch", url)
