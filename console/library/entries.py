"""The files of the index, and which of them carry the name of an alert or a service."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from console.library.parse import Head, stem


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in the index. ``path`` is relative to its folder; ``stamp`` (mtime, size) tells a change.

    ``names`` (of the file, its top heading, its title), ``alerts`` and ``services`` (front matter)
    are in the plain form in which names are compared.
    """

    path: str
    file: Path
    stamp: tuple[int, int]
    head: Head
    names: frozenset[str]
    alerts: frozenset[str]
    services: frozenset[str]

    @classmethod
    def of(cls, path: str, file: Path, stamp: tuple[int, int], head: Head) -> Entry:
        """Make the entry of a file."""
        names = (stem(path), head.heading, head.title)
        plain = [frozenset(map(_plain, some)) - {""} for some in (names, head.alerts, head.services)]
        return cls(path, file, stamp, head, *plain)

    @property
    def root(self) -> Path:
        """The runbook folder that it lies in."""
        return Path(str(self.file).removesuffix(self.path))


def about_alert(entries: Iterable[Entry], alert: str) -> list[Entry]:
    """Return the entries that carry an alert's name: file name, top heading, title or front matter."""
    plain = _plain(alert)
    return [entry for entry in entries if plain in entry.names or plain in entry.alerts]


def about_service(entries: Iterable[Entry], service: str) -> list[Entry]:
    """Return the entries that carry a service's name, in the front matter or else as their own."""
    known, plain = list(entries), _plain(service)
    listed = [entry for entry in known if plain in entry.services]
    return listed or [entry for entry in known if plain in entry.names]


def likeliest(entries: Iterable[Entry], service: str) -> list[Entry]:
    """Return candidates, likeliest first: not deprecated, the service's own, more than a stub."""
    return sorted(
        entries,
        key=lambda entry: (
            "deprecated" in f"{entry.path} {entry.head.title}".lower(),
            _plain(service) not in map(_plain, re.split(r"[/]|__", entry.path)),
            entry.stamp[1] < 400,
            entry.path,
        ),
    )


def front_matter_said(entry: Entry, reason: str, alert: str, service: str) -> str:
    """Return the reason, or ``front matter`` where only that names the alert or the service."""
    by_matter = (reason == "alert name" and _plain(alert) not in entry.names) or (
        reason == "service" and _plain(service) in entry.services
    )
    return "front matter" if by_matter else reason


def _plain(name: str) -> str:
    """Return the form in which names are compared: ``HighErrorRate`` and ``high-error-rate`` are one."""
    return re.sub(r"[\W_]+", "", name.casefold())
