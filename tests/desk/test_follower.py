from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from console.clock import ticks
from console.desk import follower as module
from console.domain.health import EngineReport
from console.domain.incident import State
from console.domain.policy import Policy
from console.domain.roster import Roster, Rotation
from console.domain.snapshot import StoreState
from console.errors import StoreError
from tests.desk.followed import Deaf, Followed, a_write, put
from tests.fakes.store import MemoryStore
from tests.waiting import BUSY, PATIENCE


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MemoryStore, "look_every", 0.01)
    monkeypatch.setattr(module, "RETRY_EVERY", 0.01)
    monkeypatch.setattr(module, "ANSWER_WITHIN", 10.0)  # a busy machine is no hanging store


@pytest.fixture
def store() -> Iterator[Deaf]:
    store = Deaf()
    yield store
    store.gate.set()


@pytest_asyncio.fixture
async def followed(store: Deaf) -> AsyncIterator[Followed]:
    followed = Followed(store, Policy(Roster()))
    yield followed
    store.gate.set()
    await followed._snapshots.aclose()  # type: ignore[attr-defined]  # an async generator
    await followed.worker.close()


def test_unreachable_is_told_within_two_point_one_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    longest = 0.5  # what the contract of the stores allows
    assert max(longest, module.LOOK_EVERY) + module.ANSWER_WITHIN <= 2.0


async def test_the_first_snapshot_has_what_is_open(followed: Followed) -> None:
    for number in range(3):
        put(followed.other, f"INC-{number}")
    put(followed.other, "INC-1", state=State.RESOLVED, is_open=False)
    first = await followed.next()
    assert [one.id for one in first.rows] == ["INC-0", "INC-2"]
    assert (first.store.kind, first.store.state) == ("memory", StoreState.OK)
    assert first.me == "asha"
    assert abs(first.now - followed.store.now()) < timedelta(seconds=1)


async def test_what_others_write_is_told_and_the_rest_stays_the_same_object(followed: Followed) -> None:
    for number in range(50):
        put(followed.other, f"INC-{number}")
    first = await followed.next()
    put(followed.other, "INC-7", title="worse")
    put(followed.other, "INC-9", state=State.RESOLVED, is_open=False)
    second = await followed.next()
    assert second.position == first.position + 2
    before, after = ({one.id: one for one in shot.rows} for shot in (first, second))
    assert after["INC-7"].title == "worse"
    assert set(before) - set(after) == {"INC-9"}
    assert all(after[name] is before[name] for name in after if name != "INC-7")
    await followed.stays_quiet(0.1)
    assert (await followed.next()).rows is second.rows


