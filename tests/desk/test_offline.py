"""Whatever happens to the store: each command ends in one outcome, it is true, and it is told in time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.clock import ticks
from console.desk import follower, local, unsettled
from console.desk.attempt import Attempt
from console.domain import commands as cmd
from console.domain.priority import Priority
from console.domain.snapshot import StoreState
from console.ports.desk import Asks, Nothing, NotSaved, Outcome, Refused, Saved, Unknown
from tests.desk.desks import Manned, manned, open_incident
from tests.fakes.store import MemoryStore
from tests.fakes.troubled import Trouble, TroubledStore
from tests.waiting import BUSY, until


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)


def hurry(monkeypatch: pytest.MonkeyPatch, save_within: float = 0.4) -> None:
    monkeypatch.setattr(MemoryStore, "look_every", 0.02)
    monkeypatch.setattr(follower, "RETRY_EVERY", 0.02)
    monkeypatch.setattr(follower, "ANSWER_WITHIN", 0.1)
    monkeypatch.setattr(local, "SAVE_WITHIN", save_within)
    monkeypatch.setattr(unsettled, "FIRST_PAUSE", 0.02)


@pytest.fixture
def store() -> Iterator[TroubledStore]:
    store = TroubledStore()
    open_incident(store)
    yield store
    store.mend()


def saved_ops(store: MemoryStore) -> Counter[str]:
    """Return how many writes each op has in the log."""
    found = {(event.op, event.n) for event in store.log("INC-1")}
    firsts = [op for op, n in sorted(found, key=lambda one: one[1]) if op and (op, n - 1) not in found]
    return Counter(firsts)


def test_it_is_told_within_two_point_one_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert local.SAVE_WITHIN <= 2.0


NOT_SAVED_THEN_NOTHING = (NotSaved, set[str]())
UNKNOWN_THEN_SAVED = (Unknown, {"op"})
UNKNOWN_THEN_NOTHING = (Unknown, set[str]())


@pytest.mark.parametrize(
    ("trouble", "told", "in_store"),
    [
        (Trouble.DOWN, *NOT_SAVED_THEN_NOTHING),
        (Trouble.REFUSES, *NOT_SAVED_THEN_NOTHING),
        (Trouble.FROZEN_READ, *NOT_SAVED_THEN_NOTHING),
        (Trouble.FROZEN_BEFORE, *UNKNOWN_THEN_SAVED),
        (Trouble.FROZEN_LOST, *UNKNOWN_THEN_NOTHING),
        (Trouble.FROZEN_AFTER, *UNKNOWN_THEN_SAVED),
        (Trouble.CUT_BEFORE, *UNKNOWN_THEN_NOTHING),
        (Trouble.CUT_AFTER, *UNKNOWN_THEN_SAVED),
    ],
)
async def test_each_trouble_is_told_for_what_it_is(
    store: TroubledStore, trouble: Trouble, told: type[Outcome], in_store: set[str]
) -> None:
    async with manned(store) as asha:
        store.have(trouble)
        began = ticks()
        outcome = await asha.do(cmd.Ack(), "op")
        assert ticks() - began < local.SAVE_WITHIN + BUSY
        assert isinstance(outcome, told)
        store.mend()
        late = await asha.all_settled()
        assert [type(one) for one in late] == [Saved if in_store else NotSaved] * (told is Unknown)
        await asha.in_state(StoreState.OK)
        assert set(saved_ops(store)) - {"open-A"} == in_store


async def test_what_froze_while_reading_is_not_written_when_it_thaws(store: TroubledStore) -> None:
    async with manned(store) as asha:
        store.have(Trouble.FROZEN_READ)
        await until(store.stuck.is_set)  # a look hangs, so the key waits behind it
        behind = await asha.do(cmd.Ack(), "behind")
        assert isinstance(behind, NotSaved)
        store.mend()
        await asha.in_state(StoreState.OK)
        attempt = Attempt()
        assert attempt.give_up()
        late = asha.desk._executor.carry_out(
            "INC-1", cmd.Ack(), asha.desk._actor, "x", may_write=attempt.begin
        )
        assert late == NotSaved("INC-1", "the store's answer came too late")
        assert "behind" not in saved_ops(store)
        assert "x" not in saved_ops(store)


def test_an_attempt_is_begun_or_given_up_but_never_both() -> None:
    begun, given_up = Attempt(), Attempt()
    assert (begun.begin(), begun.give_up(), begun.begin()) == (True, False, True)
    assert (given_up.give_up(), given_up.begin(), given_up.give_up()) == (True, False, True)


async def test_several_unknown_ones_are_settled_by_themselves_once_it_is_back(store: TroubledStore) -> None:
    async with manned(store) as asha:
        levels = [Priority.P1, Priority.P3, Priority.P4]
        for number, level in enumerate(levels):
            store.have(Trouble.CUT_AFTER if number != 1 else Trouble.CUT_BEFORE)
            assert isinstance(await asha.do(cmd.SetPriority(level), f"op-{number}"), Unknown)
        await asha.in_state(StoreState.UNREACHABLE)
        store.mend()
        late = {outcome.op: outcome for outcome in await asha.all_settled()}
        assert [type(late[f"op-{number}"]) for number in range(3)] == [Saved, NotSaved, Saved]
        assert len(asha.late) == 3
        assert late["op-1"] == NotSaved(
            "INC-1", "it did not reach the store: do it again if it still applies", "op-1"
        )


async def test_the_store_being_back_is_not_waited_out(
    store: TroubledStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unsettled, "FIRST_PAUSE", 60.0)
    async with manned(store) as asha:
        store.have(Trouble.CUT_AFTER)
        assert isinstance(await asha.do(cmd.Ack(), "op"), Unknown)
        await asha.in_state(StoreState.UNREACHABLE)
        store.mend()
        assert isinstance((await asha.all_settled())[0], Saved)


async def test_a_desk_that_is_closed_saves_nothing_and_says_so(store: TroubledStore) -> None:
    async with manned(store) as asha:
        pass
    outcome = await asha.do(cmd.Ack(), "op")
    assert outcome == NotSaved("INC-1", "the store has been closed")
    assert saved_ops(store)["op"] == 0


async def test_a_command_under_way_while_the_desk_closes_is_told_truly(store: TroubledStore) -> None:
    async with manned(store) as asha:
        store.have(Trouble.FROZEN_BEFORE)
        acking = asyncio.create_task(asha.do(cmd.Ack(), "op"))
        await until(store.stuck.is_set)
        store.mend()
    assert isinstance(await acking, Saved)
    assert saved_ops(store)["op"] == 1


async def test_who_stops_waiting_is_not_surprised_later(store: TroubledStore) -> None:
    async with manned(store) as asha:
        store.have(Trouble.FROZEN_READ)
        await until(store.stuck.is_set)
        acking = asyncio.create_task(asha.do(cmd.Ack(), "op"))
        await asyncio.sleep(0.02)
        acking.cancel()
        await asyncio.gather(acking, return_exceptions=True)
        store.mend()
        await asha.in_state(StoreState.OK)
    assert saved_ops(store)["op"] == 0


STEPS = st.lists(
    st.tuples(st.sampled_from(Trouble), st.integers(1, 3), st.booleans()), min_size=1, max_size=5
)


@settings(max_examples=12, deadline=None)
@given(STEPS)
def test_whatever_happens_nothing_told_is_untrue(steps: list[tuple[Trouble, int, bool]]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        hurry(patched, 0.05)
        asyncio.run(shift(steps))


async def shift(steps: list[tuple[Trouble, int, bool]]) -> None:
    """Have troubles and press keys, then audit what was told against what the store has."""
    store = TroubledStore()
    open_incident(store)
    async with manned(store) as asha:
        try:
            for step, (trouble, keys, mended) in enumerate(steps):
                store.have(trouble)
                await asyncio.gather(*(press(asha, f"op-{step}-{key}", step + key) for key in range(keys)))
                if mended:
                    store.mend()
        finally:
            store.mend()
        await asha.all_settled()
        await asha.in_state(StoreState.OK)
    final: dict[str, Any] = asha.answers | {outcome.op: outcome for outcome in asha.late}
    assert len(asha.late) == sum(isinstance(answer, Unknown) for answer in asha.answers.values())
    assert all(isinstance(one, Saved | NotSaved | Nothing | Refused | Asks) for one in final.values())
    told = {op for op, outcome in final.items() if isinstance(outcome, Saved)}
    counts = saved_ops(store)
    counts.pop("open-A")
    assert counts == Counter(dict.fromkeys(told, 1))


async def press(asha: Manned, op: str, number: int) -> None:
    """Do something that the rules allow more than once."""
    await asha.do(cmd.SetPriority(list(Priority)[number % len(Priority)]), op)
