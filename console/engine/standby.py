"""Waiting for one's turn: the lease is asked for when it may be free, and nothing is written until then."""

from __future__ import annotations

import logging

from console.domain.health import EngineReport
from console.engine.kit import Kit
from console.engine.lease import LeaseKeeper
from console.errors import StoreError

RETRY = 1.0  # seconds between attempts at a store that refuses

log = logging.getLogger(__name__)


class Standby:
    """Looks at the store's signal, which costs microseconds, and reads who works only on news.

    A lease that is given up is noticed within the store's ``look_every``, or at once where the store
    tells news by itself; one that lapses, at the moment it does. ``other`` is who works;
    ``trouble`` why the store cannot be asked, in one line.
    """

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self.other: EngineReport | None = None
        self.trouble = ""
        self._beat_at = float("-inf")  # ticks at which the other's heartbeat was written

    @property
    def heartbeat_age(self) -> float | None:
        """Seconds since the last heartbeat of the engine that works; None where nobody is known to."""
        return None if self.other is None else self._kit.ticks() - self._beat_at

    async def turn(self, keeper: LeaseKeeper) -> EngineReport:
        """Wait until the lease is ours, however long; return what the engine before us knew."""
        while True:
            try:
                signal = await self._kit.worker.run(self._kit.store.signal)
                previous = await keeper.acquire()
                self.trouble = ""
                if previous is not None:
                    self.other = None
                    return previous
                self._note(keeper)
                await self._until_news(signal, keeper.free_in)
            except StoreError as error:
                self.trouble = str(error)
                await self._kit.news.wait(RETRY)

    def _note(self, keeper: LeaseKeeper) -> None:
        other = keeper.other
        if other is not None and (self.other is None or self.other.holder != other.holder):
            log.info("standing by: %s, pid %d works", other.host, other.pid, extra={"event": "standby"})
        self.other = other
        self._beat_at = self._kit.ticks() - keeper.other_silent_for

    async def _until_news(self, signal: int, seconds: float) -> None:
        """Wait until somebody has written or that many seconds have passed."""
        until = self._kit.ticks() + seconds
        while (left := until - self._kit.ticks()) > 0:
            await self._kit.news.wait(min(left, self._kit.store.look_every))
            if await self._kit.worker.run(self._kit.store.signal) != signal:
                return
