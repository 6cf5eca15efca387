"""What a snooze is about: one policy, and the resource and metric labels of the alert (Google's AIP-160 filters)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from console.sources.base.reading.records import Record

_PARTS = ("resource.labels", "metric.labels")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TERM = re.compile(r'\s*((?:resource|metric)\.labels\.[A-Za-z_][A-Za-z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*')


@dataclass(frozen=True, slots=True)
class Target:
    """What is snoozed: ``policy`` is a full name; an empty ``filter`` means all that it watches."""

    project: str
    policy: str
    filter: str


def filter_of(alert: Record) -> str:
    """Return the filter that an alert's own labels fulfil, and others of its policy do not."""
    terms = [
        f'{part}.{name}="{_escaped(value)}"'
        for part in _PARTS
        for name, value in sorted(alert.table(part).items())
        if _NAME.fullmatch(name)
    ]
    return " AND ".join(terms)


def fulfils(alert: Record, words: str) -> bool:
    """Return whether an alert fulfils a filter; False for one that we cannot read."""
    if not words.strip():
        return True
    for term in words.split(" AND "):
        found = _TERM.fullmatch(term)
        if found is None:
            return False
        part, _, name = found[1].rpartition(".")
        if alert.table(part).get(name) != re.sub(r"\\(.)", r"\1", found[2]):
            return False
    return True


def last(name: str) -> str:
    """Return the last part of a full name: Google writes the project before it by id or by number."""
    return name.rpartition("/")[2]


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
