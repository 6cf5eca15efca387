"""The part of a store in a database that reports read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from console.domain.measures import Measure, Page, PageCount, Span
from console.ports.measures import Behind, Made
from console.store import measuring
from console.store.tx import Connection


class SqlMeasures:
    """See ``console.ports.measures.MeasureStore`` for what each method promises."""

    _db: Connection

    def unmeasured(self, after: int = 0, limit: int = 100) -> tuple[Behind, ...]:
        """Return incidents that have changed since."""
        with self._db.read() as tx:
            return measuring.behind(tx, after, limit)

    def all_unmeasured(self) -> tuple[Behind, ...]:
        """Return every incident whose measures are not those of its log."""
        with self._db.read() as tx:
            return measuring.all_behind(tx)

    def keep_measures(self, made: Sequence[Made]) -> None:
        """Keep measures; not flushed to disk, as they can be made again."""
        with self._db.aside() as tx:
            measuring.keep(tx, made)

    def measures(self, since: datetime, until: datetime) -> tuple[Measure, ...]:
        """Return the measures of a span."""
        with self._db.read() as tx:
            return measuring.measures(tx, since, until)

    def first_measured(self) -> datetime | None:
        """Return when the first was reported."""
        with self._db.read() as tx:
            return measuring.first(tx)

    def pages(self, since: datetime, until: datetime) -> tuple[Page, ...]:
        """Return the pages of a span."""
        with self._db.read() as tx:
            return measuring.pages(tx, since, until)

    def page_counts(self, spans: Sequence[Span]) -> tuple[tuple[PageCount, ...], ...]:
        """Return the counts of each span."""
        with self._db.read() as tx:
            return measuring.page_counts(tx, spans)
