"""Alerts that are sets of labels with annotations beside them: Prometheus and what speaks like it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from console.config.base import Word
from console.domain.alert import Alert, AlertRef, Link
from console.domain.text import multi_line, one_line, safe_url
from console.sources.base.options import Priorities, SourceOptions
from console.sources.base.reading.mapping import first, priority_of
from console.sources.base.reading.records import labels_of

_TITLES = ("summary", "title", "message")
_DESCRIPTIONS = ("description", "message")
_RUNBOOKS = ("runbook_url", "runbook", "runbookURL")
_MOST_LINKS = 10


class LabelOptions(SourceOptions):
    """Keys that say which labels mean what."""

    service_labels: tuple[Word, ...] = ("service", "job", "namespace")
    """Labels that say which service an alert is about; the first one present counts."""

    severity_label: Word = "severity"
    """Label that says how bad it is."""

    severity: Priorities = Field(default_factory=dict)
    """Priorities for your own severities: ``{ sev0 = "P1" }``. The common ones are known."""


def labelled(  # noqa: PLR0913 - the parts of an alert
    ref: AlertRef,
    labels: Mapping[str, str],
    notes: Mapping[str, str],
    options: LabelOptions,
    *,
    started_at: datetime | None = None,
    links: Iterable[tuple[str, object]] = (),
    above: str = "",
) -> Alert:
    """Return the alert that labels and annotations (``notes``) make; ``links`` are titles and addresses.

    ``above`` stands over the description. Annotations that are addresses become links too; those that are none are left out.
    """
    name = one_line(labels.get("alertname", ""), 200) or "unnamed"
    words = first(notes, _DESCRIPTIONS)
    return Alert(
        ref=ref,
        name=name,
        title=one_line(first(notes, _TITLES)) or name,
        service=one_line(first(labels, options.service_labels), 200) or "unknown",
        priority=priority_of(labels.get(options.severity_label, ""), options.severity),
        started_at=started_at,
        labels=labels_of(dict(labels)),
        description=multi_line("\n".join(part for part in (above, words) if part)),
        runbook_url=safe_url(first(notes, _RUNBOOKS)),
        links=tuple(_links(links, notes))[:_MOST_LINKS],
    )


def _links(links: Iterable[tuple[str, object]], notes: Mapping[str, str]) -> Iterator[Link]:
    found = [(title, url) for title, url in links if isinstance(url, str)]
    found += [(one_line(name, 40), text) for name, text in sorted(notes.items()) if _is_address(name, text)]
    yield from (Link(title, address) for title, url in found if (address := safe_url(url)))


def _is_address(name: str, text: str) -> bool:
    return name not in _RUNBOOKS and text.startswith(("http://", "https://"))


def texts_of(table: object) -> dict[str, str]:
    """Return a table of texts; numbers as they are written, anything else left out."""
    if not isinstance(table, dict):
        return {}
    return {
        name: value if isinstance(value, str) else str(value)
        for name, value in table.items()
        if isinstance(value, str | int | float)
    }


def is_labelled(record: Any) -> bool:
    """Return whether a record has labels to go by."""
    labels = record.get("labels") if isinstance(record, dict) else None
    return isinstance(labels, dict) and bool(labels)


def identity_of(labels: Mapping[str, Any]) -> str:
    """Return what an alert keeps for as long as no label changes, as Prometheus counts it."""
    pairs = sorted(labels.items())
    try:
        plain = "\n".join(map("\t".join, pairs))
    except TypeError:  # a value that is no text
        plain = "\n".join([f"{name}\t{value}" for name, value in pairs])
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()[:16]
