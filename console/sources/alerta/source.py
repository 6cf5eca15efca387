"""One Alerta as a source."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from console.clock import Clock
from console.domain.alert import Alert, Ended, Ending, Poll
from console.domain.incident import Incident
from console.errors import SourceError
from console.ports.sources import NOBODY, People, Proof, Settled
from console.ports.store import OutboxEntry
from console.sources.alerta import reader
from console.sources.alerta.actions import Actions
from console.sources.alerta.options import Options
from console.sources.base.reading.records import Reading, answered
from console.sources.base.source import HttpSource
from console.sources.base.vanished import Keeping, Vanished
from console.web.credentials import Headers
from console.web.http import HttpClient, Params

PAGE = 500
_MOST_PAGES = 200
_WITH_HISTORY = frozenset({"ack", "shelved"})  # only there it says who did it; it is long, and most are open


class Source(Keeping, HttpSource):
    """Polls the open alerts; acts on them as the options allow."""

    kind = "alerta"

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        credentials = Headers({"Authorization": ("Key {}", options.key)})
        client = HttpClient(options.url, options, clock, credentials=credentials)
        super().__init__(name, options, clock, client)
        self._options = options
        self._reader = reader.reader(name, options)
        self._vanished = Vanished(self._look)
        self._actions = Actions(name, options, client)

    async def fetch(self) -> Poll:
        """Return the alerts that are open now. Raises ``SourceError``.

        What is acked between the two lists is on neither, and is looked up then like all that vanished.
        """
        asked = set(self._options.statuses)
        reading = self._reader.reading()
        for statuses, more in (
            (asked - _WITH_HISTORY, ()),
            (asked & _WITH_HISTORY, (("show-history", "true"),)),
        ):
            if statuses:
                await self._all((*(("status", one) for one in sorted(statuses)), *more), reading)
        poll = reading.poll()
        poll = replace(poll, problems=(*self._options.warnings, *poll.problems))
        return await self._vanished.settle(poll)

    async def act(
        self, entry: OutboxEntry, incident: Incident, now: datetime, people: People = NOBODY  # noqa: ARG002 - Alerta knows only the key's owner
    ) -> Settled:  # fmt: skip
        """Carry out one effect; see ``Actions``. Raises ``SourceError`` where trying again may help."""
        return await self._actions.act(entry, incident, now)

    async def prove(self) -> Proof:
        """Read one alert; of a key Alerta does not tell whose it is. Raises ``SourceError``."""
        await self.client.get_json("/alerts", (*self._filters(), ("page-size", "1")))
        unproven = ("write:alerts, which acting needs: it shows only by acting",) if self.can else ()
        return Proof(unproven=unproven)

    async def _all(self, params: Params, reading: Reading) -> None:
        """Read all pages. Raises ``SourceError``."""
        fixed = (*self._filters(), *params, ("sort-by", "-createTime"), ("page-size", str(PAGE)))
        for number in range(1, _MOST_PAGES + 1):
            answer = await self.client.ask("GET", "/alerts", (*fixed, ("page", str(number))), accept={416})
            if answer.status == 416:  # fewer than there were when the page before was read
                return
            page = answered(answer.json(), self.client.place)
            records = reader.alerts_in(page)
            if page.number("page") not in {number, None}:
                raise SourceError(
                    f"{self.client.place} answers with page {page.text('page', 20)} instead of {number}",
                    hint="is there a cache in between?",
                )
            reading.take(records)
            if not page.flag("more"):
                return
        raise SourceError(
            f"{self.client.place} has more than {_MOST_PAGES * PAGE:,} open alerts",
            hint="ask for less with environment, service, customer or statuses",
        )

    def _filters(self) -> Params:
        options = self._options
        return (
            *(("environment", one) for one in options.environment),
            *(("service", one) for one in options.service),
            *(("customer", one) for one in options.customer),
        )

    async def _look(self, lost: Alert) -> Alert | Ended:
        """Ask for an alert that is listed no more."""
        record = await self._actions.look(lost.ref.fingerprint)
        if record is None:
            return Ended(lost.ref, Ending.GONE)
        known = reader.ended(lost.ref, record, self._options)
        return known or reader.alert_of(lost.ref, record, self._options) or lost
