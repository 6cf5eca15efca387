"""Fetching what the lower panes show: at once where it is known, a moment later while the cursor runs."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable

from console.domain.snapshot import Detail
from console.errors import OncallError
from console.ports.desk import Desk

WAIT = 0.05
"""Seconds the cursor has to rest before an incident that is not known is fetched."""
KEPT = 48


class Details:
    """The details seen lately, by incident; one is good until the incident's log goes on."""

    def __init__(self, desk: Callable[[], Desk]) -> None:
        self._desk = desk
        self._kept: OrderedDict[str, Detail] = OrderedDict()

    def known(self, incident: str) -> Detail | None:
        """Return what is known of an incident, perhaps not the latest."""
        detail = self._kept.get(incident)
        if detail is not None:
            self._kept.move_to_end(incident)
        return detail

    async def fetch(self, incident: str, wait: float) -> Detail | str:
        """Return the detail, or why there is none in one line."""
        if wait:
            await asyncio.sleep(wait)
        try:
            detail = await self._desk().detail(incident)
        except OncallError as error:
            return str(error)
        if detail is None:
            return f"{incident} is not in the store"
        self._kept[incident] = detail
        self._kept.move_to_end(incident)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return detail
