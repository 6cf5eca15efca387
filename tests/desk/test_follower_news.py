"""Following a store that tells news by itself and keeps the time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from console.clock import ticks
from console.desk import follower as module
from console.desk.follower import Follower
from console.desk.storetime import SAMPLES
from console.domain.policy import Policy
from console.domain.presence import Presence
from console.domain.roster import Roster
from console.domain.snapshot import StoreState
from console.errors import StoreError
from tests.desk.followed import Deaf, Followed, put
from tests.fakes.store import MemoryStore
from tests.waiting import BUSY, PATIENCE


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MemoryStore, "look_every", 0.01)
    monkeypatch.setattr(module, "LOOK_EVERY", 0.01)
    monkeypatch.setattr(module, "RETRY_EVERY", 0.01)
    monkeypatch.setattr(module, "ANSWER_WITHIN", 10.0)  # a busy machine is no hanging store


class Telling(Deaf):
    """Tells news by itself, from another thread; only ``now`` asks a server."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Callable[[], None]] = []
        self.asked = 0

    def on_news(self, call: Callable[[], None]) -> None:
        self.calls.append(call)

    def tell(self) -> None:
        for call in self.calls:
            thread = threading.Thread(target=call)
            thread.start()
            thread.join()

    def signal(self) -> int:
        self.looks += 1
        return self.shelf.version

    def now(self) -> datetime:
        self.asked += 1
        self.gate.wait()
        return super().now()


@pytest_asyncio.fixture
async def telling() -> AsyncIterator[Followed]:
    store = Telling()
    followed = Followed(store, Policy(Roster()))
    yield followed
    store.gate.set()
    await followed._snapshots.aclose()  # type: ignore[attr-defined]  # an async generator
    await followed.worker.close()


async def test_news_wake_it_and_a_burst_of_them_is_read_in_few_looks(
    telling: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = telling.store
    assert isinstance(store, Telling)
    await telling.next()
    monkeypatch.setattr(MemoryStore, "look_every", 30.0)
    await telling.stays_quiet(0.1)
    assert len(store.calls) == 1  # also when it is read again
    looks = store.looks
    waiting = asyncio.ensure_future(telling.next())
    for number in range(20):
        put(telling.other, f"INC-{number}")
        await asyncio.to_thread(store.tell)
    seen = await waiting
    while len(seen.rows) < 20:
        seen = await telling.next()
    assert store.looks - looks <= 20


async def test_news_after_the_console_is_closed_are_nobodys() -> None:
    store = Telling()

    async def follow() -> None:
        followed = Followed(store, Policy(Roster()))
        await followed.next()
        await followed.worker.close()

    await asyncio.to_thread(asyncio.run, follow())
    store.tell()  # its loop has ended


async def test_a_store_that_freezes_while_nothing_happens_is_told(
    telling: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its signal goes on as if nothing was: only the question for the time finds out."""
    monkeypatch.setattr(module, "ANSWER_WITHIN", 0.2)
    await telling.next()
    telling.store.gate.clear()
    began = ticks()
    assert (await telling.next()).store.state is StoreState.UNREACHABLE
    assert ticks() - began < 0.2 + BUSY
    telling.store.gate.set()
    await telling.next_where(StoreState.OK)


async def test_each_look_asks_the_time_once_and_eight_times_now_and_then(telling: Followed) -> None:
    store = telling.store
    assert isinstance(store, Telling)
    await telling.next()
    assert store.asked == SAMPLES
    looks, asked = store.looks, store.asked
    await telling.stays_quiet(0.2)
    assert 1 <= store.looks - looks <= store.asked - asked + 1  # one look may be under way
    asked = store.asked
    store.clock.advance(10)  # type: ignore[attr-defined]  # the server's clock was set
    async with asyncio.timeout(PATIENCE):
        while store.asked - asked <= SAMPLES:
            await telling.goes_on(0.2)
    assert abs(telling.view.time.now() - store.clock.now()) < timedelta(seconds=5)


async def test_an_older_store_that_has_no_place_for_consoles_is_followed_all_the_same(
    telling: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_such_table() -> tuple[Presence, ...]:
        raise StoreError("no such table")

    monkeypatch.setattr(telling.store, "presences", no_such_table)
    first = await telling.next()
    assert (first.store.state, first.consoles) == (StoreState.OK, ())


async def test_that_the_store_is_back_is_told_each_time() -> None:
    returned: list[bool] = []
    store = Deaf()
    followed = Followed(store, Policy(Roster()))
    followed.follower = Follower(
        store, followed.worker, followed.view, returned=lambda: returned.append(followed.view.reachable)
    )
    followed._snapshots = followed.follower.snapshots()
    await followed.next()
    assert returned == [True]
    for back in (2, 3):
        store.down = StoreError("the connection broke")
        await followed.next_where(StoreState.UNREACHABLE)
        store.down = None
        await followed.next_where(StoreState.OK)
        assert returned == [True] * back
    await followed.worker.close()
