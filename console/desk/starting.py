"""Seeing to it that somebody is the engine."""

from __future__ import annotations

import logging
from typing import Protocol

from console.desk.worker import StoreWorker
from console.errors import StoreError
from console.ports.store import IncidentStore

log = logging.getLogger(__name__)


class Starter(Protocol):
    """Keeps an engine process (``desk.process.EngineProcess``)."""

    @property
    def trouble(self) -> str:
        """Why there is none, in one line."""
        ...

    async def ensure(self) -> None:
        """Start one unless one runs."""
        ...

    async def close(self) -> None:
        """Stop it."""
        ...


async def ensure_once(engine: Starter, store: IncidentStore, worker: StoreWorker) -> None:
    """Start an engine unless the store says that somebody is."""
    try:
        report, now = await worker.run(lambda: (store.engine(), store.now()))
    except StoreError as error:
        log.warning("no engine is started while the store cannot be asked: %s", error)
        return
    if report is None or report.expires_at < now:
        await engine.ensure()
