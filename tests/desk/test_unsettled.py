from __future__ import annotations

import asyncio
import itertools
from concurrent.futures import Future
from functools import partial
from typing import Any, Self

import pytest

from console.desk.executor import Executor
from console.desk.unsettled import LONGEST_PAUSE, Lost, Unsettled
from console.desk.waiting import WaitingNote
from console.domain import commands as cmd
from console.errors import StoreError
from console.ports.desk import NotSaved, Outcome, Saved
from tests.desk.desks import open_incident
from tests.engine.kits import ASHA, policy
from tests.fakes.store import MemoryStore
from tests.fakes.virtualtime import InlineWorker, VirtualClock, run_virtual


class Asked(MemoryStore):
    """Notes when it is asked about an op (virtual seconds)."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(clock)
        self.virtual = clock
        self.asked: list[float] = []

    def applied(self, op: str) -> tuple[str, int] | None:
        self.asked.append(self.virtual.ticks())
        return super().applied(op)


class Scene:
    def __init__(self, clock: VirtualClock) -> None:
        self.store = Asked(clock)
        open_incident(self.store)
        self.store.asked.clear()
        self.told: list[tuple[Outcome, WaitingNote | None]] = []
        self.executor = Executor(self.store, policy)
        worker: Any = InlineWorker()
        self.unsettled = Unsettled(worker, lambda: self.executor, self.settled)

    def lost(self, op: str = "op-1", job: Future[Outcome] | None = None) -> Lost:
        return Lost(op, partial(self.executor.outcome_of, "INC-1", cmd.Ack(), ASHA, op), job)

    async def settled(self, outcome: Outcome, note: WaitingNote | None) -> None:
        self.told.append((outcome, note))

    async def __aenter__(self) -> Self:
        self.running = asyncio.create_task(self.unsettled.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)


def test_a_store_that_stays_away_is_asked_ever_more_seldom_and_at_once_when_it_is_back() -> None:
    async def play(clock: VirtualClock) -> None:
        async with Scene(clock) as it:
            it.store.down = StoreError("the connection broke")
            it.unsettled.add(it.lost())
            it.unsettled.add(it.lost())
            await asyncio.sleep(60)
            pauses = [b - a for a, b in itertools.pairwise(it.store.asked)]
            assert pauses == pytest.approx(
                [2, 4, 8, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]
            )
            it.store.down = None
            before = clock.ticks()
            it.unsettled.wake()
            await asyncio.sleep(0.1)
            assert it.store.asked[-1] == before
            ((outcome, note),) = it.told
            assert (type(outcome), outcome.op, note) == (NotSaved, "op-1", None)
            count = len(it.store.asked)
            await asyncio.sleep(3600)
            assert len(it.store.asked) == count  # nothing is open, nothing is asked

    run_virtual(play)


def test_minutes_later_it_is_settled_without_anybody_saying_that_the_store_is_back() -> None:
    async def play(clock: VirtualClock) -> None:
        async with Scene(clock) as it:
            it.executor.carry_out("INC-1", cmd.Ack(), ASHA, "op-1")
            it.store.down = StoreError("the connection broke")
            for op in ("op-1", "op-2", "op-3"):
                it.unsettled.add(it.lost(op))
            await asyncio.sleep(600)
            assert it.told == []
            it.store.down = None
            await asyncio.sleep(LONGEST_PAUSE)
            assert [(type(outcome), outcome.op) for outcome, _ in it.told] == [
                (Saved, "op-1"),
                (NotSaved, "op-2"),
                (NotSaved, "op-3"),
            ]

    run_virtual(play)


def test_a_bug_in_the_call_that_was_lost_leaves_the_question_to_the_store() -> None:
    async def play(clock: VirtualClock) -> None:
        async with Scene(clock) as it:
            job: Future[Outcome] = Future()
            job.set_exception(ZeroDivisionError())
            it.unsettled.add(it.lost("op-1", job))
            await asyncio.sleep(1)
            assert [type(outcome) for outcome, _ in it.told] == [NotSaved]

    run_virtual(play)
