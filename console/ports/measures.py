"""What a store keeps for reports besides the logs it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from console.domain.measures import Measure, Page, PageCount, Span


@dataclass(frozen=True, slots=True)
class Behind:
    """An incident whose measures are missing or older than its log; ``position`` is that of its last event."""

    incident: str
    position: int


@dataclass(frozen=True, slots=True)
class Made:
    """The measures of an incident as of a position, and the pages about it (``pages_of``)."""

    position: int
    measure: Measure
    pages: tuple[Page, ...]


class MeasureStore(Protocol):
    """The part of ``IncidentStore`` that reports read; what is said there of errors counts here too.

    Nothing of it is a fact of its own: whatever is lost is made again from the logs.
    """

    def unmeasured(self, after: int = 0, limit: int = 100) -> tuple[Behind, ...]:
        """Return incidents that have changed since the last measure was kept, and after a position; oldest change first.

        A small question, for who asks it all day; see ``all_unmeasured``.
        """
        ...

    def all_unmeasured(self) -> tuple[Behind, ...]:
        """Return every incident without measures of its last event, oldest change first; looks at all of them."""
        ...

    def keep_measures(self, made: Sequence[Made]) -> None:
        """Keep measures in place of older ones; what is newer already is left. Needs no lease, is not durable at once."""
        ...

    def measures(self, since: datetime, until: datetime) -> tuple[Measure, ...]:
        """Return what is kept of incidents reported in [since, until), by report, then by id."""
        ...

    def first_measured(self) -> datetime | None:
        """Return when the first incident was reported that measures are kept of, None where there is none."""
        ...

    def pages(self, since: datetime, until: datetime) -> tuple[Page, ...]:
        """Return the pages of [since, until), by time."""
        ...

    def page_counts(self, spans: Sequence[Span]) -> tuple[tuple[PageCount, ...], ...]:
        """Return what ``domain.measures.count_pages`` makes of all pages, without reading them one by one."""
        ...
