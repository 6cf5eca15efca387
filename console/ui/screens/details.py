"""Fetching what the lower panes show: at once where it is known, a moment later while the cursor runs."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from console.domain.snapshot import Detail
from console.errors import OncallError
from console.ports.desk import Desk

SHORTEST, LONGEST = 0.05, 0.12
"""Seconds the cursor has to rest, at least and at most, before an incident that is not known is fetched."""
RUNNING = 0.2
"""Seconds between two moves within which the cursor counts as running."""
KEPT = 48


def rest(since_last_move: float) -> float:
    """Return the seconds to wait for before fetching; both in seconds.

    A running cursor is waited for a little longer than its keys are apart, so that the next one
    finds the loop free; a held key comes every 33 ms and is not waited for long.
    """
    if since_last_move >= RUNNING:
        return 0
    return min(max(1.3 * since_last_move, SHORTEST), LONGEST)


class Details:
    """The details seen lately, by incident; one is good until the incident's log goes on, or changes are told."""

    def __init__(self, desk: Callable[[], Desk]) -> None:
        self._desk = desk
        self._kept: OrderedDict[str, Detail] = OrderedDict()
        self._old: set[str] = set()

    def known(self, incident: str) -> Detail | None:
        """Return what is known of an incident, perhaps not the latest."""
        detail = self._kept.get(incident)
        if detail is not None:
            self._kept.move_to_end(incident)
        return detail

    def changes_told(self) -> None:
        """Take note that changes of the world have been told, which no log tells of."""
        self._old = set(self._kept)

    def is_old(self, incident: str) -> bool:
        """Return whether changes have been told since a detail was read."""
        return incident in self._old

    async def current(self, detail: Detail) -> Detail | None:
        """Return a detail with its runbook as it is now, or None where that has not changed or cannot be told."""
        books = self._desk().books
        if books is None:
            return None
        try:
            runbook, note = await books.current(detail.incident)
        except OncallError:
            return None  # what is shown was right a second ago; the next look tells
        known = self._kept.get(detail.incident.id)
        if known is None or (known.runbook, known.runbook_note) == (runbook, note):
            return None
        fresh = replace(known, runbook=runbook, runbook_note=note)
        self._kept[detail.incident.id] = fresh
        return fresh

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
        self._old.discard(incident)
        self._kept[incident] = detail
        self._kept.move_to_end(incident)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return detail
