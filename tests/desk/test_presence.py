from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from console.clock import ticks
from console.desk import local
from console.desk.presence import LEAVE_WITHIN, SETTLED, TRY_AGAIN, Teller
from console.domain import commands as cmd
from console.domain.presence import PRESENT_EVERY, PRESENT_FOR, Presence
from console.domain.snapshot import StoreState
from console.errors import StoreError
from console.ports.desk import Refused
from tests.desk.desks import manned, open_incident
from tests.engine.kits import ASHA, BUDI
from tests.fakes.store import MemoryStore
from tests.fakes.troubled import Trouble, TroubledStore
from tests.fakes.virtualtime import InlineWorker, VirtualClock, run_virtual
from tests.waiting import BUSY, until

EVERY = PRESENT_EVERY.total_seconds()


@dataclass
class Recorder(MemoryStore):
    """Keeps what was told and when (virtual seconds)."""

    virtual: VirtualClock
    told: list[tuple[float, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        MemoryStore.__init__(self, self.virtual)

    def present(self, mine: Presence) -> None:
        super().present(mine)
        self.told.append((self.virtual.ticks(), mine.incident))


@dataclass
class Scene:
    store: Recorder
    teller: Teller
    may_tell: bool = True


def scene(play: Callable[[Scene], Coroutine[Any, Any, None]]) -> None:
    """Run a scene on virtual time."""

    async def whole(clock: VirtualClock) -> None:
        store = Recorder(clock)
        me = Presence("run-1", "rina", "", "abc", "1.2")
        teller = Teller(
            store,
            InlineWorker(),  # type: ignore[arg-type]  # a worker without a thread
            me,
            lambda: it.may_tell,
            monotonic=clock.ticks,
        )
        it = Scene(store, teller)
        running = asyncio.create_task(teller.run())
        await play(it)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    run_virtual(whole)


def test_that_a_console_is_open_is_told_soon_and_again_as_a_sign_of_life() -> None:
    async def play(it: Scene) -> None:
        await asyncio.sleep(60)
        times = [at for at, _ in it.store.told]
        assert times[0] == pytest.approx(SETTLED)
        pauses = [after - before for before, after in itertools.pairwise(times)]
        assert all(EVERY <= pause <= EVERY + 1 for pause in pauses)
        assert len(times) == 6

    scene(play)


def test_a_sign_of_life_is_given_often_enough_however_the_cursor_wanders() -> None:
    assert PRESENT_FOR.total_seconds() > 2 * (EVERY + SETTLED)


def test_an_incident_is_told_once_it_has_been_looked_at_and_a_held_key_tells_nothing() -> None:
    async def play(it: Scene) -> None:
        await asyncio.sleep(1)
        for number in range(100):  # a held arrow key
            it.teller.looking(f"INC-{number}")
            await asyncio.sleep(0.03)
        assert [incident for _, incident in it.store.told] == [""]
        await asyncio.sleep(SETTLED)
        ((at, incident),) = it.store.told[1:]
        assert incident == "INC-99"
        assert at == pytest.approx(1 + 99 * 0.03 + SETTLED)
        it.teller.looking("INC-5")
        await asyncio.sleep(0.1)
        it.teller.looking("INC-99")  # there and back
        await asyncio.sleep(5)
        assert len(it.store.told) == 2

    scene(play)


def test_a_store_that_cannot_be_told_is_tried_again_and_nobody_is_bothered(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)

    async def play(it: Scene) -> None:
        it.store.down = StoreError("the connection broke")
        await asyncio.sleep(3)
        it.store.down = None
        it.may_tell = False
        await asyncio.sleep(3)
        assert it.store.told == []
        it.may_tell = True
        await asyncio.sleep(SETTLED + TRY_AGAIN)
        assert len(it.store.told) == 1

    scene(play)
    assert caplog.messages == []


def test_who_was_told_to_be_there_leaves() -> None:
    async def play(it: Scene) -> None:
        await it.teller.leave()  # never told: nothing to take back
        await asyncio.sleep(1)
        assert len(it.store.presences()) == 1
        it.store.down = StoreError("the connection broke")
        await it.teller.leave()
        it.store.down = None
        await it.teller.leave()
        assert it.store.presences() == ()

    scene(play)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MemoryStore, "look_every", 0.02)
    monkeypatch.setattr("console.desk.presence.SETTLED", 0.02)
    monkeypatch.setattr("console.desk.follower.REPORT_EVERY", 0.05)


@asynccontextmanager
async def two() -> AsyncIterator[tuple[Any, Any, TroubledStore]]:
    store = TroubledStore()
    open_incident(store)
    async with (
        manned(store, ASHA, digest="abc", version="1.2") as asha,
        manned(store.another(), BUDI, digest="def", version="1.3") as budi,
    ):
        yield asha, budi, store


@pytest.mark.usefixtures("quick")
async def test_consoles_see_each_other_and_not_themselves() -> None:
    async with two() as (asha, budi, store):
        asha.desk.looking("INC-1")
        await until(lambda: [one.incident for one in budi.seen[-1].consoles] == ["INC-1"])
        (seen,) = budi.seen[-1].consoles
        assert (seen.person, seen.digest, seen.version) == ("asha", "abc", "1.2")
        assert budi.seen[-1].digest == "def"
        await until(lambda: [one.person for one in asha.seen[-1].consoles] == ["budi"])
        asha.desk.looking("")
        await until(lambda: budi.seen[-1].consoles[0].incident == "")
        await asha.desk.close()
        await until(lambda: budi.seen[-1].consoles == ())
        assert [one.person for one in store.presences()] == ["budi"]


@pytest.mark.usefixtures("quick")
async def test_a_console_that_only_looks_is_not_seen_and_does_nothing() -> None:
    store = MemoryStore()
    open_incident(store)
    async with (
        manned(store.another(), BUDI) as budi,
        manned(store, ASHA, digest="abc", readonly=True) as asha,
    ):
        await until(lambda: asha.seen[-1].consoles)
        assert [one.person for one in asha.seen[-1].consoles] == ["budi"]
        asha.desk.looking("INC-1")
        assert await asha.do(cmd.Ack(), "op") == Refused("INC-1", local.READ_ONLY)
        with pytest.raises(StoreError, match="read-only"):
            await asha.desk.refresh()
        await asha.desk.ensure_engine()
        health = asha.seen[-1].store
        assert (health.state, health.error) == (StoreState.READ_ONLY, local.READ_ONLY)
        assert asha.seen[-1].digest == "abc"
        await asyncio.sleep(0.1)
        assert budi.seen[-1].consoles == ()
    assert store.poll_requested_at() is None
    assert store.engine() is None


@pytest.mark.usefixtures("quick")
async def test_leaving_a_frozen_store_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    assert LEAVE_WITHIN <= 0.2
    monkeypatch.setattr("console.desk.follower.ANSWER_WITHIN", 60.0)  # it has not been noticed yet
    async with two() as (asha, _, store):
        await until(store.presences)
        store.have(Trouble.FROZEN_READ)
        await until(store.stuck.is_set)
        began = ticks()
        await asha.desk.close()
        assert ticks() - began < LEAVE_WITHIN + BUSY
        store.mend()
