"""The silence of an ack is prolonged for as long as somebody has the incident, and no longer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain import events as ev
from console.domain.actors import ENGINE
from console.domain.alert import AlertRef
from console.domain.commands import (
    Ack,
    Advance,
    Assign,
    Command,
    Escalate,
    MergeInto,
    ObserveAlerts,
    Resolve,
    SettleEffect,
    Snooze,
    Unack,
)
from console.domain.decide import Accepted, EffectWish, NoChange
from console.domain.describe import describe
from console.domain.due import next_due
from console.domain.incident import Effect
from console.domain.priority import Priority
from console.domain.vocabulary import EffectKind, EffectState
from tests.abilities import silencing
from tests.domain.world import BOT, P1, P2, PROD, World, alert, at, minutes, policy

NEVER_NUDGED = {name: replace(target, nudge_after=None) for name, target in policy().targets.items()}
SILENCING = policy(abilities=silencing("prod", "edge"), targets=NEVER_NUDGED)
UNTIL = at("10:16")
QUARTER = minutes(15)
REMOVED = "silence was removed at prod"


def acked(when: str = "10:01", *, until: datetime | None = UNTIL, priority: Priority = P1) -> World:
    """Return a world with an ack whose silence the source has made."""
    world = World(SILENCING)
    world.open("10:00", alert("a", priority))
    world.do(when, Ack(), op="k1")
    settle(world, when, until=until)
    return world


def pending(world: World) -> Effect:
    return next(one for one in world.incident().effects if one.state is EffectState.PENDING)


def settle(
    world: World,
    when: str | datetime,
    state: EffectState = EffectState.DONE,
    text: str = "silenced until 10:16Z",
    *,
    until: datetime | None = None,
) -> None:
    """Let the source answer what it has not answered yet."""
    effect = pending(world)
    handle = "sil-1" if state is EffectState.DONE else ""
    world.do(when, SettleEffect(effect.id, effect.source, effect.kind, state, text, handle, until), PROD)


def renewed(world: World) -> list[ev.EffectAsked]:
    bodies = (event.body for event in world.logs["INC-1"])
    return [body for body in bodies if isinstance(body, ev.EffectAsked) and body.renews]


@pytest.mark.parametrize(
    ("until", "due"),
    [
        (at("10:16"), at("10:14")),
        (at("10:07"), at("10:05")),
        (at("10:04"), at("10:03")),
        (at("10:01:03"), at("10:01:02")),
        (None, None),
        (at("10:01"), None),
    ],
)
def test_it_falls_due_two_minutes_before_the_end_and_sooner_before_a_near_one(
    until: datetime | None, due: datetime | None
) -> None:
    world = World(SILENCING)
    world.open("10:00", alert("a", P1))
    world.do("10:01", Ack(), op="k1")
    assert next_due(world.incident(), world.policy) is None  # nothing is prolonged before it has been made
    settle(world, "10:01", until=until)
    assert next_due(world.incident(), world.policy) == due


def test_the_source_is_asked_once_for_more_of_the_same_silence() -> None:
    world = acked()
    assert isinstance(world.advance("10:13:59.999"), NoChange)
    decision = world.advance("10:14")
    assert isinstance(decision, Accepted)
    wish = EffectWish("INC-1:6:prod:ack", "prod", EffectKind.ACK, handle="sil-1", renews="INC-1:k1:prod:ack")
    assert decision.effects == (wish,)
    assert decision.bodies == (ev.EffectAsked(wish.id, "prod", EffectKind.ACK, renews=wish.renews),)
    assert decision.text == "INC-1: asked prod to hold the ack longer"
    assert isinstance(world.advance("10:14"), NoChange)
    assert isinstance(world.advance("10:20"), NoChange)  # however long the source takes to answer
    settle(world, "10:20", until=at("10:31"))
    assert isinstance(world.advance("10:28:59"), NoChange)
    assert isinstance(world.advance("10:29"), Accepted)


def test_until_the_answer_the_row_says_what_still_holds() -> None:
    world = acked()
    world.advance("10:14")
    row = world.row()
    assert (row.effect, row.effect_text) == (EffectState.PENDING, "silenced until 10:16Z")


def test_a_silence_that_somebody_removed_stays_removed() -> None:
    world = acked()
    world.advance("10:14")
    settle(world, "10:14", EffectState.FAILED, REMOVED)
    row = world.row()
    assert (row.effect, row.effect_text, row.owner) == (EffectState.FAILED, REMOVED, "asha")
    assert next_due(world.incident(), world.policy) is None
    assert isinstance(world.advance("23:00"), NoChange)
    assert len(renewed(world)) == 1


@pytest.mark.parametrize("command", [Unack(), Resolve(despite_firing=True), MergeInto("INC-2"), Escalate()])
def test_nobody_has_it_nobody_prolongs_it(command: Command) -> None:
    world = acked()
    world.do("10:13", command)
    world.advance("12:00")
    assert renewed(world) == []


def test_an_incident_that_got_worse_is_paged_not_prolonged() -> None:
    world = acked(priority=P2)
    world.fire("10:13", alert("b", P1))
    world.advance("10:14")
    assert renewed(world) == []


def test_a_bots_ack_prolongs_nothing() -> None:
    world = World(SILENCING)
    world.open("10:00", alert("a", P2))
    world.do("10:01", Ack(), BOT)
    world.advance("12:00")
    assert renewed(world) == []


def test_it_goes_on_for_the_next_owner_and_through_a_snooze() -> None:
    world = acked()
    world.do("10:05", Snooze(at("11:00")), op="k2")
    settle(world, "10:05", until=at("11:00"))
    world.do("10:06", Assign("budi"))
    world.advance("10:14")
    assert [one.renews for one in renewed(world)] == ["INC-1:k1:prod:ack"]


def test_with_nothing_firing_it_waits_and_goes_on_when_it_fires_again() -> None:
    world = acked(priority=P1)
    world.clear("10:10", "a")
    world.advance("10:18")
    assert renewed(world) == []
    world.fire("10:19", alert("a", P1))
    world.advance("10:19")
    assert len(renewed(world)) == 1


def test_a_source_that_no_longer_silences_is_not_asked() -> None:
    world = acked()
    world.policy = policy(abilities=silencing("prod", only=EffectKind.SNOOZE))
    world.advance("10:14")
    assert renewed(world) == []


def test_each_source_has_its_own_end() -> None:
    world = World(SILENCING)
    world.open("10:00", alert("a", P1), alert("b", P1, source="edge"))
    world.do("10:01", Ack(), op="k1")
    settle(world, "10:01", until=at("10:16"))
    settle(world, "10:01", until=at("10:16:30"))
    for when, source in (("10:14", "prod"), ("10:14:30", "edge")):
        decision = world.advance(when)
        assert isinstance(decision, Accepted)
        assert [one.source for one in decision.effects] == [source]
    both = World(SILENCING)
    both.open("10:00", alert("a", P1), alert("b", P1, source="edge"))
    both.do("10:01", Ack(), op="k1")
    settle(both, "10:01", until=at("10:16"))
    settle(both, "10:01", until=at("10:16"))
    decision = both.advance("10:14")
    assert isinstance(decision, Accepted)
    assert decision.text == "INC-1: asked prod, edge to hold the ack longer"


@pytest.mark.parametrize("answer", [None, EffectState.DONE, EffectState.FAILED])
def test_giving_it_back_ends_what_was_or_will_be_prolonged(answer: EffectState | None) -> None:
    world = acked()
    world.advance("10:14")
    if answer:
        settle(world, "10:14", answer, until=at("10:31") if answer is EffectState.DONE else None)
    decision = world.do("10:15", Unack())
    assert [(one.kind, one.handle) for one in decision.effects] == [(EffectKind.UNACK, "sil-1")]


def test_it_is_told_in_plain_words() -> None:
    world = acked()
    world.advance("10:14")
    asked = world.logs["INC-1"][-1]
    assert describe(asked, world.policy) == "asked prod to hold the ack longer"
    settle(world, "10:14", text="silence extended until 10:31Z (3 matchers)", until=at("10:31"))
    told = describe(world.logs["INC-1"][-1], world.policy)
    assert told == "prod: silence extended until 10:31Z (3 matchers)"


def test_a_night_costs_one_renewal_a_quarter_of_an_hour() -> None:
    world = acked()
    end, asked = at("10:16"), []
    for _ in range(32):  # eight hours
        due = next_due(world.incident(), world.policy)
        assert due is not None
        assert due > world.now
        assert isinstance(world.advance(due), Accepted)
        asked.append(due)
        end += QUARTER
        settle(world, due + timedelta(seconds=1), until=end)
    assert asked == [at("10:14") + n * QUARTER for n in range(32)]


moves = st.one_of(
    st.tuples(st.just("settle"), st.sampled_from([None, 1, 20, 900, 86_400])),
    st.sampled_from([("fail", None), ("ack", None), ("unack", None), ("fire", None), ("clear", None)]),
)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(st.sampled_from([0, 1, 59, 130, 780, 4000]), moves), max_size=20))
def test_it_never_spins(story: list[tuple[int, tuple[str, int | None]]]) -> None:
    world = World(policy(abilities=silencing("prod")))
    world.open("10:00", alert("a", P1))
    answers = 0
    for wait, (move, seconds) in [(0, ("ack", None)), *story]:
        now = world.now + timedelta(seconds=wait)
        waiting = [one for one in world.incident().effects if one.state is EffectState.PENDING]
        if move in {"settle", "fail"} and waiting:
            answers += move == "settle"
            state = EffectState.DONE if move == "settle" else EffectState.FAILED
            settle(world, now, state, until=now + timedelta(seconds=seconds) if seconds else None)
        else:
            _try(world, now, move)
        world.advance(now)
        assert isinstance(world.decide(now, Advance(), ENGINE), NoChange)
        due = next_due(world.incident(), world.policy)
        assert due is None or due > now
        assert len(renewed(world)) <= answers


def _try(world: World, now: datetime, move: str) -> None:
    """Do something that may not make sense now."""
    world.now = now
    commands: dict[str, Command] = {
        "ack": Ack(),
        "unack": Unack(),
        "fire": ObserveAlerts(fired=(alert("a", P1),)),
        "clear": ObserveAlerts(cleared=(AlertRef("prod", "a"),)),
    }
    if move in commands:
        decision = world.decide(now, commands[move])
        if isinstance(decision, Accepted):
            world.write(decision)
