from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from console.domain.health import EngineReport, SourceHealth
from console.engine.kit import Result
from console.engine.lease import LeaseKeeper
from console.engine.settings import Identity
from console.errors import FenceLost, StoreError
from console.ports.store import Lease
from tests.engine.kits import kit
from tests.fakes.store import MemoryStore
from tests.fakes.virtualtime import START, InlineWorker, VirtualClock, run_virtual

LIVE = SourceHealth("prod", "fake", 15, last_success=START)


class SlowWorker(InlineWorker):
    """Takes ``seconds`` over each call, before or after the store has done it."""

    before = after = 0.0

    async def run(self, fn: Callable[..., Result], *args: Any, deadline: float = 2.0) -> Result:
        await asyncio.sleep(self.before)
        if self.before >= deadline:
            raise StoreError("not answered")
        result = await super().run(fn, *args)
        await asyncio.sleep(self.after)
        return result


def keeper(
    store: MemoryStore, clock: VirtualClock, name: str, worker: InlineWorker | None = None
) -> LeaseKeeper:
    return LeaseKeeper(kit(clock, store, worker=worker), Identity(name, "host", 1), lambda: (LIVE,))


def report(store: MemoryStore) -> EngineReport:
    found = store.engine()
    assert found is not None
    return found


def test_one_holds_it_and_renews_every_third_of_the_ttl() -> None:
    async def scenario(clock: VirtualClock) -> None:
        store = MemoryStore(clock)
        one, two = keeper(store, clock, "one"), keeper(store.another(), clock, "two")
        assert await one.acquire() is not None
        assert await two.acquire() is None
        assert (one.held, two.held) == (True, False)
        keeping = asyncio.create_task(one.keep())
        await asyncio.sleep(60)
        beat = report(store).beat_at
        assert clock.now() - beat <= timedelta(seconds=3.4)
        assert report(store).sources == (LIVE,)
        assert report(store).started_at == START
        assert one.held
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await one.release()
        assert await two.acquire() is not None  # at once, without waiting for the expiry
        assert two.lease is not None
        assert two.lease.token > 1

    run_virtual(scenario)


def test_safe_time_counts_from_before_the_request() -> None:
    async def scenario(clock: VirtualClock) -> None:
        worker = SlowWorker()
        worker.before, worker.after = 0.0, 4.0
        one = keeper(MemoryStore(clock), clock, "one", worker)
        await one.acquire()
        assert clock.ticks() == 4
        assert one.safe_until == 10
        await asyncio.sleep(6)
        assert not one.held
        with pytest.raises(FenceLost, match="lapsed"):
            one.current()

    run_virtual(scenario)


def test_taken_over_while_we_slept() -> None:
    async def scenario(clock: VirtualClock) -> None:
        store = MemoryStore(clock)
        one, two = keeper(store, clock, "one"), keeper(store.another(), clock, "two")
        await one.acquire()
        clock.set_ahead = timedelta(
            seconds=11
        )  # the machine slept: ticks stood still, the store's time did not
        assert await two.acquire() is not None
        with pytest.raises(FenceLost):
            await one.keep()
        assert not one.held
        assert two.held
        await one.release()  # must not release the other's lease
        assert report(store).holder == "two"
        assert await keeper(store, clock, "three").acquire() is None

    run_virtual(scenario)


def test_a_store_that_is_away_for_longer_than_the_ttl_costs_the_lease() -> None:
    async def scenario(clock: VirtualClock) -> None:
        store = MemoryStore(clock)
        one = keeper(store, clock, "one")
        await one.acquire()
        keeping = asyncio.create_task(one.keep())
        await asyncio.sleep(20)
        store.down = StoreError("unreachable")
        await asyncio.sleep(5)
        store.down = None
        await asyncio.sleep(30)
        assert one.held  # a short absence is survived
        store.down = StoreError("unreachable")
        gone = clock.ticks()
        with pytest.raises(FenceLost, match=r"lapsed|could not be renewed"):
            await keeping
        assert clock.ticks() - gone <= 10 + 10 / 3
        assert not one.held

    run_virtual(scenario)


def test_a_poke_publishes_health_within_a_second_or_so() -> None:
    async def scenario(clock: VirtualClock) -> None:
        store = MemoryStore(clock)
        one = keeper(store, clock, "one")
        await one.acquire()
        keeping = asyncio.create_task(one.keep())
        await asyncio.sleep(20.2)
        one.poke()
        poked = clock.now()
        await asyncio.sleep(1.1)
        assert report(store).beat_at >= poked
        for _ in range(100):  # however often it is poked
            one.poke()
            await asyncio.sleep(0.01)
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)

    run_virtual(scenario)


def test_the_new_holder_learns_what_the_last_one_knew() -> None:
    async def scenario(clock: VirtualClock) -> None:
        store = MemoryStore(clock)
        one, two = keeper(store, clock, "one"), keeper(store, clock, "two")
        first = await one.acquire()
        assert first is not None
        assert first.sources == ()
        await one.renew()
        await asyncio.sleep(11)
        second = await two.acquire()
        assert second is not None
        assert second.sources == (LIVE,)
        assert report(store).sources == (LIVE,)  # a screen that looks now is not told "never"

    run_virtual(scenario)


def test_a_lease_that_cannot_be_given_up_lapses() -> None:
    async def scenario(clock: VirtualClock) -> None:
        store = MemoryStore(clock)
        one = keeper(store, clock, "one")
        await one.acquire()
        assert isinstance(one.current(), Lease)
        store.down = StoreError("unreachable")
        await one.release()
        store.down = None
        assert not one.held
        await asyncio.sleep(11)
        assert await keeper(store, clock, "two").acquire() is not None

    run_virtual(scenario)
