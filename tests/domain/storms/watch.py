"""The engine's own parts over a store in memory, poll by poll, at times that the test sets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

from console.domain.alert import Poll
from console.domain.incident import Incident
from console.domain.policy import Policy
from console.engine.board import Board
from console.engine.grouper import Grouper
from console.engine.lease import LeaseKeeper
from console.ports.store import IncidentStore
from tests.domain.storms.weather import START
from tests.engine.kits import kit
from tests.fakes.store import FakeClock, MemoryStore


class Watch:
    """A grouper at work."""

    def __init__(self, policy: Policy, store_of: Callable[[FakeClock], IncidentStore] = MemoryStore) -> None:
        self.clock = FakeClock(START)
        store: Any = store_of(self.clock)
        self.store = store
        self.policy = policy
        clock = SimpleNamespace(now=self.clock.now, ticks=lambda: 0.0)
        self.kit = kit(cast("Any", clock), store, policy_of=lambda: self.policy)
        self.begin()

    def begin(self) -> None:
        """Begin anew with what the store has, as another engine does."""
        keeper = SimpleNamespace(current=lambda: None)
        self.board = Board(self.kit, cast("LeaseKeeper", keeper), lambda _: None)
        self.grouper = Grouper(self.kit, self.board)

    async def poll(self, now: datetime, poll: Poll) -> None:
        """Take a poll in."""
        if not self.board.loaded:
            await self.board.load()
        self.clock._now = now  # the store's clock stands where the test says
        await self.grouper.digest(poll)

    def shown(self) -> list[Incident]:
        """Return what a list shows: open, and part of no other."""
        return [one for one in self.board.incidents.values() if one.is_open]
