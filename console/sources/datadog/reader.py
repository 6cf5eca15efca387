"""From Datadog's groups, monitors and downtimes to alerts. Pure: no network, no clock.

A group says neither how bad it is nor what to do, so each is joined with its monitor before it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from console.domain.alert import Alert, AlertRef, Link, Poll
from console.domain.priority import Priority
from console.domain.text import one_line
from console.sources.base.reading.mapping import first, named_priority, runbook_in
from console.sources.base.reading.records import NONE, Reader, Record, UnreadableError, labels_of
from console.sources.datadog.groups import fingerprint_of, table_of, tags_in
from console.sources.datadog.options import Options

_QUIET = frozenset({"ok", "ignored", "skipped", "unknown"})
_BY_STATE = {"alert": Priority.P2, "warn": Priority.P3, "no data": Priority.P4}
_BY_NUMBER = {1: Priority.P1, 2: Priority.P2, 3: Priority.P3, 4: Priority.P4, 5: Priority.P4}
_MOST_LINKS = 10
_KEPT = ("priority", "tags", "message", "assets", "matching_downtimes")
_TEMPLATE = re.compile(r"\{\{\s*([\w@.-]+?)(?:\.name)?\s*\}\}")


def parse(payload: object, source: str, options: Options) -> Poll:
    """Return the alerts in ``{"groups": …, "monitors": …, "downtimes": …}``, lists as Datadog answers them.

    The first is that of ``/monitor/groups/search``; the others may be left out.
    """
    table = Record(payload if isinstance(payload, dict) else {})
    groups, monitors, downtimes = (_list(table.get(name)) for name in ("groups", "monitors", "downtimes"))
    return reader(source, options).read(joined(groups, by_id(monitors), downtimes))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def reader(source: str, options: Options) -> Reader:
    """Return what reads the polls of a source."""

    def alert(ref: AlertRef, record: Record) -> Alert | None:
        return _alert(ref, record, options)

    return Reader(source, _identity, alert, "group")


def by_id(monitors: Iterable[object]) -> dict[str, Mapping[str, Any]]:
    """Return what is needed of monitors, by their id."""
    return {
        Record(monitor).text("id", 40): {name: monitor[name] for name in _KEPT if name in monitor}
        for monitor in monitors
        if isinstance(monitor, dict)
    }


def joined(
    groups: Iterable[object], monitors: Mapping[str, Mapping[str, Any]], downtimes: Iterable[object]
) -> Iterator[object]:
    """Yield groups with their monitors; a muted one also with the downtimes of its monitor."""
    mutes: dict[str, list[object]] = {}
    for one in downtimes:
        if isinstance(one, dict):
            mutes.setdefault(Record(one).text("attributes.monitor_identifier.monitor_id"), []).append(one)
    for group in groups:
        if isinstance(group, dict):
            name = monitor_of(group)
            held = mutes.get(name, []) if is_muted(group) else []
            yield {**group, "monitor": monitors.get(name, {}), "held": held}
        else:
            yield group


def monitor_of(group: object) -> str:
    """Return the id of a group's monitor, empty where it names none."""
    return Record(group).text("monitor_id", 40) if isinstance(group, dict) else ""


def is_muted(group: object) -> bool:
    """Return whether a group says that it is muted (Datadog sends ``muted``, its specification is silent on it)."""
    return isinstance(group, dict) and group.get("muted") is True


def _identity(record: Record) -> str:
    monitor = record.must("monitor_id", 40)
    group = record.get("group")
    return fingerprint_of(monitor, group if isinstance(group, str) else "*")


def _alert(ref: AlertRef, record: Record, options: Options) -> Alert | None:
    state = record.text("status", 40)
    if state.casefold() in _QUIET:
        return None
    name = record.text("monitor_name", 200)
    if not name:
        raise UnreadableError(f"it has no monitor_name (monitor {ref.fingerprint.partition(':')[0]})")
    group = record.text("group")
    own = tags_in(group) or [tag for tag in record.texts("group_tags") if ":" in tag]
    tags = table_of((*own, *record.texts("monitor.tags"), *record.texts("all_tags")))
    until, by = _mute(record, set(own))
    return Alert(
        ref=ref,
        name=name,
        title=_title(name, group, tags),
        service=one_line(first(tags, options.service_tags), 200) or "unknown",
        priority=_priority(record, state, tags, options),
        started_at=record.time("last_triggered_ts"),
        labels=labels_of({"monitor_status": state, **tags}),
        description=record.lines("monitor.message"),
        runbook_url=_runbook(record),
        links=tuple(_links(record, group, options)),
        muted_until=until,
        muted_by=by,
    )


def _title(name: str, group: str, tags: Mapping[str, str]) -> str:
    """Return the monitor's name with its template variables filled in, and the group unless it stands there."""
    title = _TEMPLATE.sub(lambda found: tags.get(found[1]) or found[0], name)
    values = [tag.partition(":")[2] or tag for tag in tags_in(group)]
    return one_line(title if all(value in title for value in values) else f"{title} ({group})")


def _priority(record: Record, state: str, tags: Mapping[str, str], options: Options) -> Priority:
    """Return what the tag says, else the monitor's own priority (1 to 5), else what the state stands for."""
    tagged = named_priority(tags.get(options.priority_tag, ""), options.priorities)
    if tagged is not None:
        return tagged
    number = record.number("monitor.priority") or record.number("priority")
    if number in _BY_NUMBER:
        return _BY_NUMBER[int(number or 0)]
    word = state.casefold()
    return options.priorities.get(word) or _BY_STATE.get(word, Priority.P3)


def _runbook(record: Record) -> str:
    found = (one.url("url") for one in record.records("monitor.assets") if one.text("category") == "runbook")
    message = record.get(
        "monitor.message"
    )  # as it is: an address is judged before anything in it is replaced
    named = runbook_in(message) if isinstance(message, str) else ""
    return next((url for url in found if url), named)


def _links(record: Record, group: str, options: Options) -> Iterator[Link]:
    page = f"{options.pages}/monitors/{quote(record.text('monitor_id', 40), safe='')}"
    yield Link("monitor", f"{page}?group={quote(group, safe='')}" if tags_in(group) else page)
    for asset in record.records("monitor.assets")[:_MOST_LINKS]:
        if url := asset.url("url"):
            yield Link(asset.text("name", 40) or "link", url)


def _mute(record: Record, own: set[str]) -> tuple[datetime | None, str]:
    """Return until when it is muted and by whom; what the group itself says counts most."""
    if record.get("muted") is not None:
        if not is_muted(record.raw):
            return None, ""
        held = next((one for one in record.records("held") if _covers(one, own)), NONE)
        until = record.time("muted_until_ts") or held.time("attributes.schedule.end")
        words = (held.text("by", 120), held.text("attributes.message", 120))
        return until, ": ".join(word for word in words if word) or "a downtime"
    for downtime in record.records("monitor.matching_downtimes"):
        scope = downtime.texts("scope")
        if scope and (scope == ["*"] or own.issuperset(scope)):
            return downtime.time("end"), "a downtime"
    return None, ""


def _covers(downtime: Record, own: set[str]) -> bool:
    scope = downtime.text("attributes.scope").replace('"', "")
    return scope == "*" or own.issuperset(scope.split(" AND "))
