"""Finding the runbook for an alert in the configured folders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from os import stat_result
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from console.clock import ticks
from console.domain.human import count
from console.domain.pages import Fetched
from console.domain.runbook import Runbook
from console.domain.text import one_line, safe_url
from console.library import addresses
from console.library.entries import Entry, about_alert, about_service, front_matter_said, likeliest
from console.library.files import Unreadable, files_below, problem_line, stamp_of, text_of
from console.library.pages import Pages
from console.library.parse import read_head, stem
from console.library.reading import Reading, beside, expanded
from console.library.sections import section_of

MAX_FILES = 5_000
RESCAN_AFTER = 0.9
"""Seconds for which a listing of the folders is believed; a file's own text is checked each time."""
SCAN_SHARE = 0.02
"""Which share of the time listing may take: a slow folder is listed again less often."""


class Index:
    """The runbooks below some folders. Reads files, so it is used off the event loop; one thread at a time."""

    def __init__(
        self, places: Sequence[Path], urls: Sequence[tuple[str, str]] = (), pages: Pages | None = None
    ) -> None:
        """Make an index of ``places``. ``urls`` are (address, folder): which addresses of alerts are files of ours.

        ``pages`` has those that may be fetched; None: nothing ever is.
        """
        self._pages = pages
        self._places = tuple(places)
        self._urls = tuple(urls)
        self._paths: dict[str, Entry] = {}
        self._believed = RESCAN_AFTER
        self._entries: dict[str, Entry] = {}  # by their whole path
        self._sorted: tuple[Entry, ...] = ()
        self._reading = Reading()
        self._scanned_at: float | None = None
        self.problems: tuple[str, ...] = ()

    def find(
        self, alert_name: str, service: str, service_runbooks: Sequence[str] = (), runbook_url: str = ""
    ) -> tuple[Runbook | None, str]:
        """Return the runbook for an alert and why it was chosen, or None and why there is none.

        In order: one that names the alert (of the service's configured ones first), the alert's
        own ``runbook_url`` (see ``_linked``), the service's configured ones, one that names the
        service. Nothing is guessed from free text. Where the address names a section of the one
        found, only that section's steps are meant.
        """
        self._rescan()
        fetched: Fetched | None = None
        for book, reason in self._candidates(alert_name, service, service_runbooks, runbook_url):
            if isinstance(book, Fetched):
                fetched = book  # it could not be had, which is told beside what is shown in its place
            else:
                fetched = book.fetched or fetched
                return replace(book, matched_by=reason, fetched=fetched), f"found by {reason}"
        return None, self._why_none(alert_name, service, service_runbooks, safe_url(runbook_url), fetched)

    def _candidates(
        self, alert_name: str, service: str, service_runbooks: Sequence[str], url: str
    ) -> Iterator[tuple[Runbook | Fetched, str]]:
        """Yield the runbooks for an alert with the reason, best first; a page that is not there yet as what is known of it."""
        configured = [entry for name in service_runbooks for entry in self._named(name)]
        linked, anchor = self._linked(url)
        every = self._entries.values()
        for entries, reason in (
            (about_alert(configured, alert_name), "alert name"),
            (about_alert(every, alert_name), "alert name"),
            (linked, "runbook_url"),
            (configured, "service"),
            (about_service(every, service), "service"),
        ):
            if entries is linked and (page := self._page(url)) is not None:
                yield page, reason
            for entry in entries if entries is configured else likeliest(entries, service):
                runbook = self.read(entry)
                if runbook is not None and runbook.text:
                    if entry in linked:
                        runbook = in_section(runbook, anchor)
                    yield runbook, front_matter_said(entry, reason, alert_name, service)

    def _page(self, url: str) -> Runbook | Fetched | None:
        """Return the page at an address, or what is known of one that is not there; None for one that is not fetched.

        What ``[runbooks] urls`` makes a file of ours is not fetched either.
        """
        if self._pages is None or not self._pages.allowed(url):
            return None
        if self._urls and addresses.mapped(url, self._urls, self._paths):
            return None
        runbook, fetched = self._pages.find(url)
        return in_section(runbook, unquote(urlsplit(url).fragment)) if runbook else fetched

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

    @property
    def listed(self) -> tuple[Entry, ...]:
        """What was found when the folders were listed last, by path."""
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
        return exact or about_alert(self._entries.values(), stem(wanted))

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

    def read(self, entry: Entry) -> Runbook | None:
        """Return a file's runbook, None where it cannot be read."""
        try:
            return self._reading.runbook(entry, self._entries)
        except (OSError, Unreadable) as error:
            self.problems = tuple(dict.fromkeys((*self.problems, problem_line(entry.path, error))))
            return None

    def not_included(self, entry: Entry) -> tuple[tuple[int, str, str], ...]:
        """Return what a file includes in vain: line, target and why. Raises ``OSError`` and ``Unreadable``."""
        return tuple(expanded(entry, self._entries).missing)

    def follow(self, path: str, target: str) -> Runbook | None:
        """Return what a link in a runbook leads to, with the section that it names; None where it leads nowhere.

        A link in a page is followed like an alert's address: only where it may be fetched.
        """
        if "://" in path:
            page = self._page(beside_page(path, target))
            return page if isinstance(page, Runbook) else None
        self._rescan()
        entry = self._paths.get(path)
        name, _, anchor = target.partition("#")
        found = beside(entry, name, self._entries) if entry is not None and name else entry
        runbook = self.read(found) if found is not None else None
        return in_section(runbook, unquote(anchor)) if runbook is not None else None

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
        self._reading.keep(files)
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

    def _why_none(
        self, alert_name: str, service: str, configured: Sequence[str], link: str, fetched: Fetched | None
    ) -> str:
        names = " or ".join(one_line(name, 80) for name in (alert_name, service) if name)
        text = f"no runbook for {names or 'this'} among {count(len(self._entries), 'file')}"
        if not self._places:
            text = "no runbook folder is configured ([runbooks] paths)"
        if configured:
            text += f"; configured but not found: {', '.join(one_line(name, 80) for name in configured)}"
        if fetched is not None:
            own = f"the alert's own runbook {fetched.missing}: {link}"
            return f"{text}; {own}" if self._places else own
        return text + (
            f"; the alert links to {link}, which is not on the allow-list: open it with o" if link else ""
        )


def beside_page(url: str, target: str) -> str:
    """Return the address that a link in a page leads to, empty where it is none."""
    try:
        return urljoin(url, target)
    except ValueError:
        return ""


def in_section(runbook: Runbook, anchor: str) -> Runbook:
    """Return a runbook with only the steps of the section that an anchor names; all where that has none.

    They keep their numbers: their state is stored under these.
    """
    section = section_of(runbook.text, anchor) if anchor else None
    if section is None:
        return runbook
    titles = {heading.text for heading in section.headings}
    steps = tuple(
        step for step in runbook.steps if step.heading in titles or step.text.split("\n")[0] in titles
    )
    return replace(runbook, section=section.headings[0].text, steps=steps or runbook.steps)
