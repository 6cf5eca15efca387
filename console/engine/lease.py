"""The right to be the engine: taken, renewed well before it lapses, and given up in doubt."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from console.desk.waking import set_within
from console.domain.health import CalendarHealth, EngineReport, SourceHealth
from console.domain.notify.channels import ChannelHealth
from console.engine.kit import Kit
from console.engine.settings import Identity
from console.errors import FenceLost, StoreError
from console.ports.store import Lease

ASK_WITHIN = 5.0  # seconds the store has for the question who works
RELEASE_WITHIN = 1.5  # seconds; a stop does not wait longer for a store that is away
SHORTEST = 0.05

log = logging.getLogger(__name__)

Healths = Callable[[], tuple[SourceHealth, ...]]
ChannelHealths = Callable[[], tuple[ChannelHealth, ...]]
CalendarHealths = Callable[[], tuple[CalendarHealth, ...]]


class LeaseKeeper:
    """Holds the lease, which also carries the heartbeat with the health of sources, channels, calendars and feeds.

    ``safe_until`` is counted on our own ticks from *before* each request, so it never lies after
    the store's expiry; past it we behave as if the lease were lost, whatever the store may say.
    ``report`` is what we said of ourselves when we took it. ``other`` is who else holds it, ``free_in`` in how many seconds that lapses unless renewed,
    ``other_silent_for`` how many seconds ago that engine's last heartbeat was; ``beaten_at`` is when (ticks) our last heartbeat was sent.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - whose health it carries
        self,
        kit: Kit,
        identity: Identity,
        healths: Healths,
        channels: ChannelHealths = tuple,
        calendars: CalendarHealths = tuple,
        feeds: Healths = tuple,
    ) -> None:
        self._store = kit.store
        self._worker = kit.worker
        self._settings = kit.settings
        self._ticks = kit.ticks
        self._identity = identity
        self._healths = healths
        self._channels = channels
        self._calendars = calendars
        self._feeds = feeds
        self.report: EngineReport | None = None
        self._poked = asyncio.Event()
        self._in_doubt = False
        self.other: EngineReport | None = None
        self.free_in = self.other_silent_for = 0.0
        self.beaten_at = float("-inf")
        self.lease: Lease | None = None
        self.safe_until = float("-inf")

    @property
    def held(self) -> bool:
        """Whether effects may be carried out now."""
        return self.lease is not None and self._ticks() < self.safe_until

    def current(self) -> Lease:
        """Return the lease to write under; raises ``FenceLost`` where it is not safely ours."""
        if self.lease is None or not self.held:
            raise FenceLost("the engine's lease has lapsed", hint="it stops writing and waits for its turn")
        return self.lease

    async def acquire(self) -> EngineReport | None:
        """Take the lease; return the heartbeat of whoever held it last, for its sources' health.

        Returns None where another engine holds it; then ``held`` is False. A store without an
        earlier engine gives our own report.
        """
        before = self._ticks()
        deadline = min(self._settings.ttl, ASK_WITHIN)
        self._in_doubt = True
        taken = await self._worker.run(self._acquire, deadline=deadline)
        self._in_doubt = False
        if taken is None:
            return None
        lease, mine, previous = taken
        self.lease, self.report = lease, mine
        self.safe_until = before + self._settings.ttl
        self.beaten_at = before
        log.info(
            "this engine works now, lease %d",
            lease.token,
            extra={"event": "lease_taken", "lease": lease.token},
        )
        return previous or mine

    def _acquire(self) -> tuple[Lease, EngineReport, EngineReport | None] | None:
        previous = self._store.engine()
        now = self._store.now()
        if previous is not None and previous.holder != self._identity.holder and _holds(previous, now):
            self.other = previous
            self.free_in = (previous.expires_at - now).total_seconds()
            self.other_silent_for = (now - previous.beat_at).total_seconds()
            return None
        self.other, self.free_in = None, SHORTEST  # where somebody is faster, ask again soon
        mine = EngineReport(
            holder=self._identity.holder,
            host=self._identity.host,
            pid=self._identity.pid,
            token=0,
            started_at=now,
            beat_at=now,
            expires_at=now,
            policy_digest=self._identity.policy_digest,
            sources=previous.sources if previous else (),
            kind=self._identity.kind,
            channels=previous.channels if previous else (),
            calendars=previous.calendars if previous else (),
            feeds=previous.feeds if previous else (),
        )
        lease = self._store.acquire(mine, self._settings.ttl)
        return (lease, mine, previous) if lease is not None else None

    def poke(self) -> None:
        """Publish the sources' health soon instead of at the next heartbeat."""
        self._poked.set()

    async def keep(self) -> None:
        """Renew every third of the ttl, until the lease is lost: then raises ``FenceLost``."""
        while True:
            await self._pause()
            try:
                await self.renew()
            except FenceLost:
                self._lose()
                raise
            except StoreError as error:
                if not self.held:
                    self._lose()
                    raise FenceLost("the lease could not be renewed in time", hint=str(error)) from error

    async def renew(self) -> None:
        """Send one heartbeat. Raises ``FenceLost``, or ``StoreError`` where the store does not take it."""
        lease = self.current()
        before = self._ticks()
        left = self.safe_until - before
        self.lease = await self._worker.run(
            self._store.renew, lease, self._beat(), self._settings.ttl, deadline=left
        )
        self.safe_until = before + self._settings.ttl
        self.beaten_at = before

    async def release(self) -> None:
        """Give the lease up at once, so that the next engine need not wait for its expiry."""
        lease, self.lease = self.lease, None
        self.safe_until = float("-inf")
        if lease is None and not self._in_doubt:
            return
        try:
            await self._worker.run(self._give_up, lease, deadline=RELEASE_WITHIN)
        except (StoreError, FenceLost) as error:
            log.warning("the lease could not be given up and will lapse by itself: %s", error)
        else:
            if lease is not None:
                told = {"event": "lease_released", "lease": lease.token}
                log.info("the lease was given up", extra=told)

    def _give_up(self, lease: Lease | None) -> None:
        """Release the lease, also one that was taken after we had stopped waiting for the answer."""
        report = self.report if lease is not None else self._store.engine()
        if report is None or report.holder != self._identity.holder:
            return
        self._store.release(
            lease or Lease(report.holder, report.token, report.expires_at),
            self._now_of(report),
        )

    def _beat(self) -> EngineReport:
        assert self.report is not None  # noqa: S101 - a lease and its report are set together
        return self._now_of(self.report)

    def _now_of(self, report: EngineReport) -> EngineReport:
        return replace(
            report,
            sources=self._healths(),
            channels=self._channels(),
            calendars=self._calendars(),
            feeds=self._feeds(),
        )

    def _lose(self) -> None:
        token = self.lease.token if self.lease else None
        log.warning("this engine has lost the lease", extra={"event": "lease_lost", "lease": token})
        self.lease = None
        self.safe_until = float("-inf")

    async def _pause(self) -> None:
        """Wait for the next heartbeat; a poke shortens it to no less than a second after the last."""
        await asyncio.sleep(min(1.0, self._settings.ttl / 3))
        rest = self._settings.ttl / 3 - min(1.0, self._settings.ttl / 3)
        await set_within(self._poked, rest)
        self._poked.clear()


def _holds(report: EngineReport, now: datetime) -> bool:
    """Return whether a lease has not lapsed, by the store's own rule.

    One that would last for more than twice the span it was given for comes from a clock that was
    set back since; its holder, were it alive, would have renewed.
    """
    left, granted = report.expires_at - now, report.expires_at - report.beat_at
    return timedelta(0) < left <= 2 * granted
