"""Handovers beside the event loop: reading and packing them is work for the store's thread."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from console.desk.worker import StoreWorker
from console.domain.team.commands import TeamCommand
from console.ports.desk import Outcome
from console.ports.handover import HandoverView, Sheets

Arrange = Callable[[TeamCommand, str], Awaitable[Outcome]]


class DeskHandovers:
    """See ``console.ports.handover.Handovers``."""

    def __init__(self, sheets: Sheets, worker: StoreWorker, arrange: Arrange, within: float) -> None:
        """``within``: seconds for one answer."""
        self._sheets, self._worker, self._arrange, self._within = sheets, worker, arrange, within

    async def look(self, handover: str = "") -> HandoverView:
        """Return the handover that concerns the person now, or the one with an id."""
        return await self._worker.run(self._sheets.look, handover, deadline=self._within)

    async def offer(self, to: str, remarks: str, op: str) -> Outcome:
        """Offer the person's shift as it stands."""
        command = await self._worker.run(self._sheets.offer, to, remarks, deadline=self._within)
        return await self._arrange(command, op)
