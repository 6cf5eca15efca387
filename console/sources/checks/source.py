"""A round of checks as a poll."""

from __future__ import annotations

import asyncio
from datetime import datetime

from console.clock import Clock
from console.domain.alert import Poll
from console.errors import SourceError
from console.sources.base.source import BaseSource
from console.sources.checks.options import Check, Options
from console.sources.checks.reader import reader, split
from console.sources.checks.tries import Found, Tries


class Source(BaseSource):
    """Tries everything at each poll; remembers how often in a row each thing failed, and since when."""

    kind = "checks"

    def __init__(self, name: str, options: Options, clock: Clock) -> None:
        super().__init__(name, options)
        self._checks = options.checks
        self._clock = clock
        self._reference = options.reference
        self._tries = Tries(options, clock)
        self._turn = asyncio.Semaphore(options.at_once)
        self._reader = reader(name, options)
        self._failing: dict[str, tuple[int, datetime]] = {}

    async def fetch(self) -> Poll:
        """Return which checks fail now. Raises ``SourceError`` where our own network is down."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._look(check)) for check in self._checks]
        found = [task.result() for task in tasks]
        silent = any(one.silent for one in found)
        if silent and self._reference is not None and not await self._tries.reaches(self._reference):
            raise SourceError(
                f"our own network seems to be down: {self._reference} cannot be reached either",
                hint="nothing is known about the checks meanwhile",
            )
        now = self._clock.now()
        rounds = [self._noted(check, one, now) for check, one in zip(self._checks, found, strict=True)]
        return self._reader.read(split(rounds))

    async def close(self) -> None:
        """Let go of the connections; safe to call twice."""
        await self._tries.close()

    async def _look(self, check: Check) -> Found:
        async with self._turn:
            return await self._tries.look(check)

    def _noted(self, check: Check, found: Found, now: datetime) -> dict[str, object]:
        times, since = self._failing.get(check.name, (0, now))
        if found.said:
            self._failing[check.name] = (times + 1, since)
        else:
            self._failing.pop(check.name, None)
        failed, since = self._failing.get(check.name, (0, now))
        end = found.expires_at.isoformat() if found.expires_at else None
        return {
            "check": check.name,
            "failed": failed,
            "said": found.said,
            "since": since.isoformat(),
            "at": now.isoformat(),
            "expires_at": end,
        }
