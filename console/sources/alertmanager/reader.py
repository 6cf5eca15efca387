"""From Alertmanager's records to alerts. Pure: no network, no clock.

Polls mostly repeat themselves, so a ``Reader`` remembers what it read: a record that says the same
as before gives back the very same ``Alert`` object, and costs a comparison.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.domain.alert import Alert, AlertRef, Link, Poll
from console.domain.text import multi_line, one_line, safe_url
from console.sources.alertmanager.options import Options
from console.sources.base.mapping import first, parse_time, priority_of

_TITLES = ("summary", "title", "message")
_DESCRIPTIONS = ("description", "message")
_RUNBOOKS = ("runbook_url", "runbook", "runbookURL")
_MOST_LINKS = 10
_MOST_LABELS = 64
_MOST_PROBLEMS = 5


@dataclass(frozen=True, slots=True)
class Mute:
    """Why notifications of an alert are held back, and until when if that is known."""

    until: datetime | None
    by: str


@dataclass(frozen=True, slots=True)
class _Known:
    """A record as it was read last, without what changes on every repetition."""

    record: dict[str, Any]
    mute: Mute | None
    alert: Alert


def parse(payload: object, source: str, options: Options, silences: object = ()) -> Poll:
    """Return the alerts in an answer of ``GET /api/v2/alerts``; ``silences`` is that of ``/silences``."""
    return Reader(source, options).read([payload], silences)


class Reader:
    """Reads the polls of one source, one after the other."""

    def __init__(self, source: str, options: Options) -> None:
        self._source = source
        self._options = options
        self._known: dict[str, _Known] = {}

    def read(self, payloads: Iterable[object], silences: object = ()) -> Poll:
        """Return the union of what the peers of a cluster say; the first to name an alert describes it.

        A record that cannot be read is left out and named, and makes the poll incomplete.
        """
        mutes = _silences(silences)
        known: dict[str, _Known] = {}
        problems: list[str] = []
        for number, record in enumerate(_records(payloads), 1):
            key = _key(record)
            if key is None:
                problems.append(f"alert {number} of the answer cannot be read: {_fault(record)}")
            elif key not in known and not _hidden(record):
                known[key] = self._read(key, record, mutes)
        self._known = known
        more = len(problems) - _MOST_PROBLEMS
        named = (*problems[:_MOST_PROBLEMS], *((f"and {more} more alerts",) if more > 0 else ()))
        return Poll(
            self._source,
            tuple(entry.alert for entry in known.values()),
            complete=not problems,
            problems=named,
        )

    def labels(self, fingerprint: str) -> dict[str, str] | None:
        """Return the labels of an alert of the last poll as the server has them, not as we show them."""
        entry = self._known.get(fingerprint)
        return None if entry is None else _texts(entry.record["labels"])

    def fingerprints(self) -> frozenset[str]:
        """Return the identities of all alerts of the last poll."""
        return frozenset(self._known)

    def _read(self, key: str, record: dict[str, Any], mutes: Mapping[str, Mute]) -> _Known:
        mute = _mute(record.get("status"), mutes)
        steady = {**record, "updatedAt": None, "endsAt": None}
        before = self._known.get(key)
        if before is not None and before.mute == mute and before.record == steady:
            return before
        alert = _alert(AlertRef(self._source, key), record, mute, self._options)
        if before is not None and before.alert == alert:
            alert = before.alert
        return _Known(steady, mute, alert)


def silence_ids(payloads: Iterable[object]) -> frozenset[str]:
    """Return the ids of all silences that hold back one of the alerts."""
    found: set[str] = set()
    for record in _records(payloads):
        status = record.get("status") if isinstance(record, dict) else None
        if isinstance(status, dict) and status.get("silencedBy"):
            found.update(_names(status["silencedBy"]))
    return frozenset(found)


def _records(payloads: Iterable[object]) -> Iterator[Any]:
    """Yield the records of lists of alerts, of groups of alerts and of webhook bodies."""
    for payload in payloads:
        for item in payload if isinstance(payload, list) else [payload]:
            inner = item.get("alerts") if isinstance(item, dict) else None
            if isinstance(inner, list):
                yield from inner
            else:
                yield item


def _key(record: Any) -> str | None:
    """Return the fingerprint, or one made of the labels; None where there is nothing to go by."""
    labels = record.get("labels") if isinstance(record, dict) else None
    if not isinstance(labels, dict) or not labels:
        return None
    fingerprint = record.get("fingerprint")
    if isinstance(fingerprint, str) and fingerprint:
        return one_line(fingerprint, 128)
    plain = "\n".join(f"{name}\t{value}" for name, value in sorted(labels.items()))
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()[:16]


def _fault(record: Any) -> str:
    if not isinstance(record, dict):
        return "it is not a table"
    fingerprint = record.get("fingerprint")
    return f"it has no labels{f' ({one_line(fingerprint, 40)})' if isinstance(fingerprint, str) else ''}"


def _hidden(record: dict[str, Any]) -> bool:
    """Inhibited alerts follow from another one that fires; a webhook also lists resolved ones."""
    status = record.get("status")
    return bool(status.get("inhibitedBy")) if isinstance(status, dict) else status == "resolved"


def _silences(payload: object) -> dict[str, Mute]:
    found = {}
    for silence in payload if isinstance(payload, list) else ():
        if isinstance(silence, dict) and isinstance(silence.get("id"), str):
            words = (silence.get("createdBy"), silence.get("comment"))
            by = ": ".join(one_line(word, 120) for word in words if isinstance(word, str) and word)
            found[silence["id"]] = Mute(parse_time(silence.get("endsAt")), by or "a silence")
    return found


def _mute(status: object, silences: Mapping[str, Mute]) -> Mute | None:
    """Return why the alert is held back; it is until the last of its silences ends."""
    if not isinstance(status, dict):
        return None
    silenced, timed = _names(status.get("silencedBy")), _names(status.get("mutedBy"))
    if silenced:
        held = [silences[name] for name in silenced if name in silences]
        return max(held, key=_until, default=Mute(None, "a silence"))
    if timed:
        return Mute(None, one_line(f"time interval {', '.join(timed)}", 200))
    return Mute(None, "the server") if status.get("state") == "suppressed" else None


def _until(mute: Mute) -> tuple[float, str]:
    return (mute.until.timestamp() if mute.until else 0.0, mute.by)


def _names(value: object) -> list[str]:
    return [name for name in value if isinstance(name, str)] if isinstance(value, list) else []


def _alert(ref: AlertRef, record: dict[str, Any], mute: Mute | None, options: Options) -> Alert:
    labels, notes = _texts(record["labels"]), _texts(record.get("annotations"))
    name = one_line(labels.get("alertname", ""), 200) or "unnamed"
    return Alert(
        ref=ref,
        name=name,
        title=one_line(first(notes, _TITLES)) or name,
        service=one_line(first(labels, options.service_labels), 200) or "unknown",
        priority=priority_of(labels.get(options.severity_label, ""), options.severity),
        started_at=parse_time(record.get("startsAt")),
        labels=tuple(
            (one_line(key, 200), one_line(value)) for key, value in sorted(labels.items())[:_MOST_LABELS]
        ),
        description=multi_line(first(notes, _DESCRIPTIONS)),
        runbook_url=safe_url(first(notes, _RUNBOOKS)),
        links=tuple(_links(record, notes))[:_MOST_LINKS],
        muted_until=mute.until if mute else None,
        muted_by=mute.by if mute else "",
    )


def _links(record: dict[str, Any], notes: Mapping[str, str]) -> Iterator[Link]:
    query = record.get("generatorURL")
    if isinstance(query, str) and (url := safe_url(query)):
        yield Link("query", url)
    for name, value in sorted(notes.items()):
        if name not in _RUNBOOKS and value.startswith(("http://", "https://")) and (url := safe_url(value)):
            yield Link(one_line(name, 40), url)


def _texts(table: object) -> dict[str, str]:
    """Return a table of texts; numbers as they are written, anything else left out."""
    if not isinstance(table, dict):
        return {}
    return {
        name: value if isinstance(value, str) else str(value)
        for name, value in table.items()
        if isinstance(value, str | int | float)
    }
