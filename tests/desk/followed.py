"""A follower over a store in memory, and writes for it to see."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field, replace
from typing import Any

from console.clock import ticks
from console.desk.follower import Follower
from console.desk.storetime import StoreTime
from console.desk.view import View
from console.desk.worker import StoreWorker
from console.domain.actors import Actor
from console.domain.events import Event, Noted
from console.domain.policy import Policy
from console.domain.snapshot import Snapshot, StoreState
from console.ports.store import Write
from tests.fakes.store import MemoryStore
from tests.ui.rows import row

ASHA = Actor("asha")


@dataclass
class Deaf(MemoryStore):
    """Like SQLite: the signal does not tell of writes through the same connection."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.gate.set()
        self.own = 0
        self.looks = 0

    def append(self, writes: Any, lease: Any = None) -> int:
        before = self.shelf.version
        position = super().append(writes, lease)
        self.own += self.shelf.version - before
        return position

    def signal(self) -> int:
        self.looks += 1
        self.gate.wait()
        return super().signal() - self.own


def put(store: MemoryStore, name: str, **facts: Any) -> None:
    """Write one more event of an incident, whose row then says ``facts``."""
    store.append([a_write(store, name, **facts)])


def a_write(store: MemoryStore, name: str, **facts: Any) -> Write:
    before = store.summary(name)
    n = before.n + 1 if before else 1
    facts = {"key": name, **facts}
    after = replace(before, n=n, **facts) if before else row(name, store.now(), n=1, **facts)
    event = Event(name, n, store.now(), ASHA, Noted("x"))
    return Write(name, n - 1, (event,), after)


@dataclass
class Followed:
    store: Deaf
    policy: Policy
    seen: list[Snapshot] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.other = self.store.another()
        self.worker = StoreWorker()
        # On a machine whose clock is the store's, so that no skew is told in between.
        self.view = View("asha", lambda: self.policy, StoreTime(ticks, self.store.clock))
        self.follower = Follower(self.store, self.worker, self.view)
        self._snapshots = self.follower.snapshots()

    async def next(self, within: float = 20.0) -> Snapshot:
        async with asyncio.timeout(within):
            self.seen.append(await anext(self._snapshots))
        return self.seen[-1]

    async def next_where(self, state: StoreState) -> Snapshot:
        for _ in range(10):
            if (await self.next()).store.state is state:
                return self.seen[-1]
        raise AssertionError(f"never {state}: {[one.store for one in self.seen]}")

    async def stays_quiet(self, seconds: float) -> None:
        """Nothing is told for a while."""
        assert not await self.goes_on(seconds)

    async def goes_on(self, seconds: float) -> bool:
        """Follow for a while; return whether anything was told. Whoever waited in vain takes no snapshot with it."""
        waiting = asyncio.ensure_future(anext(self._snapshots))
        done, _ = await asyncio.wait({waiting}, timeout=seconds)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        self._snapshots = self.follower.snapshots()
        return bool(done)
