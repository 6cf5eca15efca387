"""Longer reads of a desk, made so that neither the event loop nor whoever acks meanwhile waits for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.desk.livepolicy import LivePolicy
from console.desk.worker import StoreWorker
from console.ports.store import IncidentStore

if TYPE_CHECKING:
    from console.domain.noise.tuning import Noise
    from console.domain.reports.report import Report, Scope
    from console.domain.review.board import ReviewBoard
    from console.domain.review.document import ReviewDocument


class ReadsBeside:
    """Part of ``LocalDesk``: what is read seldom, and only where somebody asks. Each raises ``StoreError``."""

    _store: IncidentStore
    _worker: StoreWorker
    _policy: LivePolicy

    async def noise(self) -> Noise:
        """Return which rules to tune."""
        from console.desk.noise import read_beside  # noqa: PLC0415 - not needed for the first screen

        return await read_beside(self._store, self._worker, self._policy())

    async def report(self, scope: Scope) -> Report:
        """Return a report over weeks."""
        from console.desk.measuring import report_beside  # noqa: PLC0415 - not needed for the first screen

        return await report_beside(self._store, self._worker, self._policy(), scope)

    async def reviews(self) -> ReviewBoard:
        """Return which reviews and action items are owed."""
        from console.desk.reviews import board_beside  # noqa: PLC0415 - not needed for the first screen

        return await board_beside(self._store, self._worker, self._policy())

    async def review(self, incident: str) -> ReviewDocument | None:
        """Return the review of an incident; None where there is no such incident."""
        from console.desk.reviews import document_beside  # noqa: PLC0415 - not needed for the first screen

        return await document_beside(self._store, self._worker, incident, self._policy())
