"""Several consoles on one store: they see the same, never act twice, and hear of each other."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from console.clock import SystemClock
from console.domain import commands as cmd
from console.domain.actors import Actor
from console.domain.events import Acked
from console.domain.standing import standing
from console.ports.desk import Nothing, Saved
from console.store.sqlite.store import SqliteStore
from tests.desk.desks import Manned, manned, open_incident
from tests.engine.kits import ASHA, BUDI, policy
from tests.fakes.store import FakeClock, MemoryStore
from tests.waiting import until

PEOPLE = [Actor(name) for name in ("asha", "budi", "citra", "dewi", "eko", "fajar", "rina", "a", "b", "c")]


@asynccontextmanager
async def consoles(path: Path, people: list[Actor], clock: FakeClock) -> AsyncIterator[list[Manned]]:
    """Open a console for each, on connections of their own to one file."""
    first = SqliteStore(path, clock)
    open_incident(first)
    first.close()
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(
                manned(SqliteStore(path, clock, busy_timeout=20.0), one, clock=clock)
            )
            for one in people
        ]


async def test_s11_an_ack_of_what_is_acked_says_by_whom_and_when(tmp_path: Path) -> None:
    clock = FakeClock()
    async with consoles(tmp_path / "store.db", [BUDI, ASHA], clock) as (budi, asha):
        assert isinstance(await budi.do(cmd.Ack(), "op-b"), Saved)
        await until(lambda: asha.seen[-1].rows[0].owner == "budi")
        clock.advance(4)
        assert await asha.do(cmd.Ack(), "op-a") == Nothing("INC-1", "acked by Budi 4s ago")
        assert isinstance(await asha.do(cmd.Note("on it with you"), "op-n"), Saved)
        await until(lambda: budi.seen[-1].rows[0].n == asha.seen[-1].rows[0].n > 0)


async def test_of_ten_who_ack_at_once_one_does_and_the_others_hear_of_it(tmp_path: Path) -> None:
    clock = FakeClock()
    async with consoles(tmp_path / "store.db", PEOPLE, clock) as desks:
        outcomes = await asyncio.gather(
            *(one.do(cmd.Ack(take=True), f"op-{number}") for number, one in enumerate(desks))
        )
        assert Counter(type(outcome) for outcome in outcomes) == {Saved: 1, Nothing: 9}
        won = next(number for number, outcome in enumerate(outcomes) if isinstance(outcome, Saved))
        told = {outcome.text for outcome in outcomes if isinstance(outcome, Nothing)}
        (text,) = told
        assert text.startswith("acked by ")
        assert text.endswith(" 0s ago")
        await until(lambda: {one.seen[-1].rows[0].owner for one in desks} == {PEOPLE[won].name})
        store = SqliteStore(tmp_path / "store.db", clock)
        acks = [event.op for event in store.log("INC-1") if isinstance(event.body, Acked)]
        store.close()
        assert acks == [f"op-{won}"]


class Elsewhere:
    """A clock that runs, but is wrong."""

    def __init__(self, off: timedelta) -> None:
        self._off = off

    def now(self) -> datetime:
        return SystemClock().now() + self._off


@pytest.mark.parametrize("wrong", [timedelta(minutes=7), timedelta(minutes=-7)])
async def test_v19_a_laptop_seven_minutes_wrong_shows_the_same_countdowns(wrong: timedelta) -> None:
    clock = SystemClock()
    store = MemoryStore(clock)
    open_incident(store)
    async with (
        manned(store, ASHA, clock=clock) as right,
        manned(store.another(), BUDI, clock=Elsewhere(wrong)) as laptop,
    ):
        await until(lambda: laptop.seen[-1].skew and right.seen[-1].rows)
        rules = policy()
        left = []
        for one in (right, laptop):
            shown = standing(one.seen[-1].rows[0], rules).clock
            left.append(shown.remaining(one.desk.now()).total_seconds())
        assert left[0] == pytest.approx(left[1], abs=0.5)
        assert right.seen[-1].skew is None
        skew = laptop.seen[-1].skew
        assert skew is not None
        assert skew.total_seconds() == pytest.approx(wrong.total_seconds(), abs=0.5)
        assert isinstance(await laptop.do(cmd.Ack(), "op"), Saved)
        (at,) = (event.at for event in store.log("INC-1") if isinstance(event.body, Acked))
        assert abs(at - clock.now()) < timedelta(seconds=30)
