"""From Alertmanager's records to alerts. Pure: no network, no clock.

Polls mostly repeat themselves, so a ``Reader`` remembers what it read: a record that says the same
as before gives back the very same ``Alert`` object, and costs a comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from console.domain.alert import Alert, AlertRef, Poll
from console.domain.text import one_line
from console.sources.alertmanager.options import SilencingOptions
from console.sources.base.reading.labelled import identity_of, is_labelled, labelled, texts_of
from console.sources.base.reading.records import few
from console.web.times import parse_time


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


def parse(payload: object, source: str, options: SilencingOptions, silences: object = ()) -> Poll:
    """Return the alerts in an answer of ``GET /api/v2/alerts``; ``silences`` is that of ``/silences``."""
    return Reader(source, options).read([payload], silences)


class Reader:
    """Reads the polls of one source, one after the other."""

    def __init__(self, source: str, options: SilencingOptions) -> None:
        self._source = source
        self.options = options
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
        return Poll(
            self._source,
            tuple(entry.alert for entry in known.values()),
            complete=not problems,
            problems=tuple(few(problems, "alert")),
        )

    def labels(self, fingerprint: str) -> dict[str, str] | None:
        """Return the labels of an alert of the last poll as the server has them, not as we show them."""
        entry = self._known.get(fingerprint)
        return None if entry is None else texts_of(entry.record["labels"])

    def fingerprints(self) -> frozenset[str]:
        """Return the identities of all alerts of the last poll."""
        return frozenset(self._known)

    def alert(self, ref: AlertRef, record: dict[str, Any]) -> Alert:
        """Return the alert that a record makes, whether it is held back or not."""
        return labelled(
            ref,
            texts_of(record["labels"]),
            texts_of(record.get("annotations")),
            self.options,
            started_at=parse_time(record.get("startsAt")),
            links=[("query", record.get("generatorURL"))],
        )

    def _read(self, key: str, record: dict[str, Any], mutes: Mapping[str, Mute]) -> _Known:
        mute = _mute(record.get("status"), mutes)
        steady = {**record, "updatedAt": None, "endsAt": None}
        before = self._known.get(key)
        if before is not None and before.mute == mute and before.record == steady:
            return before
        alert = self.alert(AlertRef(self._source, key), record)
        if mute is not None:
            alert = replace(alert, muted_until=mute.until, muted_by=mute.by)
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
    if not is_labelled(record):
        return None
    fingerprint = record.get("fingerprint")
    named = isinstance(fingerprint, str) and fingerprint
    return one_line(fingerprint, 128) if named else identity_of(record["labels"])


def _fault(record: Any) -> str:
    if not isinstance(record, dict):
        return "it is not a table"
    fingerprint = record.get("fingerprint")
    return f"it has no labels{f' ({one_line(fingerprint, 40)})' if isinstance(fingerprint, str) else ''}"


def _hidden(record: dict[str, Any]) -> bool:
    """Inhibited alerts follow from another one that fires; a webhook also lists resolved ones."""
    status = record.get("status")
    return bool(_names(status.get("inhibitedBy"))) if isinstance(status, dict) else status == "resolved"


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
