"""From a move of the cursor to the runbook of the incident there, on the screen, with two thousand runbooks.

The screen is a real one without a terminal (Textual's pilot); the desk is a scripted one that finds runbooks as
the console does: in their own thread, in a folder on disk. The key is pressed when nothing else is under way,
and the time ends when the runbook's title has been painted. Meanwhile the texts are read ahead for searching.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from time import perf_counter

from console.desk.books import DeskBooks
from console.desk.worker import StoreWorker
from console.domain.snapshot import Detail
from console.domain.summary import Summary
from console.library.shelf import Shelf
from tests.fakes.desk import FakeDesk
from tests.ui import scenes
from tests.ui.driving import Driver, console

INCIDENTS = 120
PAUSE = 0.25
"""Seconds between two moves: the cursor rests."""
_PATIENCE = 5.0


@dataclass
class BookDesk(FakeDesk):
    """Finds the runbook of each incident's alert on a shelf."""

    shelf: Shelf | None = None
    reader: StoreWorker = field(default_factory=lambda: StoreWorker("runbook folder"))

    async def detail(self, incident: str) -> Detail | None:
        """Return an incident with the runbook of its alert."""
        n = int(incident.removeprefix("INC-"))
        assert self.shelf is not None  # noqa: S101 - a slip of this file
        blank = scenes.detail(incident, book=None)
        found = replace(blank.incident, alert_name=f"Alert{n}", service=f"service-{n % 300}", runbook_url="")
        runbook, note = await self.reader.run(self.shelf.find, found, deadline=_PATIENCE)
        return replace(blank, incident=found, runbook=runbook, runbook_note=note)


def _rows(count: int) -> tuple[Summary, ...]:
    one = scenes.incident_rows()[0]
    return tuple(replace(one, id=f"INC-{n * 7 + 1}", n=4) for n in range(count))


async def _moves(shelf: Shelf) -> list[float]:
    desk = BookDesk(scenes.scene(rows=_rows(INCIDENTS)), shelf=shelf)
    desk.books = DeskBooks(shelf, desk.reader, _PATIENCE)
    async with console(desk=desk, size=(160, 45)) as it:
        taken = [await _move(it) for _ in range(INCIDENTS - 1)]
    await desk.reader.close()
    return taken


async def _move(it: Driver) -> float:
    """Press ``j`` and return the milliseconds until the runbook of the new row is painted."""
    await asyncio.sleep(PAUSE)
    begun = perf_counter()
    it.app.post_message(it.key("j"))
    before, pane = it.cursor, it.main.drawing.runbook
    while perf_counter() - begun < _PATIENCE:
        await asyncio.sleep(0)
        here = it.cursor
        if here == before or pane.detail is None or pane.detail.incident.id != here:
            continue
        if f"Alert {str(here).removeprefix('INC-')} " in it.screen_text:
            return (perf_counter() - begun) * 1000
    raise RuntimeError(f"the runbook of {it.cursor} was not shown")


def moves(shelf: Shelf) -> list[float]:
    """Return how long each of many moves took, in milliseconds; before the first the folder has not been listed."""
    return asyncio.run(_moves(shelf))
