"""Who the sources say is on call: asked now and then, beside the polls, and never in their way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from console.domain.oncall import OnCall
from console.engine.kit import Kit
from console.engine.poller import Poller
from console.engine.promise import kept
from console.errors import SourceError
from console.ports.sources import RosterSource

EVERY = 300.0  # seconds; a shift changes rarely, and each question counts against the vendor's limit
MOST = 50  # of one source; they travel with every heartbeat

log = logging.getLogger(__name__)


class RosterWatch:
    """Asks one source who is on call and keeps the answer with that source's health.

    A question that fails leaves the last answer as it is: its age tells.
    """

    def __init__(self, source: RosterSource, poller: Poller, kit: Kit, changed: Callable[[], None]) -> None:
        self._source = source
        self._poller = poller
        self._now: Callable[[], datetime] = kit.now
        self._deadline = kit.settings.poll_deadline
        self._changed = changed

    async def run(self) -> None:
        """Ask until cancelled."""
        while True:
            await self.ask()
            await asyncio.sleep(EVERY)

    async def ask(self) -> tuple[OnCall, ...] | None:
        """Ask once; return who is on call, None where there was no answer."""
        name = self._poller.health.name
        try:
            async with asyncio.timeout(self._deadline):
                found = (await kept(self._source.on_call(self._now()), name))[:MOST]
        except (SourceError, TimeoutError) as error:
            told = {"event": "roster_unknown", "source": name}
            log.info("%s does not say who is on call: %s", name, error, extra=told)
            return None
        before = self._poller.health
        self._poller.health = replace(before, on_call=found, on_call_at=self._now())
        if before.on_call != found:
            self._changed()
        return found
