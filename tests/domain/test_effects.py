"""What is asked of sources that silence, and how it is taken back."""

from __future__ import annotations

from datetime import datetime

import pytest

from console.domain import events as ev
from console.domain.commands import (
    Ack,
    Command,
    Escalate,
    MergeInto,
    Resolve,
    SettleEffect,
    Snooze,
    Unack,
    Undo,
    Wake,
)
from console.domain.decide import Accepted, EffectWish, NoChange, Rejected
from console.domain.incident import State
from console.domain.vocabulary import EffectKind, EffectState
from tests.abilities import silencing
from tests.domain.world import ASHA, BOT, P1, P3, PROD, World, alert, at, policy

SILENCING = policy(abilities=silencing("prod", "edge"))


def opened() -> World:
    world = World(SILENCING)
    world.open("10:00", alert("a", P3), alert("b", P3, source="other"))
    return world


def silenced(*, until: datetime | None = None) -> World:
    """Return a world with an ack that its source has carried out."""
    world = opened()
    world.do("10:01", Ack(), op="k1")
    settle(world, "INC-1:k1:prod:ack", EffectKind.ACK, handle="sil-1", until=until)
    return world


def settle(
    world: World, effect: str, kind: EffectKind, state: EffectState = EffectState.DONE, **facts: object
) -> None:
    command = SettleEffect(effect, "prod", kind, state, "silenced until 21:30", **facts)  # type: ignore[arg-type]
    world.do("10:01:01", command, PROD)


def kinds(decision: Accepted) -> list[tuple[str, EffectKind, str]]:
    return [(one.source, one.kind, one.handle) for one in decision.effects]


def test_an_ack_asks_every_silencing_source_of_a_firing_alert() -> None:
    world = opened()
    world.fire("10:00:30", alert("c", P3, source="edge"))
    done = world.do("10:01", Ack(), op="k1")
    assert done.effects == (
        EffectWish("INC-1:k1:prod:ack", "prod", EffectKind.ACK),
        EffectWish("INC-1:k1:edge:ack", "edge", EffectKind.ACK),
    )
    assert ev.EffectAsked("INC-1:k1:prod:ack", "prod", EffectKind.ACK) in done.bodies
    assert [one.state for one in world.incident().effects] == [EffectState.PENDING] * 2


def test_the_same_op_asks_for_the_same_effect() -> None:
    world = opened()
    first = world.decide("10:01", Ack(), op="k1")
    again = world.decide("10:01:05", Ack(), op="k1")
    assert isinstance(first, Accepted)
    assert isinstance(again, Accepted)
    assert [one.id for one in first.effects] == [one.id for one in again.effects]


def test_a_bots_ack_silences_nothing() -> None:
    assert opened().do("10:01", Ack(), BOT).effects == ()


def test_a_snooze_names_its_end_and_the_silence_it_replaces() -> None:
    world = opened()
    first = world.do("10:01", Snooze(at("11:00")), op="k1")
    assert first.effects == (EffectWish("INC-1:k1:prod:snooze", "prod", EffectKind.SNOOZE, at("11:00")),)
    settle(world, "INC-1:k1:prod:snooze", EffectKind.SNOOZE, handle="sil-1", until=at("11:00"))
    second = world.do("10:02", Snooze(at("12:00")), op="k2")
    assert second.effects[0].handle == "sil-1"


@pytest.mark.parametrize("command", [Unack(), Resolve(despite_firing=True), MergeInto("INC-2")])
def test_what_ends_the_ack_ends_its_silence(command: Command) -> None:
    assert kinds(silenced().do("10:02", command)) == [("prod", EffectKind.UNACK, "sil-1")]


def test_an_undone_ack_takes_its_silence_back() -> None:
    world = silenced()
    done = world.do("10:01:05", Undo(), op="k2")
    assert done.effects == (EffectWish("INC-1:k2:prod:unack", "prod", EffectKind.UNACK, None, "sil-1"),)
    assert world.incident().state is State.TRIGGERED


def test_an_undone_ack_that_is_still_pending_is_taken_back_without_a_handle() -> None:
    world = opened()
    world.do("10:01", Ack())
    assert kinds(world.do("10:01:05", Undo())) == [("prod", EffectKind.UNACK, "")]


def test_an_undone_giving_back_silences_again() -> None:
    world = silenced()
    world.do("10:02", Unack())
    assert kinds(world.do("10:02:05", Undo())) == [("prod", EffectKind.ACK, "")]


def test_an_undone_wake_sleeps_until_the_same_time() -> None:
    world = opened()
    world.do("10:01", Snooze(at("11:00")))
    world.do("10:02", Wake())
    done = world.do("10:02:05", Undo())
    assert [(one.kind, one.until) for one in done.effects] == [(EffectKind.SNOOZE, at("11:00"))]


@pytest.mark.parametrize("command", [Wake(), Escalate(), Unack()])
def test_what_wakes_ends_the_silence_of_the_snooze(command: Command) -> None:
    world = silenced()
    world.do("10:02", Snooze(at("11:00")))
    assert ("prod", EffectKind.WAKE, "") in kinds(world.do("10:03", command))


def test_a_new_alert_ends_the_silence_of_the_snooze() -> None:
    world = opened()
    world.do("10:02", Snooze(at("11:00")))
    assert kinds(world.fire("10:03", alert("c", P1))) == [("prod", EffectKind.WAKE, "")]


def test_a_snooze_that_runs_out_takes_nothing_back() -> None:
    world = silenced()
    world.do("10:02", Snooze(at("11:00")))
    decision = world.advance("11:00")
    assert isinstance(decision, Accepted)
    assert decision.effects == ()


def test_a_silence_that_has_run_out_is_not_taken_back() -> None:
    world = silenced(until=at("10:30"))
    assert world.do("10:31", Unack()).effects == ()


def test_a_failed_silence_is_not_taken_back() -> None:
    world = opened()
    world.do("10:01", Ack(), op="k1")
    settle(world, "INC-1:k1:prod:ack", EffectKind.ACK, EffectState.FAILED)
    assert world.do("10:02", Unack()).effects == ()


def test_an_outcome_is_noted_once() -> None:
    world = silenced()
    effect = world.incident().effects[0]
    assert (effect.state, effect.text, effect.handle) == (EffectState.DONE, "silenced until 21:30", "sil-1")
    again = SettleEffect(effect.id, "prod", EffectKind.ACK, EffectState.DONE, "silenced until 21:30", "sil-2")
    assert world.decide("10:02", again, PROD) == NoChange("prod: silenced until 21:30")
    unknown = SettleEffect("x", "prod", EffectKind.ACK, EffectState.DONE, "done")
    assert isinstance(world.decide("10:02", unknown, PROD), Rejected)


def test_a_failure_may_still_become_a_success() -> None:
    world = opened()
    world.do("10:01", Ack(), op="k1")
    settle(world, "INC-1:k1:prod:ack", EffectKind.ACK, EffectState.FAILED)
    settle(world, "INC-1:k1:prod:ack", EffectKind.ACK, EffectState.DONE, handle="sil-1")
    assert world.row().effect is EffectState.DONE


def test_resolving_by_itself_takes_the_silence_back() -> None:
    world = World(SILENCING)
    world.open("10:00", alert("a", P3))
    world.do("10:01", Ack(), ASHA)
    world.clear("10:02", "a")
    decision = world.advance("10:07")
    assert isinstance(decision, Accepted)
    assert kinds(decision) == [("prod", EffectKind.UNACK, "")]