async def test_a_glance_of_the_stores_thread_wakes_the_follower(
    followed: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two looks at everything only the signal is looked at, without the event loop."""
    monkeypatch.setattr(module, "LOOK_EVERY", 30.0)
    put(followed.other, "INC-1")
    await followed.next()
    await followed.stays_quiet(0.1)
    began = ticks()
    put(followed.other, "INC-1")
    assert (await followed.next()).rows[0].n == 2
    followed.store.down = StoreError("gone")
    assert (await followed.next()).store.state is StoreState.UNREACHABLE
    assert ticks() - began < BUSY


async def test_an_own_write_shows_at_once(followed: Followed, monkeypatch: pytest.MonkeyPatch) -> None:
    put(followed.other, "INC-1")
    await followed.next()
    monkeypatch.setattr(MemoryStore, "look_every", 30.0)
    waiting = asyncio.ensure_future(followed.next())
    await asyncio.sleep(0.05)  # it pauses now, for half a minute
    await followed.worker.run(put, followed.store, "INC-1")
    written = ticks()
    followed.follower.look_now()
    assert (await waiting).rows[0].n == 2
    assert ticks() - written < BUSY  # not after half a minute; benchmarks say how soon


async def test_an_own_write_during_a_look_is_not_missed(followed: Followed) -> None:
    put(followed.other, "INC-1")
    await followed.next()
    followed.store.gate.clear()
    looks = followed.store.looks
    waiting = asyncio.ensure_future(followed.next())
    async with asyncio.timeout(PATIENCE):
        while followed.store.looks == looks:  # noqa: ASYNC110 - a thread sets no event
            await asyncio.sleep(0.001)
    put(followed.store, "INC-1", title="ours")
    followed.follower.look_now()
    followed.store.gate.set()
    assert (await waiting).rows[0].title == "ours"


async def test_ten_thousand_changes_arrive_in_chunks_as_one_snapshot(followed: Followed) -> None:
    await followed.next()
    followed.other.append([a_write(followed.other, f"INC-{number}") for number in range(10_000)])
    looks = followed.store.looks
    assert len((await followed.next()).rows) == 10_000
    assert followed.store.looks - looks >= 10_000 / module.CHUNK


async def test_a_refusing_store_is_told_with_the_last_rows_and_recovers(followed: Followed) -> None:
    put(followed.other, "INC-1")
    await followed.next()
    followed.store.down = StoreError("the file is gone", hint="put it back")
    gone = await followed.next()
    assert gone.store.state is StoreState.UNREACHABLE
    assert gone.store.error == "the file is gone: put it back"
    assert gone.store.seen_at is not None
    assert gone.store.seen_at <= gone.now
    assert [one.id for one in gone.rows] == ["INC-1"]
    await followed.stays_quiet(0.1)
    put(followed.other, "INC-2")
    followed.store.down = None
    back = await followed.next_where(StoreState.OK)
    assert [one.id for one in back.rows] == ["INC-1", "INC-2"]


async def test_a_hanging_store_is_told_in_time_and_caught_up_with(
    followed: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWER_WITHIN", 0.2)
    put(followed.other, "INC-1")
    await followed.next()
    followed.store.gate.clear()
    began = ticks()
    gone = await followed.next()
    assert 0.2 <= ticks() - began < 0.2 + BUSY
    assert (gone.store.state, gone.store.error) == (StoreState.UNREACHABLE, "no answer within 0.2 s")
    looks = followed.store.looks
    await followed.stays_quiet(0.5)
    assert followed.store.looks == looks  # it waits for the one answer and asks no second time
    put(followed.other, "INC-2")
    followed.store.gate.set()
    back = await followed.next_where(StoreState.OK)
    assert [one.id for one in back.rows] == ["INC-1", "INC-2"]


async def test_a_store_that_was_never_reached_is_not_quiet(store: Deaf) -> None:
    store.down = StoreError("no such host")
    followed = Followed(store, Policy(Roster()))
    first = await followed.next()
    assert first.store.state is StoreState.UNREACHABLE
    assert first.store.seen_at is None
    store.down = None
    assert (await followed.next()).store.state is StoreState.OK
    await followed.worker.close()


async def test_a_slow_first_load_is_waited_for(followed: Followed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ANSWER_WITHIN", 0.2)
    put(followed.other, "INC-1")
    followed.store.gate.clear()
    assert (await followed.next()).store.state is StoreState.UNREACHABLE
    await asyncio.sleep(0.3)
    followed.store.gate.set()
    assert [one.id for one in (await followed.next_where(StoreState.OK)).rows] == ["INC-1"]


async def test_the_engines_heartbeat_is_told(followed: Followed) -> None:
    assert (await followed.next()).engine is None
    now = followed.store.now()
    report = EngineReport("h", "host", 1, 0, now, now, now)
    assert followed.other.acquire(report, 10.0) is not None
    engine = (await followed.next()).engine
    assert engine is not None
    assert engine.holder == "h"


async def test_duties_follow_the_roster_and_the_config(store: Deaf) -> None:
    start = store.now()
    rotation = Rotation(
        team="payments",
        role="primary",
        members=("asha", "budi"),
        every=timedelta(days=1),
        handoff=time(9, 0),
        timezone=ZoneInfo("UTC"),
        start=date(start.year, start.month, start.day),
    )
    store.clock.advance(-0.5)  # type: ignore[attr-defined]  # half a second before the handoff
    followed = Followed(store, Policy(Roster((rotation,))))
    assert [duty.person for duty in (await followed.next()).duties] != ["asha"]
    assert [duty.person for duty in (await followed.next()).duties] == ["asha"]
    followed.policy = Policy(Roster(()))
    assert (await followed.next()).duties == ()
    await followed.worker.close()
