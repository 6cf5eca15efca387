"""From the records of a product to changes, without trusting their shape: a bad one is named, the good ones count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from console.domain.change import Change, ChangeKind
from console.domain.text import one_line, safe_url
from console.ports.feeds import FeedPoll
from console.sources.base.reading.records import Record, UnreadableError, few

_SHORT = 8
_LONGEST_SHA = 64

Reading = Callable[[Record], Change | None]
"""Makes a change of a record, None where it is none. Raises ``UnreadableError``."""


def change(  # noqa: PLR0913, PLR0917 - the parts of a change
    feed: str,
    name: str,
    at: datetime | None,
    service: str,
    what: str,
    kind: ChangeKind,
    actor: str = "",
    url: str = "",
) -> Change:
    """Return a change of a feed, cleaned and bounded; ``name`` is its id there. Raises ``UnreadableError``."""
    if at is None:
        raise UnreadableError("it has no time")
    words = one_line(what, 200)
    if not words:
        raise UnreadableError("it says nothing")
    return Change(
        id=f"{feed}:{one_line(name, 200)}",
        at=at,
        service=one_line(service, 100),
        what=words,
        kind=kind,
        actor=one_line(actor, 100),
        url=safe_url(url),
        source=feed,
    )


class Found:
    """What one poll brings together. Of a change that comes twice the first counts."""

    def __init__(self, since: datetime, noun: str) -> None:
        self.since = since
        self._noun = noun
        self._changes: dict[str, Change] = {}
        self._unread: dict[str, None] = {}  # each once: a hundred records are often wrong in one way
        self._lacks: list[str] = []

    def read(self, records: Iterable[object], reading: Reading) -> None:
        """Take the changes that records make."""
        for raw in records:
            try:
                self.add(reading(Record(raw)))
            except UnreadableError as error:
                self.unread(error)

    def add(self, made: Change | None) -> None:
        """Take a change, unless it took effect too early to be asked for."""
        if made is not None and made.at >= self.since:
            self._changes.setdefault(made.id, made)

    def unread(self, error: UnreadableError) -> None:
        """Say what is wrong with a record that is left out."""
        self._unread[f"{self._noun} cannot be read: {error}"] = None

    def lack(self, why: str) -> None:
        """Say what keeps the answer from being complete."""
        self._lacks.append(one_line(why, 300))

    def poll(self) -> FeedPoll:
        """Return it, in the order of time."""
        ordered = sorted(self._changes.values(), key=lambda one: (one.at, one.id))
        problems = (*few(self._lacks, "place"), *few([*self._unread], self._noun))
        return FeedPoll(tuple(ordered), problems, complete=not self._lacks)


def version(ref: str, sha: str) -> str:
    """Return what was deployed, for people: ``v42 (1a2b3c4d)``, or just the short commit."""
    short = sha[:_SHORT] if _is_sha(sha) else sha
    if not ref or ref == sha or _is_sha(ref):
        return short or ref
    return f"{ref} ({short})" if short else ref


def went_back(revisions: Sequence[str]) -> frozenset[int]:
    """Return at which places a list of revisions, oldest first, goes back to one that was left before."""
    seen: set[str] = set()
    found = set()
    before = ""
    for index, revision in enumerate(revisions):
        if revision and revision != before and revision in seen:
            found.add(index)
        seen.add(revision)
        before = revision
    return frozenset(found)


def _is_sha(text: str) -> bool:
    return _SHORT <= len(text) <= _LONGEST_SHA and not set(text.casefold()) - set("0123456789abcdef")
