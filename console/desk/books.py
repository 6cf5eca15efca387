"""The runbooks beside the event loop: every question goes to the one thread that reads the folders."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from console.desk.worker import StoreWorker
from console.domain.incident import Incident
from console.domain.runbook import Runbook
from console.errors import StoreError
from console.ports.books import Hit, Shelf

WARM_EVERY = 0.05
"""Seconds between two pieces of reading ahead."""
MOST_PIECES = 1_000


class DeskBooks:
    """See ``console.ports.books.Books``."""

    def __init__(self, shelf: Shelf, reader: StoreWorker, within: float) -> None:
        """``within``: seconds for one answer."""
        self._shelf, self._reader, self._within = shelf, reader, within
        self._ahead: asyncio.Task[None] | None = None

    async def current(self, incident: Incident) -> tuple[Runbook | None, str]:
        """Return an incident's runbook as it is now. After the first one, all are read for searching."""
        found = await self._reader.run(self._shelf.find, incident, deadline=self._within)
        if self._ahead is None:
            self._ahead = asyncio.create_task(self._read_ahead(), name="reading runbooks ahead")
        return found

    async def _read_ahead(self) -> None:
        """Have all texts read, in pieces between which others are answered. A folder that hangs, or our end, ends it."""
        with contextlib.suppress(StoreError):
            for _ in range(MOST_PIECES):
                if not await self._reader.run(self._shelf.warm, deadline=self._within):
                    return
                await asyncio.sleep(WARM_EVERY)

    async def search(self, words: str) -> tuple[Hit, ...]:
        """Return the runbooks in which all words occur, best first."""
        return await self._reader.run(self._shelf.search, words, deadline=self._within)

    async def read(self, path: str) -> Runbook | None:
        """Return a runbook by its path."""
        return await self._reader.run(self._shelf.at, path, deadline=self._within)

    async def file_of(self, path: str) -> Path | None:
        """Return where a runbook lies on this machine."""
        return await self._reader.run(self._shelf.file_of, path, deadline=self._within)

    async def follow(self, path: str, target: str) -> Runbook | None:
        """Return what a link in a runbook leads to."""
        return await self._reader.run(self._shelf.follow, path, target, deadline=self._within)
