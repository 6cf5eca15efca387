"""Waiting that ends early where the store says that others have written."""

from __future__ import annotations

import asyncio
import contextlib

from console.ports.store import IncidentStore

GAP = 0.05  # seconds between two looks, however many others write


class News:
    """A help, not a promise: whoever waits looks at the store's signal all the same."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def listen(self, store: IncidentStore) -> None:
        """Be woken by a store from now on, for as long as the running loop lives."""
        loop = asyncio.get_running_loop()

        def wake() -> None:
            with contextlib.suppress(RuntimeError):  # the loop has been closed meanwhile
                loop.call_soon_threadsafe(self.wake)

        store.on_news(wake)

    def wake(self) -> None:
        """End the wait at once, or the next one."""
        self._event.set()

    async def wait(self, seconds: float) -> None:
        """Wait for news, at most that long."""
        try:
            async with asyncio.timeout(max(seconds, 0.0)):
                await self._event.wait()
                await asyncio.sleep(GAP)
        except TimeoutError:
            pass
        self._event.clear()
