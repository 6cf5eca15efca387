"""Groups of monitors, as Datadog names them: a comma-separated list of tags ("env:prod,host:db1")."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from console.domain.alert import Alert
from console.domain.text import one_line

_LONGEST = 400
_PLAIN = re.compile(r"[A-Za-z0-9_./-]+")
_WHOLE = frozenset({"", "*", "total"})


@dataclass(frozen=True, slots=True)
class Target:
    """A group that can be muted. ``scope`` is in Datadog's search syntax, ``*`` for a monitor without groups."""

    monitor: int
    scope: str


def fingerprint_of(monitor: str, group: str) -> str:
    """Return the identity of a group; the end of a long one is replaced by a digest."""
    clean = one_line(group, _LONGEST)
    if clean != group:
        clean += f"#{hashlib.blake2b(group.encode('utf-8', 'replace'), digest_size=6).hexdigest()}"
    return f"{monitor}:{clean}"


def target_of(alert: Alert) -> Target | None:
    """Return what is to be muted for an alert; None where its group cannot be written as a scope."""
    monitor, _, group = alert.ref.fingerprint.partition(":")
    if not (monitor.isascii() and monitor.isdigit()) or "#" in group or len(group) > _LONGEST:
        return None
    return Target(int(monitor), scope_of(tags_in(group)))


def tags_in(group: str) -> list[str]:
    """Return the tags of a group; a comma within a value does not end it."""
    tags: list[str] = []
    if group in _WHOLE or group.startswith("@"):  # "@SYNTHETICS_OVERALL@" is a monitor as a whole
        return tags
    for part in group.split(","):
        if ":" in part or not tags:
            tags.append(part)
        else:
            tags[-1] += f",{part}"
    return tags


def scope_of(tags: Iterable[str]) -> str:
    """Return the scope that has all these tags, values in quotes where search syntax needs them."""
    terms = []
    for tag in tags:
        name, colon, value = tag.partition(":")
        if colon and not _PLAIN.fullmatch(value):
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            value = f'"{escaped}"'
        terms.append(f"{name}{colon}{value}")
    return " AND ".join(terms) or "*"


def table_of(tags: Iterable[str]) -> dict[str, str]:
    """Return tags as names and values; the first of several with the same name counts."""
    table: dict[str, str] = {}
    for tag in tags:
        name, _, value = tag.partition(":")
        table.setdefault(name, value)
    return table
