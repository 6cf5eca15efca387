"""Runbooks at addresses: what is known of a page is answered at once, what is missing or old is fetched meanwhile."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from threading import Lock, Thread

from console.clock import Clock, ticks
from console.domain.pages import Fetched, PageRule, rule_for
from console.domain.runbook import Runbook
from console.domain.text import one_line
from console.errors import OncallError
from console.library.copies import Copies, Copy
from console.library.parse import parse
from console.ports.pages import FetchPage

FRESH = 600.0
"""Seconds for which a page counts as it is; an older one is shown and asked for again."""
AGAIN = 60.0
"""Seconds until a page that could not be fetched is asked for again."""
MOST_AT_ONCE = 2
"""Pages that are fetched at the same time; others wait for the next look at them."""
WAITS = 3.0
"""Seconds that a command line waits for a page; then it tells what is known."""
MOST_KNOWN = 32
"""Pages in memory."""

Begin = Callable[[Callable[[], None]], None]


@dataclass(slots=True)
class _Known:
    """A page as it is known: its copy, that copy as a runbook, and what the last try came to."""

    copy: Copy | None = None
    runbook: Runbook | None = None
    trouble: str = ""
    next_at: float = 0.0
    busy: bool = False


def in_thread(job: Callable[[], None]) -> None:
    """Run a job beside everything else; a server that hangs keeps nobody from leaving."""
    Thread(target=job, name="runbook page", daemon=True).start()


def waiting(job: Callable[[], None]) -> None:
    """Run a job the same way, and wait a little for it: for a command line, which ends with its answer."""
    thread = Thread(target=job, name="runbook page", daemon=True)
    thread.start()
    thread.join(WAITS)


def never(job: Callable[[], None]) -> None:
    """Leave a job alone: what has been fetched before is all there is."""
    del job


class Pages:
    """``begin`` runs a fetch, in a thread of its own by default."""

    def __init__(
        self,
        rules: Sequence[PageRule],
        fetch: FetchPage,
        copies: Copies,
        clock: Clock,
        begin: Begin = in_thread,
    ) -> None:
        self._rules, self._fetch, self._copies, self._clock, self._begin = rules, fetch, copies, clock, begin
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._lock = Lock()

    def allowed(self, url: str) -> bool:
        """Return whether an address may be fetched."""
        return rule_for(url, self._rules) is not None

    def find(self, url: str) -> tuple[Runbook | None, Fetched]:
        """Return the runbook at an allowed address as far as it is known, and how that is."""
        address = url.partition("#")[0]
        known = self._of(address)
        with self._lock:
            running = sum(one.busy for one in self._known.values())
            due = not known.busy and ticks() >= known.next_at and running < MOST_AT_ONCE
            known.busy = known.busy or due
        if due:
            self._begin(partial(self._update, address, known))
        host = next((rule.host for rule in self._rules if rule_for(url, [rule])), "")
        with self._lock:
            fetched = Fetched(host, known.copy.at if known.copy else None, known.trouble)
            book = known.runbook
        return (replace(book, fetched=fetched) if book else None), fetched

    def _of(self, address: str) -> _Known:
        """Return what is known of an address, read from its copy the first time."""
        with self._lock:
            known = self._known.get(address)
            if known is not None:
                self._known.move_to_end(address)
                return known
        copy = self._copies.read(address)
        known = _Known()
        if copy is not None:
            known.copy, known.runbook = copy, parse(copy.text, address)
            known.next_at = ticks() + FRESH - max(0.0, (self._clock.now() - copy.at).total_seconds())
        with self._lock:
            self._known[address] = known
            idle = [key for key, one in self._known.items() if not one.busy]
            for key in idle[: max(0, len(self._known) - MOST_KNOWN)]:
                del self._known[key]
        return known

    def _update(self, address: str, known: _Known) -> None:
        """Fetch a page. Blocks; raises nothing, because nobody would hear it."""
        copy, book, trouble = known.copy, known.runbook, ""
        try:
            page = self._fetch(address, copy.etag if copy else "", copy.modified if copy else "")
            if page is not None:
                copy = Copy(address, self._clock.now(), page.text, page.etag, page.modified)
                self._copies.keep(copy)
                book = parse(page.text, address)
            elif copy is not None:
                copy = self._copies.checked(copy, self._clock.now())
            else:
                trouble = "the server says that it has not changed, and there is no copy"
        except OncallError as error:
            trouble = one_line(error.message, 200)
        except Exception as error:  # noqa: BLE001 - a page that cannot be had must not end what shows the others
            trouble = one_line(f"it cannot be fetched ({type(error).__name__})")
        with self._lock:
            known.copy, known.runbook, known.trouble = copy, book, trouble
            known.next_at = ticks() + (AGAIN if trouble else FRESH)
            known.busy = False
