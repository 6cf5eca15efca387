"""Keeps the measures of incidents up to date with their logs, so that a report need not read these.

Nobody waits for it and nothing is lost without it: it takes a few incidents at a time, and rests in between.
"""

from __future__ import annotations

import asyncio
import logging

from console.desk.measuring import catch_up
from console.engine.kit import Kit
from console.errors import StoreError

EVERY = 10.0  # seconds between two looks while there is little to do
REST = 0.25  # seconds between two lots of many: whoever acks meanwhile goes first

log = logging.getLogger(__name__)


class Bookkeeper:
    """Measures what has changed. Needs no lease: two of them write the same."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._after = 0

    async def run(self) -> None:
        """Measure until cancelled."""
        while True:
            more = await self.look()
            await asyncio.sleep(REST if more else EVERY)

    async def look(self) -> bool:
        """Measure the next few; return whether there may be more."""
        kit = self._kit
        try:
            reached = await kit.worker.run(catch_up, kit.store, kit.policy_of(), self._after)
        except StoreError as error:
            log.debug("nothing is measured: %s", error)
            return False
        if reached is None:
            return False
        self._after = reached
        return True
