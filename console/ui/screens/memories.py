"""Looking back for the incident under the cursor: read once it has rested there, kept for a while."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from console.clock import ticks
from console.errors import OncallError
from console.ports.desk import Desk

if TYPE_CHECKING:
    from console.domain.similar import Memory

RESTS = 0.25
"""Seconds the cursor has to stay: looking back is never in the way of moving."""
GOOD_FOR = 300.0
"""Seconds after which it is read again: others may have ended since."""
KEPT = 48


class Memories:
    """What is remembered about the incidents looked at lately."""

    def __init__(self, desk: Callable[[], Desk]) -> None:
        self._desk = desk
        self._kept: OrderedDict[str, tuple[float, Memory]] = OrderedDict()

    def known(self, incident: str) -> Memory | None:
        """Return what has been read, or None."""
        found = self._kept.get(incident)
        return found[1] if found else None

    async def fetch(self, incident: str, wait: float = 0) -> Memory | str:
        """Return what is remembered, or why it is not known in one line."""
        found = self._kept.get(incident)
        if found and ticks() - found[0] < GOOD_FOR:
            return found[1]
        if wait:
            await asyncio.sleep(wait)
        try:
            memory = await self._desk().memory(incident)
        except OncallError as error:
            return f"what happened before is not known: {error}"
        if memory is None:
            return f"{incident} is not in the store"
        self._kept[incident] = ticks(), memory
        self._kept.move_to_end(incident)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return memory
