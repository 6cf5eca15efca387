"""The right to be the engine: taken, renewed well before it lapses, and given up in doubt."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

from console.domain.health import EngineReport, SourceHealth
from console.engine.kit import Kit
from console.engine.settings import Identity
from console.errors import FenceLost, StoreError
from console.ports.store import Lease

log = logging.getLogger(__name__)

Healths = Callable[[], tuple[SourceHealth, ...]]


class LeaseKeeper:
    """Holds the lease, which also carries the heartbeat with the sources' health.

    ``safe_until`` is counted on our own ticks from *before* each request, so it never lies after
    the store's expiry; past it we behave as if the lease were lost, whatever the store may say.
    """

    def __init__(self, kit: Kit, identity: Identity, healths: Healths) -> None:
        self._store = kit.store
        self._worker = kit.worker
        self._settings = kit.settings
        self._ticks = kit.ticks
        self._identity = identity
        self._healths = healths
        self._report: EngineReport | None = None
        self._poked = asyncio.Event()
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
        taken = await self._worker.run(self._acquire, deadline=self._settings.ttl)
        if taken is None:
            return None
        lease, mine, previous = taken
        self.lease, self._report = lease, mine
        self.safe_until = before + self._settings.ttl
        log.info("this engine works now, lease %d", lease.token)
        return previous or mine

    def _acquire(self) -> tuple[Lease, EngineReport, EngineReport | None] | None:
        previous = self._store.engine()
        now = self._store.now()
        ours = previous is not None and previous.holder == self._identity.holder
        if previous is not None and previous.expires_at > now and not ours:
            return None
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
                log.warning("heartbeat failed: %s", error)
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

    async def release(self) -> None:
        """Give the lease up at once, so that the next engine need not wait for its expiry."""
        lease, self.lease = self.lease, None
        self.safe_until = float("-inf")
        if lease is None:
            return
        try:
            await self._worker.run(self._store.release, lease, self._beat(), deadline=2.0)
        except (StoreError, FenceLost) as error:
            log.warning("the lease could not be given up and will lapse by itself: %s", error)

    def _beat(self) -> EngineReport:
        assert self._report is not None  # noqa: S101 - a lease and its report are set together
        return replace(self._report, sources=self._healths())

    def _lose(self) -> None:
        log.warning("this engine has lost the lease")
        self.lease = None
        self.safe_until = float("-inf")

    async def _pause(self) -> None:
        """Wait for the next heartbeat; a poke shortens it to no less than a second after the last."""
        await asyncio.sleep(min(1.0, self._settings.ttl / 3))
        rest = self._settings.ttl / 3 - min(1.0, self._settings.ttl / 3)
        try:
            async with asyncio.timeout(rest):
                await self._poked.wait()
        except TimeoutError:
            pass
        self._poked.clear()
