"""The pace of one client: it does not ask while it has been told to wait, nor more often than agreed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime

from console.clock import Clock
from console.errors import SourceError
from console.web.rate import Told


@dataclass(frozen=True, slots=True)
class Pace:
    """How a vendor wants to be asked.

    ``gap``: least seconds between the starts of two requests. ``serial``: one request at a time, which a
    gap brings with it. ``patience``: most seconds that a request is held back; where it would be longer, it
    fails at once and says when it may go.
    """

    gap: float = 0.0
    serial: bool = False
    patience: float = 5.0

    def within(self, deadline: float) -> Pace:
        """Return the same for polls that may take so many seconds: no wait takes more than half of it."""
        return replace(self, patience=min(self.patience, deadline / 2))


class Gate:
    """Lets requests through, one ``turn`` each."""

    def __init__(self, place: str, clock: Clock, pace: Pace) -> None:
        self._place = place
        self._clock = clock
        self._pace = pace
        self._lock = asyncio.Lock()
        self._closed: tuple[datetime, float] | None = None  # when that was said, and for how many seconds
        self._last: datetime | None = None  # when the last request was let through

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for the turn of a request. Raises ``SourceError`` with ``retry_after`` where that takes too long."""
        if self._pace.serial or self._pace.gap:
            async with self._lock:
                await self._wait()
                yield
        else:
            await self._wait()
            yield

    def note(self, told: Told) -> None:
        """Close the gate for as long as an answer said."""
        if told.wait and told.wait > self._told_to_wait():
            self._closed = self._clock.now(), told.wait

    async def _wait(self) -> None:
        told, gap = self._told_to_wait(), self._gap()
        seconds = max(told, gap)
        if seconds > self._pace.patience:
            said = "has told us to wait" if told >= gap else "takes our next request"
            raise SourceError(
                f"{self._place} {said} {'for ' if told >= gap else 'in '}{seconds:.0f} s",
                hint="raise interval",
                retry_after=seconds,
            )
        if seconds > 0:
            await asyncio.sleep(seconds)
        self._last = self._clock.now()

    def _told_to_wait(self) -> float:
        return 0.0 if self._closed is None else self._left(*self._closed)

    def _gap(self) -> float:
        return 0.0 if self._last is None else self._left(self._last, self._pace.gap)

    def _left(self, said_at: datetime, seconds: float) -> float:
        """Return what is left of a wait; a clock that was set back does not make it longer."""
        gone = (self._clock.now() - said_at).total_seconds()
        return max(0.0, seconds - max(gone, 0.0))
