"""The clock for clients counts from the newest update that every outlet has, in whatever order the answers come."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.actors import ENGINE
from console.domain.commands import PostUpdate, Reopen, Resolve, SettleEffect
from console.domain.sla import comms_clock
from console.domain.vocabulary import EffectKind, EffectState
from tests.domain.world import P1, World, alert, at, minutes

PLACES = ("page", "chat")
DONE, FAILED, PENDING = EffectState.DONE, EffectState.FAILED, EffectState.PENDING


def public() -> World:
    world = World()
    world.open("10:00", alert(), priority=P1)
    world.ack("10:01")
    return world


def post(world: World, when: datetime | str, *outlets: str) -> tuple[str, ...]:
    """Post an update; return the ids of what was asked for."""
    return tuple(one.id for one in world.do(when, PostUpdate("We know.", outlets)).effects)


def settle(world: World, when: datetime | str, effect: str, state: EffectState) -> None:
    outlet = next(one.source for one in world.incident().effects if one.id == effect)
    command = SettleEffect(effect, outlet, EffectKind.PUBLISH, state, f"{state} at {when}")
    world.do(when, command, ENGINE)


def test_an_older_update_that_comes_late_after_a_newer_one_failed_does_not_start_the_clock_anew() -> None:
    world = public()
    (old,), (new,) = post(world, "10:02", "page"), post(world, "10:20", "page")
    settle(world, "10:21", new, FAILED)
    settle(world, "10:25", old, DONE)
    clock = comms_clock(world.row(), world.policy)
    assert clock is not None
    assert (clock.started_at, clock.deadline) == (at("10:02"), at("10:22")), "not from the answer at 10:25"


def test_an_older_update_that_comes_late_does_not_set_the_clock_back() -> None:
    world = public()
    (old,), (new,) = post(world, "10:02", "page"), post(world, "10:20", "chat")
    settle(world, "10:21", new, DONE)
    settle(world, "10:25", old, DONE)
    assert world.row().updated_at == at("10:20")


def test_what_was_posted_before_a_reopening_does_not_count_for_what_is_owed_now() -> None:
    world = public()
    (old,) = post(world, "10:02", "page")
    world.do("10:10", Resolve("rolled back", despite_firing=True))
    world.do("10:20", Reopen("it is back"))
    settle(world, "10:25", old, DONE)
    assert world.row().updated_at is None


updates = st.lists(
    st.lists(st.sampled_from(PLACES), unique=True, max_size=2).map(tuple), min_size=1, max_size=4
)


@given(updates=updates, data=st.data())
def test_the_order_of_answers_is_no_matter(updates: list[tuple[str, ...]], data: st.DataObject) -> None:
    """Posts in their order, answers in any order after their post: always the newest that all of its outlets have."""
    world, now = public(), at("10:02")
    asked: list[tuple[datetime, dict[str, EffectState]]] = []
    waiting: list[str] = []
    left = list(updates)
    for _ in range(30):
        now += minutes(1)
        if left and (not waiting or data.draw(st.booleans())):
            effects = post(world, now, *left.pop(0))
            asked.append((now, dict.fromkeys(effects, PENDING)))
            waiting += effects
        elif waiting:
            effect = data.draw(st.sampled_from(waiting))
            state = data.draw(st.sampled_from((DONE, FAILED, PENDING)))
            settle(world, now, effect, state)
            next(states for _, states in asked if effect in states)[effect] = state
            waiting = [one for one in waiting if one != effect or state is PENDING]
        told = [posted for posted, states in asked if all(one is DONE for one in states.values())]
        assert world.row().updated_at == max(told, default=None)


@pytest.mark.parametrize("state", [FAILED, PENDING])
def test_an_outlet_that_failed_leaves_the_clock_as_it_was(state: EffectState) -> None:
    world = public()
    page, chat = post(world, "10:02", "page", "chat")
    before = comms_clock(world.row(), world.policy)
    settle(world, "10:03", page, DONE)
    settle(world, "10:03", chat, state)
    assert comms_clock(world.row(), world.policy) == before
    assert before is not None
    assert before.deadline == at("10:00") + timedelta(minutes=5)
