"""From Sentry's issues to alerts. Pure: no network, no clock.

Fields as in the example of docs.sentry.io "List an Organization's Issues"; ``statusDetails`` of an archived
issue as in getsentry/sentry, api/serializers/models/group.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from console.domain.alert import Alert, AlertRef, Link, Poll
from console.domain.text import one_line
from console.sources.base.reading.mapping import priority_of
from console.sources.base.reading.records import Reader, Record, labels_of
from console.sources.sentry.options import Options

# An issue that came back was first seen long before the fault of today began.
_CAME_BACK = frozenset({"regressed", "escalating"})
_LABELS = {
    "project": "project.slug",
    "level": "level",
    "short_id": "shortId",
    "platform": "platform",
    "type": "metadata.type",
    "substatus": "substatus",
    "assigned_to": "assignedTo.name",
}


def parse(payload: object, source: str, options: Options) -> Poll:
    """Return the alerts in an answer of ``GET /organizations/…/issues/``."""
    return reader(source, options).read(payload if isinstance(payload, list) else [])


def reader(source: str, options: Options) -> Reader:
    """Return what reads the polls of a source."""

    def alert(ref: AlertRef, record: Record) -> Alert | None:
        return _alert(ref, record, options)

    return Reader(source, _identity, alert, "issue")


def _identity(record: Record) -> str:
    return record.must("id", 64)


def _alert(ref: AlertRef, record: Record, options: Options) -> Alert | None:
    if record.text("status") == "resolved":
        return None
    title = record.text("title") or record.text("metadata.title") or record.must("metadata.type")
    kind, culprit = record.text("metadata.type", 150), record.text("culprit", 150)
    name = f"{kind} in {culprit}" if kind and culprit else kind or title
    until, by = _mute(record)
    labels = {label: record.text(path, 200) for label, path in _LABELS.items()}
    return Alert(
        ref=ref,
        name=one_line(name, 200),
        title=title,
        service=record.text("project.slug", 200) or record.text("project.name", 200) or "unknown",
        priority=priority_of(record.text("level", 40), options.levels),
        started_at=None if record.text("substatus") in _CAME_BACK else record.time("firstSeen"),
        labels=labels_of({label: text for label, text in labels.items() if text}),
        description=record.lines("metadata.value"),
        links=tuple(_links(record)),
        muted_until=until,
        muted_by=by,
    )


def _links(record: Record) -> Iterator[Link]:
    if url := record.url("permalink"):
        yield Link("issue", url)


def _mute(record: Record) -> tuple[datetime | None, str]:
    """Return until when an issue is archived and by whom; without a time, on what condition."""
    if record.text("status") != "ignored":
        return None, ""
    details = record.record("statusDetails")
    who = details.text("actor.name", 100) or details.text("actor.email", 100)
    until = details.time("ignoreUntil")
    condition = ""
    if until is None:
        for path, noun in (("ignoreCount", "more events"), ("ignoreUserCount", "more users")):
            if count := details.number(path):
                condition = f"until {count:.0f} {noun}"
                break
    words = " ".join(word for word in ("archived", condition, f"by {who}" if who else "") if word)
    return until, words
