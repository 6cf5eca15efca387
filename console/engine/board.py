"""The open incidents in the engine's memory, and the one way in which the engine writes batches."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta

from console.desk.executor import Order
from console.domain.book import Book
from console.domain.incident import Incident
from console.domain.summary import Summary
from console.engine.kit import Kit, Result
from console.engine.lease import LeaseKeeper

CHUNK = 500  # incidents a load or a write; between two writes a front end gets its turn at the store
PAST = timedelta(days=30)  # how far back a new incident may be a recurrence (semantics, section 4)

FORGET_EVERY = timedelta(days=1)

log = logging.getLogger(__name__)


class Board:
    """Every open incident folded, and those that ended while alerts fired.

    ``changed`` is called with incidents that are not as they were, whoever changed them.
    """

    def __init__(self, kit: Kit, keeper: LeaseKeeper, changed: Callable[[Sequence[Incident]], None]) -> None:
        self._kit = kit
        self._keeper = keeper
        self._changed = changed
        self._writing = asyncio.Lock()
        self._position = 0
        self._forgot_at = kit.now()
        self.incidents: dict[str, Incident] = {}
        self.book = Book()
        self.loaded = False

    @property
    def position(self) -> int:
        """The position that the incidents are known up to."""
        return self._position

    async def load(self) -> None:
        """Read all there is to know; the first thing in office. Raises ``StoreError``."""
        store = self._kit.store
        changes = await self._run(store.open_rows)
        self._position = changes.position
        past = await self._run(store.rows, self._kit.now() - PAST)
        for row in past:
            if not row.is_open:
                self.book.remember(row)
        await self._load(changes.rows + tuple(row for row in past if not row.is_open and row.firing))
        self.loaded = True
        self._forgot_at = self._kit.now()
        log.info("%d incidents are open", len(self.incidents))

    async def refresh(self) -> None:
        """Take in what others have written since. Raises ``StoreError``."""
        more = True
        while more:
            changes = await self._run(self._kit.store.changed, self._position, CHUNK)
            async with self._writing:  # a batch of ours in flight would be loaded half
                await self._load(tuple(row for row in changes.rows if self._is_news(row)))
            self._position = max(self._position, changes.position)
            more = changes.more
        if (now := self._kit.now()) - self._forgot_at >= FORGET_EVERY:
            self._forgot_at = now
            self.book.forget(now - PAST, self.incidents.keys())

    async def write(self, orders: Sequence[Order]) -> tuple[Incident, ...]:
        """Carry out orders under the lease, chunk by chunk; return the incidents that changed.

        Raises ``Conflict`` where somebody else changed one (chunks before it stay written:
        ``refresh`` and decide anew), ``FenceLost``, ``StoreError``.
        """
        changed: list[Incident] = []
        for start in range(0, len(orders), CHUNK):
            chunk = orders[start : start + CHUNK]
            async with self._writing:
                known = await self._known(chunk)
                after = await self._run(
                    self._kit.executor.carry_out_many, chunk, known, self._keeper.current()
                )
                self._take(after)
            self._kit.tally.steps += sum(_paged(known.get(one.id), one) for one in after)
            changed += after
        return tuple(changed)

    async def _known(self, orders: Sequence[Order]) -> dict[str, Incident]:
        """Return the incidents that orders are about; those that are over are read from the store."""
        names = dict.fromkeys(name for order in orders for name in order.concerns)
        known = {name: self.incidents[name] for name in names if name in self.incidents}
        missing = [name for name in names if name not in known]
        if missing:
            known |= await self._run(self._kit.executor.load_many, missing)
        return known

    async def _load(self, rows: Sequence[Summary]) -> None:
        for start in range(0, len(rows), CHUNK):
            names = [row.id for row in rows[start : start + CHUNK]]
            self._take(tuple((await self._run(self._kit.executor.load_many, names)).values()))
            await asyncio.sleep(0)

    def _is_news(self, row: Summary) -> bool:
        known = self.incidents.get(row.id)
        if known is not None:
            return known.n != row.n
        if not row.is_open and not row.firing:
            self.book.remember(row)  # over already: only its key still matters
            return False
        return True

    def _take(self, incidents: Sequence[Incident]) -> None:
        for incident in incidents:
            self.book.update(incident)
            if incident.is_open or (incident.firing and not incident.merged_into):
                self.incidents[incident.id] = incident
            else:
                self.incidents.pop(incident.id, None)
        if incidents:
            self._changed(incidents)

    async def _run(self, fn: Callable[..., Result], *args: object) -> Result:
        return await self._kit.worker.run(fn, *args, deadline=self._kit.settings.ttl)


def _paged(before: Incident | None, after: Incident) -> bool:
    """Return whether somebody was paged in between."""
    return len(after.pages) > (len(before.pages) if before else 0)
