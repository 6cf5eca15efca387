"""Finding the runbook for an alert in the configured folders."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from console.clock import ticks
from console.domain.human import count
from console.domain.runbook import Runbook
from console.domain.text import one_line, safe_url
from console.library.parse import MAX_BYTES, Head, parse, read_head, stem

MAX_FILES = 5_000
RESCAN_AFTER = 5.0
"""Seconds for which a listing of the folders is believed; a file's own text is checked each time."""

_ENDINGS = (".md", ".markdown")
_SKIPPED = {"node_modules", "venv", "__pycache__"}


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


class Unreadable(Exception):  # noqa: N818 - it is an answer about a file, told to the user as a problem
    """A file that cannot be a runbook, and why."""


class Index:
    """The runbooks below some folders. Reads files, so it is used off the event loop; one thread at a time."""

    def __init__(self, places: Sequence[Path]) -> None:
        self._places = tuple(places)
        self._entries: dict[Path, Entry] = {}
        self._parsed: dict[Path, tuple[tuple[int, int], Runbook]] = {}
        self._scanned_at: float | None = None
        self.problems: tuple[str, ...] = ()

    def find(
        self, alert_name: str, service: str, service_runbooks: Sequence[str] = (), runbook_url: str = ""
    ) -> tuple[Runbook | None, str]:
        """Return the runbook for an alert and why it was chosen, or None and why there is none.

        In order: one that names the alert (of the service's configured ones first), the alert's
        own ``runbook_url`` where its last part is one of our files, the service's configured ones,
        one that names the service. Nothing is guessed from free text and nothing is fetched.
        """
        self._rescan()
        configured = [entry for name in service_runbooks for entry in self._named(name)]
        link = safe_url(runbook_url)
        for entries, reason in (
            (_about_alert(configured, alert_name), "alert name"),
            (_about_alert(self._entries.values(), alert_name), "alert name"),
            (self._named(runbook_url), "runbook_url"),
            (configured, "service"),
            (_about_service(self._entries.values(), service), "service"),
        ):
            for entry in self._best(entries, service, ranked=entries is not configured):
                runbook = self.read(entry)
                if runbook is not None and runbook.text:
                    reason_in_full = _front_matter_said(entry, reason, alert_name, service)
                    return replace(runbook, matched_by=reason_in_full), f"found by {reason_in_full}"
        return None, self._why_none(alert_name, service, service_runbooks, link)

    def entries(self) -> tuple[Entry, ...]:
        """Return every readable runbook, by path."""
        self._rescan()
        return tuple(sorted(self._entries.values(), key=lambda entry: entry.path))

    def refresh(self) -> None:
        """List the folders again, now."""
        self._scanned_at = None
        self._rescan()

    def _named(self, name: str) -> list[Entry]:
        """Return the entries that a configured name or an address's last part means."""
        wanted = _place(name)
        if not wanted:
            return []
        exact = [e for e in self._entries.values() if e.path == wanted or e.path.endswith(f"/{wanted}")]
        return exact or _about_alert(self._entries.values(), stem(wanted))

    def _best(self, entries: Iterable[Entry], service: str, *, ranked: bool) -> list[Entry]:
        """Return candidates, likeliest first: not deprecated, the service's own, more than a stub."""
        if not ranked:
            return list(entries)
        return sorted(
            entries,
            key=lambda entry: (
                "deprecated" in f"{entry.path} {entry.head.title}".lower(),
                _plain(service) not in map(_plain, re.split(r"[/]|__", entry.path)),
                entry.stamp[1] < 400,
                entry.path,
            ),
        )

    def read(self, entry: Entry) -> Runbook | None:
        """Return a file's runbook, parsed again only where the file has changed; None where it cannot be read."""
        try:
            stamp = _stamp(entry.file)
            cached = self._parsed.get(entry.file)
            if cached is not None and cached[0] == stamp:
                return cached[1]
            runbook = parse(_text(entry.file), entry.path)
        except (OSError, Unreadable) as error:
            self.problems = tuple(dict.fromkeys((*self.problems, _problem(entry.path, error))))
            return None
        self._parsed[entry.file] = (stamp, runbook)
        return runbook

    def _rescan(self) -> None:
        if self._scanned_at is not None and ticks() - self._scanned_at < RESCAN_AFTER:
            return
        found: dict[Path, Entry] = {}
        problems: list[str] = []
        for place in self._places:
            try:
                for path, file in _files(place, problems):
                    self._enter(path, file, found, problems)
            except OSError as error:
                problems.append(_problem(str(place), error))
        if len(found) >= MAX_FILES:
            problems.append(f"only the first {MAX_FILES} runbooks are used")
        self._entries = found
        self._parsed = {file: one for file, one in self._parsed.items() if file in found}
        self.problems = tuple(problems)
        self._scanned_at = ticks()

    def _enter(self, path: str, file: Path, found: dict[Path, Entry], problems: list[str]) -> None:
        """Put a file into the index, read again only where it has changed."""
        if len(found) >= MAX_FILES:
            return
        known = self._entries.get(file)
        try:
            stamp = _stamp(file)
            if known is None or known.stamp != stamp:
                known = Entry.of(path, file, stamp, read_head(_text(file), path))
            found[file] = known
        except (OSError, Unreadable) as error:
            problems.append(_problem(path, error))

    def _why_none(self, alert_name: str, service: str, configured: Sequence[str], link: str) -> str:
        names = " or ".join(one_line(name, 80) for name in (alert_name, service) if name)
        text = f"no runbook for {names or 'this'} among {count(len(self._entries), 'file')}"
        if not self._places:
            text = "no runbook folder is configured ([runbooks] paths)"
        if configured:
            text += f"; configured but not found: {', '.join(one_line(name, 80) for name in configured)}"
        return text + (f"; the alert links to {link}" if link else "")


