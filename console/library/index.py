"""Finding the runbook for an alert in the configured folders."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from os import stat_result
from pathlib import Path

from console.clock import ticks
from console.domain.human import count
from console.domain.runbook import Runbook
from console.domain.text import one_line, safe_url
from console.library import addresses
from console.library.files import Unreadable, files_below, problem_line, stamp_of, text_of
from console.library.parse import Head, parse, read_head, stem
from console.library.sections import section_of

MAX_FILES = 5_000
RESCAN_AFTER = 0.9
"""Seconds for which a listing of the folders is believed; a file's own text is checked each time."""
SCAN_SHARE = 0.02
"""Which share of the time listing may take: a slow folder is listed again less often."""


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


class Index:
    """The runbooks below some folders. Reads files, so it is used off the event loop; one thread at a time."""

    def __init__(self, places: Sequence[Path], urls: Sequence[tuple[str, str]] = ()) -> None:
        """Make an index of ``places``. ``urls`` are (address, folder): which addresses of alerts are files of ours."""
        self._places = tuple(places)
        self._urls = tuple(urls)
        self._paths: dict[str, Entry] = {}
        self._believed = RESCAN_AFTER
        self._entries: dict[str, Entry] = {}  # by their whole path
        self._sorted: tuple[Entry, ...] = ()
        self._parsed: dict[Path, tuple[tuple[int, int], Runbook]] = {}
        self._scanned_at: float | None = None
        self.problems: tuple[str, ...] = ()

    def find(
        self, alert_name: str, service: str, service_runbooks: Sequence[str] = (), runbook_url: str = ""
    ) -> tuple[Runbook | None, str]:
        """Return the runbook for an alert and why it was chosen, or None and why there is none.

        In order: one that names the alert (of the service's configured ones first), the alert's
        own ``runbook_url`` (see ``_linked``), the service's configured ones, one that names the
        service. Nothing is guessed from free text and nothing is fetched. Where the address names a
        section of the one found, only that section's steps are meant.
        """
        self._rescan()
        configured = [entry for name in service_runbooks for entry in self._named(name)]
        linked, anchor = self._linked(runbook_url)
        for entries, reason in (
            (_about_alert(configured, alert_name), "alert name"),
            (_about_alert(self._entries.values(), alert_name), "alert name"),
            (linked, "runbook_url"),
            (configured, "service"),
            (_about_service(self._entries.values(), service), "service"),
        ):
            for entry in self._best(entries, service, ranked=entries is not configured):
                runbook = self.read(entry)
                if runbook is not None and runbook.text:
                    reason_in_full = _front_matter_said(entry, reason, alert_name, service)
                    if anchor and entry in linked:
                        runbook = in_section(runbook, anchor)
                    return replace(runbook, matched_by=reason_in_full), f"found by {reason_in_full}"
        return None, self._why_none(alert_name, service, service_runbooks, safe_url(runbook_url))

    def at(self, path: str) -> Runbook | None:
        """Return the runbook in a file of ours by its path, or None where there is none that can be read."""
        self._rescan()
        entry = self._paths.get(path)
        return self.read(entry) if entry is not None else None

    def file_of(self, path: str) -> Path | None:
        """Return where a runbook lies on this machine, or None where there is no such runbook."""
        self._rescan()
        entry = self._paths.get(path)
        return entry.file if entry is not None else None

    def entries(self) -> tuple[Entry, ...]:
        """Return every readable runbook, by path."""
        self._rescan()
        return self._sorted

    def refresh(self) -> None:
        """List the folders again, now."""
        self._scanned_at = None
        self._rescan()

    def _named(self, name: str) -> list[Entry]:
        """Return the entries that a configured name or an address's last part means."""
        address = addresses.split(name)
        if address is None or not address.path:
            return []
        wanted = address.path
        exact = [e for e in self._entries.values() if e.path == wanted or e.path.endswith(f"/{wanted}")]
        return exact or _about_alert(self._entries.values(), stem(wanted))

    def _linked(self, url: str) -> tuple[list[Entry], str]:
        """Return the entries that an alert's address means, and the anchor it names.

        By the allowed prefixes where some are configured; else by its last part, as long as that is
        the name of one of our files.
        """
        if self._urls:
            address = addresses.mapped(url, self._urls, self._paths)
            return ([self._paths[address.path]], address.anchor) if address else ([], "")
        address = addresses.split(url)
        return self._named(url), address.anchor if address else ""

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
            stamp = stamp_of(entry.file.stat())
            cached = self._parsed.get(entry.file)
            if cached is not None and cached[0] == stamp:
                return cached[1]
            runbook = parse(text_of(entry.file), entry.path)
        except (OSError, Unreadable) as error:
            self.problems = tuple(dict.fromkeys((*self.problems, problem_line(entry.path, error))))
            return None
        self._parsed[entry.file] = (stamp, runbook)
        return runbook

    def _rescan(self) -> None:
        if self._scanned_at is not None and ticks() - self._scanned_at < self._believed:
            return
        begun = ticks()
        found: dict[str, Entry] = {}
        problems: list[str] = []
        for place in self._places:
            try:
                for path, file, status in files_below(place, problems):
                    self._enter(path, file, status, found, problems)
            except OSError as error:
                problems.append(problem_line(str(place), error))
        if len(found) >= MAX_FILES:
            problems.append(f"only the first {MAX_FILES} runbooks are used")
        self._entries = found
        self._sorted = tuple(sorted(found.values(), key=lambda entry: entry.path))
        files = {entry.file for entry in self._sorted}
        self._parsed = {file: one for file, one in self._parsed.items() if file in files}
        self.problems = tuple(problems)
        self._paths = {entry.path: entry for entry in found.values()}
        self._scanned_at = ticks()
        self._believed = max(RESCAN_AFTER, (self._scanned_at - begun) / SCAN_SHARE)

    def _enter(
        self,
        path: str,
        file: str,
        status: stat_result | OSError,
        found: dict[str, Entry],
        problems: list[str],
    ) -> None:
        """Put a file into the index, read again only where it has changed."""
        if len(found) >= MAX_FILES:
            return
        known = self._entries.get(file)
        try:
            if isinstance(status, OSError):
                raise status
            stamp = stamp_of(status)
            if known is None or known.stamp != stamp:
                where = Path(file)
                known = Entry.of(path, where, stamp, read_head(text_of(where), path))
            found[file] = known
        except (OSError, Unreadable) as error:
            problems.append(problem_line(path, error))

    def _why_none(self, alert_name: str, service: str, configured: Sequence[str], link: str) -> str:
        names = " or ".join(one_line(name, 80) for name in (alert_name, service) if name)
        text = f"no runbook for {names or 'this'} among {count(len(self._entries), 'file')}"
        if not self._places:
            text = "no runbook folder is configured ([runbooks] paths)"
        if configured:
            text += f"; configured but not found: {', '.join(one_line(name, 80) for name in configured)}"
        return text + (f"; the alert links to {link}" if link else "")


def in_section(runbook: Runbook, anchor: str) -> Runbook:
    """Return a runbook with only the steps of the section that an anchor names; all where that has none.

    They keep their numbers: their state is stored under these.
    """
    section = section_of(runbook.text, anchor)
    if section is None:
        return runbook
    titles = {heading.text for heading in section.headings}
    steps = tuple(
        step for step in runbook.steps if step.heading in titles or step.text.split("\n")[0] in titles
    )
    return replace(runbook, section=section.headings[0].text, steps=steps or runbook.steps)


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
