"""From what the checks found to alerts. Pure: no network, no clock but the one that is given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from console.domain.alert import Alert, AlertRef, Link, Poll
from console.domain.human import count
from console.domain.text import multi_line, one_line, safe_url
from console.sources.base.reading.records import Reader, Record, UnreadableError, labels_of
from console.sources.checks.options import Check, Options

CERTIFICATE = ":certificate"
"""What the identity of an alert about a certificate ends with."""


def parse(payload: object, source: str, options: Options) -> Poll:
    """Return the alerts of one round of checks.

    ``payload`` is a list of what was found: ``{"check": name, "failed": times in a row, "said": why,
    "since": time of the first failure, "at": time, "expires_at": end of the certificate}``.
    """
    return reader(source, options).read(split(payload))


def reader(source: str, options: Options) -> Reader:
    """Return what reads the rounds of one source."""
    checks = {one_line(check.name, 200): check for check in options.checks}

    def alert(ref: AlertRef, record: Record) -> Alert | None:
        check = checks.get(record.text("check", 200))
        if check is None:
            raise UnreadableError("no check has its name")
        return (
            _certificate(ref, record, check) if record.flag("certificate") else _failure(ref, record, check)
        )

    return Reader(source, _identity, alert, "check")


def split(payload: object) -> Iterator[object]:
    """Yield what was found about each thing, and a record of its own for each certificate."""
    for found in payload if isinstance(payload, list) else [payload]:
        yield found
        if isinstance(found, dict) and found.get("expires_at") is not None:
            kept = {name: found.get(name) for name in ("check", "at", "expires_at")}
            yield {**kept, "certificate": True}


def _identity(record: Record) -> str:
    name = record.must("check")
    return name + CERTIFICATE if record.flag("certificate") else name


def _failure(ref: AlertRef, record: Record, check: Check) -> Alert | None:
    """Return an alert for what has failed often enough."""
    failed = record.number("failed")
    if failed is None:
        raise UnreadableError("it does not say how often it failed")
    if check.tls and not failed and record.time("expires_at") is None:
        raise UnreadableError("it does not say until when its certificate is good")
    if failed < check.failures:
        return None
    said = record.text("said") or "it fails"
    return _alert(ref, check, check.name, (said, f"{said}\ntried: {check.target}"), record.time("since"))


def _certificate(ref: AlertRef, record: Record, check: Check) -> Alert | None:
    """Return an alert for a certificate that runs out soon. One that has run out fails its check as well."""
    at, end = record.time("at"), record.time("expires_at")
    if at is None or end is None:
        raise UnreadableError("it does not say until when its certificate is good")
    soon = timedelta(days=check.certificate_days)
    if not soon or end - at > soon:
        return None
    words = f"certificate of {check.encrypted} {_runs_out(at, end)}"
    told = (words, f"good until {end:%Y-%m-%d %H:%M} UTC")
    return _alert(ref, check, f"{check.name} certificate", told, end - soon)


def _runs_out(at: datetime, end: datetime) -> str:
    left = end - at
    if left <= timedelta(0):
        return "has run out"
    return f"runs out in {count(left.days, 'day')}" if left.days else "runs out today"


def _alert(ref: AlertRef, check: Check, name: str, words: tuple[str, str], since: datetime | None) -> Alert:
    """Return an alert; ``words`` are its title and its description."""
    title, description = words
    bad = check.certificate_priority if ref.fingerprint.endswith(CERTIFICATE) else check.priority
    link = safe_url(check.http.partition("?")[0]) if check.http else ""
    labels = {"alertname": name, "check": check.name, "service": check.service, "target": check.target}
    return Alert(
        ref=ref,
        name=one_line(name, 200),
        title=one_line(f"{one_line(check.name, 200)}: {title}" if name == check.name else title),
        service=one_line(check.service, 200),
        priority=bad,
        started_at=since,
        labels=labels_of(labels),
        description=multi_line(description),
        runbook_url=check.runbook_url or "",
        links=(Link("checked address", link),) if link else (),
    )
