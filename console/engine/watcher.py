"""The engine's eye on the store: what front ends write is acted on within a second."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from console.desk.storetime import SAMPLES, StoreTime, sample
from console.engine.board import Board
from console.engine.kit import Kit
from console.errors import StoreError

TIME_EVERY = 30.0  # seconds between samples of the store's clock

log = logging.getLogger(__name__)


class Watcher:
    """Looks at the store's signal at the store's own pace, and at once where the store tells news by itself.

    On news the board is brought up to date, ``written`` is called (the outbox may have work),
    ``replanned`` where the team's plans are others, and ``poll_now`` where somebody has asked for a poll
    since the last look.
    """

    def __init__(  # noqa: PLR0913 - one argument a collaborator
        self,
        kit: Kit,
        board: Board,
        time: StoreTime,
        *,
        written: Callable[[], None],
        poll_now: Callable[[], None],
        replanned: Callable[[], None] = lambda: None,
    ) -> None:
        self._kit = kit
        self._board = board
        self._time = time
        self._written = written
        self._poll_now = poll_now
        self._replanned = replanned
        self._signal: int | None = None
        self._asked_at: datetime | None = None
        self._timed_at = float("-inf")

    async def start(self) -> None:
        """Learn the store's time, the team's plans and what was asked before our time. Raises ``StoreError``."""
        await self._set_time()
        self._asked_at = await self._kit.worker.run(self._kit.store.poll_requested_at)

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.look()
            except StoreError as error:
                log.debug("the store cannot be looked at: %s", error)
                await asyncio.sleep(1.0)
            await self._kit.news.wait(self._kit.store.look_every)

    async def look(self) -> None:
        """Look once. Raises ``StoreError``."""
        if self._kit.ticks() - self._timed_at >= TIME_EVERY:
            await self._set_time()
        signal, asked_at, replanned = await self._kit.worker.run(self._read, self._signal)
        if signal == self._signal:
            return
        if replanned:
            self._replanned()
        await self._board.refresh()
        self._signal = signal
        self._written()
        if asked_at is not None and asked_at != self._asked_at:
            self._asked_at = asked_at
            log.info("a poll was asked for", extra={"event": "poll_requested"})
            self._poll_now()

    def _read(self, known: int | None) -> tuple[int, datetime | None, bool]:
        """Return the signal and, on news, when a poll was last asked for and whether the plans are others.

        Runs in the store's thread.
        """
        signal = self._kit.store.signal()
        if signal == known:
            return signal, self._asked_at, False
        return signal, self._kit.store.poll_requested_at(), self._kit.read_plans()

    async def _set_time(self) -> None:
        taken = await self._kit.worker.run(sample, self._kit.store.now, self._kit.ticks, SAMPLES)
        if not self._time.agrees(taken) and self._timed_at > 0:
            log.warning("a clock has jumped: the store's time is %s now", taken.server)
        self._time.set(taken)
        self._timed_at = self._kit.ticks()
        # Now and then whatever the signal says: it does not tell of what we have written ourselves.
        if await self._kit.worker.run(self._kit.read_plans):
            self._replanned()
