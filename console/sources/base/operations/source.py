"""One account of Opsgenie or of its heir, as a source."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from console.clock import Clock
from console.domain.alert import Alert, AlertRef, Ended, Ending, Poll
from console.domain.incident import Incident
from console.ports.sources import NOBODY, People, Settled
from console.ports.store import OutboxEntry
from console.sources.base.operations.alerts import AlertReader, Dialect, is_over
from console.sources.base.operations.api import PAGE, WINDOW, Api
from console.sources.base.operations.deeds import Deeds
from console.sources.base.operations.options import OperationsOptions
from console.sources.base.reading.records import Record
from console.sources.base.source import HttpSource
from console.sources.base.vanished import Keeping, Vanished


class OperationsSource(Keeping, HttpSource):
    """Lists what is open, looks up what has left the list, acts. Nothing is sent before the first call."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a kind is made of
        self, name: str, options: OperationsOptions, clock: Clock, api: Api, dialect: Dialect, web: str = ""
    ) -> None:
        super().__init__(name, options, clock, api.client)
        self._search = options.search
        self._narrowed = options.query is not None
        self._api = api
        self._alerts = AlertReader(name, options, dialect, web)
        self._deeds = Deeds(name, dialect.product, api)
        self._vanished = Vanished(self._became)
        self._shifting = False
        self._missed: set[AlertRef] = set()

    async def fetch(self) -> Poll:
        """Return what is open now. One poll at a time. Raises ``SourceError``."""
        records, problems = await self._listed()
        complete = not problems
        problems += await self.enrich(records)
        read = await self._alerts.reader.read_by_turns(records)
        self._missed -= {alert.ref for alert in read.alerts}
        poll = replace(read, complete=complete and read.complete, problems=(*problems, *read.problems))
        return await self._vanished.settle(poll)

    async def act(
        self, entry: OutboxEntry, incident: Incident, now: datetime, people: People = NOBODY
    ) -> Settled:
        """Carry out one effect; see ``Deeds``. Raises ``SourceError`` where trying again may help."""
        return await self._deeds.act(entry, incident, now, people)

    async def enrich(self, records: list[Any]) -> list[str]:  # noqa: ARG002 - for a kind that lists too little
        """Add what the list does not say to its records, and return what went wrong in words."""
        return []

    async def _listed(self) -> tuple[list[Any], list[str]]:
        """Return all records, and what is to be said of those beyond the product's window."""
        records: list[Any] = []
        offset: int | None = 0
        while offset is not None:
            page = await self._api.page(self._search, offset)
            records += page.records
            offset = page.next
            if offset is not None and offset >= WINDOW - 1:
                return records, [await self._beyond(len(records))]
        self._shifting = len(records) > PAGE
        return records, []

    async def _beyond(self, count: int) -> str:
        total = await self._api.total(self._search) or 0
        more = f"{total - count:,.0f} more" if total > count else "more"
        return f"{more} alerts are open than the {count:,} handed out: narrow the search with query"

    async def _became(self, alert: Alert) -> Alert | Ended:
        """Return what became of an alert that is no longer listed."""
        ref = alert.ref
        record = await self._api.one(ref.fingerprint)
        if record is None:
            return self._end(Ended(ref, Ending.GONE))
        if is_over(record):
            return self._end(await self.ended(ref, record))
        # Pages shift while they are read: only who is missing twice has really left a long list.
        if self._narrowed and (not self._shifting or ref in self._missed):
            return self._end(Ended(ref, Ending.MOVED, text="it no longer fulfils query"))
        self._missed.add(ref)
        return self._alerts.alert(ref, record) or alert

    async def ended(self, ref: AlertRef, record: Record) -> Ended:
        """Return what became of an alert that is closed. Raises ``SourceError``."""
        return self._alerts.ended(ref, record)

    def _end(self, ended: Ended) -> Ended:
        self._missed.discard(ended.ref)
        return ended
