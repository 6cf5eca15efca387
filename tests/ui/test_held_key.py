"""A held key: however slow the store answers, nothing piles up behind it, and the last incident is the one shown."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field, replace

import pytest

from console.desk.worker import StoreWorker
from console.domain.similar import Memory
from console.domain.snapshot import Detail
from console.ui.screens import details
from tests.fakes.desk import FakeDesk
from tests.ui import scenes
from tests.ui.driving import Driver, console

INCIDENTS = 1000
KNOWN = 24
REPEAT = 0.01
"""Seconds between two repeats of the key; terminals leave 33 ms."""
SLOW = 0.03
"""Seconds the store takes for one incident: longer than a repeat."""


@dataclass
class SlowDesk(FakeDesk):
    """Reads in a thread of its own, as the console does, and counts what has been asked for and what was read."""

    worker: StoreWorker = field(default_factory=lambda: StoreWorker("store"))
    waiting: int = 0
    most: int = 0
    read: list[str] = field(default_factory=list)

    async def detail(self, incident: str) -> Detail | None:
        """Return an incident as the store has it."""
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        try:
            n = next(row.n for row in self.snapshot.rows if row.id == incident)
            return await self.worker.run(self._read, incident, n)
        finally:
            self.waiting -= 1

    def _read(self, incident: str, n: int) -> Detail:
        time.sleep(SLOW)
        self.read.append(incident)
        detail = scenes.detail(incident, n=4)
        return replace(detail, incident=replace(detail.incident, n=n))

    async def memory(self, incident: str) -> Memory | None:
        """Return nothing that was before."""
        self.memory_asked.append(incident)
        return Memory()


async def hold(it: Driver, desk: SlowDesk, key: str, times: int) -> None:
    """Hold a key; now and then there is news of every incident, and of what was changed around them."""
    for n in range(times):
        it.app.post_message(it.key(key))
        await asyncio.sleep(REPEAT)
        if n % KNOWN == 0:
            desk.push(rows=tuple(replace(row, n=row.n + 1) for row in desk.snapshot.rows))
            it.main.selection.details.changes_told()


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a busy machine's pauses between two keys be no rest of the cursor."""
    monkeypatch.setattr(details, "RUNNING", 600.0)
    monkeypatch.setattr(details, "SHORTEST", 600.0)
    monkeypatch.setattr(details, "LONGEST", 600.0)


@pytest.mark.usefixtures("busy")
async def test_holding_a_key_through_a_thousand_incidents_piles_nothing_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = scenes.incident_rows()[1]
    rows = tuple(replace(one, id=f"INC-{n}", n=4) for n in range(INCIDENTS))
    desk = SlowDesk(scenes.scene(rows=rows))
    async with console(desk=desk, size=(160, 45)) as it:
        await it.loaded()  # what the console reads at its start is over
        shown = it.main.session.board.shown
        for name in shown[:KNOWN]:
            await it.main.selection.details.fetch(name, 0)
        known = len(desk.read)
        for key in "jk":
            await hold(it, desk, key, KNOWN)  # over what is known, and older than its log by now
        await hold(it, desk, "j", 2 * KNOWN)
        await it.settle()
        assert desk.most <= 1, "one is asked for at a time"
        assert len(desk.read) - known <= KNOWN // 3, "what is only passed by is not read"
        monkeypatch.setattr(details, "LONGEST", 0.05)
        await it.press("ctrl+d", "G")
        last = shown[-1]
        await it.settle(lambda: desk.read[-1:] == [last])
        await it.loaded()
        assert it.main.session.selected == last
        await desk.worker.close()
