"""From the alerts of Jira Service Management to ours. Pure."""

from __future__ import annotations

from typing import Any

from console.domain.alert import Poll, Who
from console.sources.base.operations.alerts import Acked, AlertReader, Dialect
from console.sources.base.reading.records import Record
from console.sources.jsm.options import Options


def parse(payload: object, source: str, options: Options) -> Poll:
    """Return the alerts in an answer of ``GET /v1/alerts``, or in a bare list of them."""
    records: Any = payload.get("values") if isinstance(payload, dict) else payload
    reader = AlertReader(source, options, DIALECT, options.web).reader
    return reader.read(records if isinstance(records, list) else [payload])


def _acked(record: Record) -> Acked:
    """Return its owner: that is who acknowledged it (Atlassian's guide), and an alert names nobody else."""
    return Acked(Who(name=record.text("owner", 200)), record.time("ackTime"))


def _closed(record: Record) -> Acked:
    """Return when it was closed; by whom is in its log only."""
    return Acked(at=record.time("closeTime"))


DIALECT = Dialect(
    product="Jira Service Management",
    properties="extraProperties",
    integration="integrationName",
    acked=_acked,
    closed=_closed,
)
"""How Jira Service Management writes an alert."""
