"""Waiting for one's turn: at once when the lease is given up, at its end when it lapses, and without writing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from console.domain.health import EngineReport
from console.engine.standby import Standby
from console.errors import StoreError
from console.ports.store import Lease
from tests.engine.kits import kit
from tests.engine.test_lease import keeper
from tests.fakes.store import MemoryStore
from tests.fakes.virtualtime import VirtualClock, run_virtual


class TellingStore(MemoryStore):
    """Tells news by itself and is looked at rarely, as a store on a server is; counts what it is asked."""

    look_every = 5.0
    asked = 0
    _calls: tuple[Callable[[], None], ...] = ()

    def on_news(self, call: Callable[[], None]) -> None:
        self._calls += (call,)

    def acquire(self, report: EngineReport, ttl: float) -> Lease | None:
        self.asked += 1
        return super().acquire(report, ttl)

    def tell(self) -> None:
        for call in self._calls:
            call()


async def taking(store: MemoryStore, clock: VirtualClock) -> tuple[Standby, asyncio.Task[EngineReport]]:
    """Start a standby on a store; return it with what ends when it has its turn."""
    work = kit(clock, store)
    work.news.listen(store)
    standby = Standby(work)
    turn = asyncio.create_task(standby.turn(keeper(store, clock, "two")))
    await asyncio.sleep(0.1)
    return standby, turn


def test_a_lease_that_is_given_up_is_taken_within_a_look() -> None:
    async def scenario(clock: VirtualClock) -> None:
        store = MemoryStore(clock)
        one = keeper(store.another(), clock, "one")
        await one.acquire()
        standby, turn = await taking(store, clock)
        assert standby.other is not None
        assert standby.other.holder == "one"
        await asyncio.sleep(3)
        released = clock.ticks()
        await one.release()
        assert (await turn).holder == "one"
        assert clock.ticks() - released <= 0.3
        assert standby.other is None

    run_virtual(scenario)


def test_news_end_the_wait_at_once() -> None:
    async def scenario(clock: VirtualClock) -> None:
        store = TellingStore(clock)
        one = keeper(store.another(), clock, "one")
        await one.acquire()
        _, turn = await taking(store, clock)
        await one.release()
        released = clock.ticks()
        store.tell()
        await turn
        assert clock.ticks() - released <= 0.1

    run_virtual(scenario)


def test_a_lease_that_lapses_is_taken_when_it_does_and_nothing_is_written_before() -> None:
    async def scenario(clock: VirtualClock) -> None:
        store = TellingStore(clock)
        one = keeper(store.another(), clock, "one")
        await one.acquire()
        _, turn = await taking(store, clock)
        await asyncio.sleep(9)
        assert store.asked == 0
        assert not turn.done()
        await turn
        assert 10 <= clock.ticks() <= 10.1
        assert store.asked == 1

    run_virtual(scenario)


def test_heartbeats_are_noticed_and_their_age_is_known() -> None:
    async def scenario(clock: VirtualClock) -> None:
        store = MemoryStore(clock)
        one = keeper(store.another(), clock, "one")
        await one.acquire()
        keeping = asyncio.create_task(one.keep())
        standby, turn = await taking(store, clock)
        for _ in range(30):
            await asyncio.sleep(1)
            assert standby.heartbeat_age is not None
            assert standby.heartbeat_age <= 10 / 3 + 0.3
        assert not turn.done()
        for task in (keeping, turn):
            task.cancel()
        await asyncio.gather(keeping, turn, return_exceptions=True)

    run_virtual(scenario)


def test_a_store_that_is_away_is_asked_until_it_is_back() -> None:
    async def scenario(clock: VirtualClock) -> None:
        store = MemoryStore(clock)
        store.down = StoreError("unreachable")
        standby, turn = await taking(store, clock)
        await asyncio.sleep(600)
        assert standby.trouble == "unreachable"
        assert standby.other is None
        store.down = None
        await asyncio.sleep(1.1)
        assert turn.done()
        assert standby.trouble == ""

    run_virtual(scenario)


def test_a_clock_that_was_set_back_keeps_nobody_out_for_hours() -> None:
    async def scenario(clock: VirtualClock) -> None:
        store = MemoryStore(clock)
        clock.set_ahead = timedelta(hours=1)
        await keeper(store.another(), clock, "one").acquire()
        store.shelf.lease = None  # the store's own rule is checked by its contract
        clock.set_ahead = timedelta(0)
        _, turn = await taking(store, clock)
        assert turn.done()

    run_virtual(scenario)


def test_a_lease_that_came_after_we_had_stopped_waiting_is_given_up() -> None:
    async def scenario(clock: VirtualClock) -> None:
        store = MemoryStore(clock)
        one = keeper(store, clock, "one")
        taken = one._acquire

        def lost() -> None:
            taken()
            raise StoreError("no answer in time")

        one._acquire = lost  # type: ignore[method-assign]  # the answer is lost, the lease taken
        with pytest.raises(StoreError):
            await one.acquire()
        assert not one.held
        await one.release()
        report = store.engine()
        assert report is not None
        assert report.expires_at <= clock.now()
        assert await keeper(store, clock, "two").acquire() is not None

    run_virtual(scenario)
