"""Waiting for something another process or thread does, without guessing how long it takes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

PATIENCE = 60.0
"""Seconds until a test gives up: nothing waits that long when all is well, however busy the machine."""

BUSY = 12.0
"""Seconds that a busy machine may add to what is promised in time: far less than the half minute, or the eternity,
that is waited where the promise is not kept. How soon it is on a free machine is for benchmarks."""


async def until(condition: Callable[[], object], within: float = PATIENCE) -> None:
    """Return once ``condition()`` is true; raises ``TimeoutError`` after ``within`` seconds."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - other processes set no events of ours
            await asyncio.sleep(0.01)
