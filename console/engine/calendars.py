"""Shifts that somebody else plans: read now and then, kept in the store for everybody.

A reading that fails leaves what was read before as it is: the health says since when it is that old.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from console.domain.health import CalendarHealth
from console.domain.roster import Listed, Shift
from console.domain.team.listing import CALENDAR, HOLIDAYS, read, written, written_days
from console.engine.kit import Kit
from console.engine.lease import LeaseKeeper
from console.engine.promise import kept
from console.errors import SourceError, StoreError
from console.ports.calendars import CalendarReader, Imported

DEADLINE = 120.0  # seconds for one reading; the largest files take some to work out
AGAIN = 60.0  # seconds until a reading that failed is tried again, unless it is due sooner
MOST_TOLD = 10  # problems of one calendar; they travel with every heartbeat
_NEVER_READ = timedelta(days=400)

log = logging.getLogger(__name__)


class CalendarWatch:
    """Reads one calendar and keeps its shifts under its name, where they have changed."""

    def __init__(
        self, reader: CalendarReader, kit: Kit, keeper: LeaseKeeper, changed: Callable[[], None]
    ) -> None:
        self._reader = reader
        self._kit = kit
        self._keeper = keeper
        self._changed = changed
        self._kept: str | None = None
        self.health = CalendarHealth(reader.name, reader.team, reader.role, reader.interval)

    @property
    def key(self) -> str:
        """What its shifts, or the holidays, are kept under."""
        return CALENDAR + self._reader.name if self._reader.role else HOLIDAYS

    def go_on_from(self, health: CalendarHealth | None, value: str | None) -> None:
        """Take over what the engine before us knew, if it is the same calendar, and what is kept of it.

        What is kept for another role, or only says that it could not be read, is as good as nothing.
        """
        place = (self._reader.team, self._reader.role)
        same = health is not None and (health.team, health.role) == place
        if health is not None and same:
            self.health = replace(health, interval=self._reader.interval)
        never_read = health is not None and same and health.last_success is None
        self._kept = value if value is not None and not never_read and self._fills(value) else None

    def _fills(self, value: str) -> bool:
        """Return whether kept shifts are those of the role that the config names."""
        place = (self._reader.team, self._reader.role)
        if not self._reader.role:
            return True
        try:
            return all((one.team, one.role) == place for one in read(value))
        except ValueError:
            return False

    async def run(self) -> None:
        """Read until cancelled. Raises ``FenceLost``."""
        while True:
            wait = await self.read()
            await asyncio.sleep(wait)

    async def read(self) -> float:
        """Read once; return in how many seconds to read again. Raises ``FenceLost``."""
        now = self._kit.now()
        before = self.health
        try:
            found = await self._found(now)
            await self._keep(found, found.shifts)
        except SourceError as error:
            self.health = replace(before, last_attempt=now, error=error.message, hint=error.hint)
            told = {"event": "calendar_failed", "calendar": self._reader.name}
            log.info("calendar %s cannot be read: %s", self._reader.name, error, extra=told)
            wait = max(min(self._reader.interval, AGAIN), error.retry_after or 0.0)
            if self._kept is None and self._reader.role:
                await self._never_read(now, error.message)
        except StoreError as error:
            self.health = replace(
                before, last_attempt=now, error=f"not saved: {error.message}", hint=error.hint
            )
            wait = min(self._reader.interval, AGAIN)
        else:
            self.health = _healthy(before, found, now)
            wait = self._reader.interval
        if replace(self.health, last_attempt=None, last_success=None) != replace(
            before, last_attempt=None, last_success=None
        ):
            self._changed()
        return wait

    async def _found(self, now: datetime) -> Imported:
        try:
            async with asyncio.timeout(DEADLINE):
                return await kept(self._reader.read(now), self._reader.name)
        except TimeoutError:
            raise SourceError(f"it could not be read within {DEADLINE:.0f} s") from None

    async def _never_read(self, now: datetime, why: str) -> None:
        """Have the role known as a gap that says why, instead of not known at all."""
        reason = f"calendar {self._reader.name} could not be read yet: {why}"
        day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        span = Shift(self._reader.team, self._reader.role, "", day - _NEVER_READ, day + _NEVER_READ, reason)
        try:
            await self._keep(Imported(()), (span,))
        except StoreError as error:
            log.warning("calendar %s: %s", self._reader.name, error)
        self._kept = None  # the first success replaces it, and until then the reason is kept up to date

    async def _keep(self, found: Imported, shifts: tuple[Shift, ...]) -> None:
        reader = self._reader
        listed = Listed(reader.team, reader.role, reader.name, shifts, reader.layer, found.until)
        text = written([listed]) if reader.role else written_days(found.days)
        if text != self._kept:
            store = self._kit.store
            await self._kit.worker.run(store.keep, self.key, text, self._keeper.current())
            self._kept = text


class Calendars:
    """All calendars of the config in one engine's time in office."""

    def __init__(
        self, readers: Sequence[CalendarReader], kit: Kit, keeper: LeaseKeeper, changed: Callable[[], None]
    ) -> None:
        self._kit = kit
        self._keeper = keeper
        self.watches = tuple(CalendarWatch(reader, kit, keeper, changed) for reader in readers)

    def healths(self) -> tuple[CalendarHealth, ...]:
        """Return their health, in config order."""
        return tuple(watch.health for watch in self.watches)

    async def start(self, previous: Sequence[CalendarHealth]) -> None:
        """Learn what is kept, and drop what the config names no longer. Raises ``StoreError``, ``FenceLost``."""
        store, run = self._kit.store, self._kit.worker.run
        found = (*await run(store.kept, CALENDAR), *await run(store.kept, HOLIDAYS))
        values: Mapping[str, str] = {one.name: one.value for one in found}
        known = {health.name: health for health in previous}
        for watch in self.watches:
            watch.go_on_from(known.get(watch.health.name), values.get(watch.key))
        for name in values.keys() - {watch.key for watch in self.watches}:
            await run(store.forget, name, self._keeper.current())


def _healthy(before: CalendarHealth, found: Imported, now: datetime) -> CalendarHealth:
    told = found.problems
    if len(told) > MOST_TOLD:
        told = (*told[: MOST_TOLD - 1], f"and {len(told) - MOST_TOLD + 1} more")
    return replace(
        before,
        last_success=now,
        last_attempt=now,
        error="",
        hint="",
        count=len(found.shifts) or len(found.days),
        until=found.until,
        problems=told,
    )
