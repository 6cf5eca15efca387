"""The part of ``MemoryStore`` that reports read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from console.domain.measures import Measure, Page, PageCount, Span, count_pages
from console.ports.measures import Behind, Made

if TYPE_CHECKING:
    from tests.fakes.store import Shelf


class MemoryMeasures:
    """See ``MemoryStore``."""

    shelf: Shelf

    def _use(self, *, write: bool = False) -> Shelf:
        raise NotImplementedError

    def unmeasured(self, after: int = 0, limit: int = 100) -> tuple[Behind, ...]:
        shelf = self._use()
        last = max([after, *(one.position for one in shelf.made.values())])
        found = sorted((seq, name) for name, (seq, _) in shelf.rows.items() if seq > last)
        return tuple(Behind(name, seq) for seq, name in found[:limit])

    def all_unmeasured(self) -> tuple[Behind, ...]:
        shelf = self._use()
        known = {name: one.position for name, one in shelf.made.items()}
        found = sorted((seq, name) for name, (seq, _) in shelf.rows.items() if known.get(name, -1) < seq)
        return tuple(Behind(name, seq) for seq, name in found)

    def keep_measures(self, made: Sequence[Made]) -> None:
        shelf = self._use(write=True)
        with shelf.lock:
            for one in made:
                there = shelf.made.get(one.measure.incident)
                if there is None or there.position < one.position:
                    shelf.made[one.measure.incident] = one

    def measures(self, since: datetime, until: datetime) -> tuple[Measure, ...]:
        found = (one.measure for one in self._use().made.values())
        within = [one for one in found if since <= one.reported_at < until]
        return tuple(sorted(within, key=lambda one: (one.reported_at, one.incident)))

    def first_measured(self) -> datetime | None:
        return min((one.measure.reported_at for one in self._use().made.values()), default=None)

    def pages(self, since: datetime, until: datetime) -> tuple[Page, ...]:
        every = [page for one in self._use().made.values() for page in one.pages]
        return tuple(
            sorted((one for one in every if since <= one.at < until), key=lambda one: (one.at, one.incident))
        )

    def page_counts(self, spans: Sequence[Span]) -> tuple[tuple[PageCount, ...], ...]:
        return count_pages([page for one in self._use().made.values() for page in one.pages], spans)
