"""Telling the others that this console is open and what its person looks at."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import replace

from console.clock import ticks
from console.desk.waking import set_within
from console.desk.worker import StoreWorker
from console.domain.presence import PRESENT_EVERY, Presence
from console.errors import StoreError
from console.ports.store import IncidentStore

SETTLED = 0.5  # seconds that an incident is looked at before it is told: a held arrow key tells nothing
TRY_AGAIN = 1.0  # seconds after which a store that could not be told is tried again
LEAVE_WITHIN = 0.2  # seconds; nobody waits longer to get out

log = logging.getLogger(__name__)


class Teller:
    """Writes this console's presence. ``may_tell`` is asked each time: not while the store is away or only read.

    What fails here is nothing to bother a person with; the others then see one console less.
    """

    def __init__(
        self,
        store: IncidentStore,
        worker: StoreWorker,
        me: Presence,
        may_tell: Callable[[], bool],
        *,
        monotonic: Callable[[], float] = ticks,
    ) -> None:
        self._store = store
        self._worker = worker
        self._me = me
        self._may_tell = may_tell
        self._ticks = monotonic
        self._moved = asyncio.Event()
        self._told: Presence | None = None
        self._told_at = float("-inf")

    def looking(self, incident: str) -> None:
        """Note which incident is looked at now (empty: none)."""
        if incident != self._me.incident:
            self._me = replace(self._me, incident=incident)
            self._moved.set()

    async def run(self) -> None:
        """Tell at each change that lasts, and every ``PRESENT_EVERY`` as a sign of life, until cancelled."""
        every = PRESENT_EVERY.total_seconds()
        while True:
            while await self._moves(SETTLED):
                pass
            told = self._told == self._me and self._ticks() - self._told_at < every
            if not told and self._may_tell():
                told = await self._tell()
            await self._moves(every if told else TRY_AGAIN)

    async def leave(self) -> None:
        """Say that the console is closed, where it was said that it is open."""
        if self._told is not None and self._may_tell():
            with contextlib.suppress(StoreError):  # it will be missed soon enough
                await self._worker.run(self._store.leave, self._me.console, deadline=LEAVE_WITHIN)

    async def _moves(self, within: float) -> bool:
        """Return whether the person moves on to another incident within that many seconds."""
        if not await set_within(self._moved, within):
            return False
        self._moved.clear()
        return True

    async def _tell(self) -> bool:
        mine = self._me
        try:
            await self._worker.run(self._store.present, mine)
        except StoreError as error:
            log.debug("the others were not told that this console is open: %s", error)
            return False
        self._told, self._told_at = mine, self._ticks()
        return True