def _place(name: str) -> str:
    """Return the path in an address or a configured name, without slashes around it."""
    try:
        path = unquote(urlsplit(name).path) if "://" in name else name
    except ValueError:  # an address that is none
        return ""
    return path.strip().strip("/")


def _about_alert(entries: Iterable[Entry], alert: str) -> list[Entry]:
    """Return the entries that carry an alert's name: file name, top heading, title or front matter."""
    plain = _plain(alert)
    return [entry for entry in entries if plain in entry.names or plain in entry.alerts]


def _about_service(entries: Iterable[Entry], service: str) -> list[Entry]:
    """Return the entries that carry a service's name, in the front matter or else as their own."""
    known, plain = list(entries), _plain(service)
    listed = [entry for entry in known if plain in entry.services]
    return listed or [entry for entry in known if plain in entry.names]


def _front_matter_said(entry: Entry, reason: str, alert: str, service: str) -> str:
    """Return the reason, or ``front matter`` where only that names the alert or the service."""
    by_matter = (reason == "alert name" and _plain(alert) not in entry.names) or (
        reason == "service" and _plain(service) in entry.services
    )
    return "front matter" if by_matter else reason


def _plain(name: str) -> str:
    """Return the form in which names are compared: ``HighErrorRate`` and ``high-error-rate`` are one."""
    return re.sub(r"[\W_]+", "", name.casefold())


def _files(place: Path, problems: list[str]) -> Iterator[tuple[str, Path]]:
    """Yield the Markdown files of a folder (links to folders and hidden ones left out), or one file."""
    if place.is_file():
        yield place.name, place
        return
    if not place.is_dir():
        problems.append(f"{place}: no such folder")
        return
    for folder, below, names in os.walk(place, onerror=lambda error: problems.append(_problem("", error))):
        below[:] = sorted(name for name in below if not name.startswith(".") and name not in _SKIPPED)
        for name in sorted(names):
            if name.lower().endswith(_ENDINGS) and not name.startswith("."):
                file = Path(folder) / name
                yield file.relative_to(place).as_posix(), file


def _stamp(file: Path) -> tuple[int, int]:
    """Return what tells a change of a file. Raises ``Unreadable`` for what cannot be a runbook."""
    status = file.stat()
    if not stat.S_ISREG(status.st_mode):
        raise Unreadable("not a regular file")
    if status.st_size > MAX_BYTES:
        raise Unreadable(f"larger than {MAX_BYTES // 1_000_000} MB")
    return status.st_mtime_ns, status.st_size


def _text(file: Path) -> str:
    """Return a file's text. Raises ``Unreadable`` where it is not UTF-8 text."""
    raw = file.read_bytes()[: MAX_BYTES + 1]
    if b"\0" in raw:
        raise Unreadable("not a text file")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"not UTF-8 text (byte {error.start})") from None


def _problem(path: str, error: Exception) -> str:
    """Return one line about a file that cannot be used."""
    if isinstance(error, OSError):
        return one_line(f"{path or error.filename}: {(error.strerror or str(error)).lower()}")
    return one_line(f"{path}: {error}")
