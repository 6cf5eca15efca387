"""An old log loses its words and keeps its numbers."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain import events as ev
from console.domain.actors import Actor
from console.domain.alert import Alert, Link
from console.domain.commands import (
    Ack,
    Command,
    Escalate,
    MarkStep,
    MergeInto,
    Note,
    ObserveAlerts,
    PostUpdate,
    Reopen,
    Resolve,
    SetPriority,
    Snooze,
    Undo,
    Wake,
)
from console.domain.decide import Accepted
from console.domain.fold import fold
from console.domain.metrics import measure
from console.domain.summary import summarise
from console.domain.trim import WORDS, numbers, pruned_at, trim
from console.domain.vocabulary import EffectKind, EffectState, StepState
from tests.abilities import silencing
from tests.domain.test_invariants import alerts, steps, waits
from tests.domain.world import ASHA, BUDI, P1, P2, PROD, World, acked, alert, at, opened, policy

PRUNED = at("00:00", day=500)


def cut(world: World, name: str = "INC-1") -> tuple[ev.Event, ...]:
    """Return a log cut down, after a look at what must be the same."""
    log = tuple(world.logs[name])
    found = trim(log, PRUNED)
    assert found is not None
    before, after = fold(log), fold(found)
    assert replace(summarise(after), n=0) == replace(summarise(before), n=0)
    assert numbers(after) == numbers(before)
    for span in (timedelta(minutes=30), timedelta(days=1), timedelta(days=600)):
        window = (before.reported_at, before.reported_at + span)
        assert measure([after], *window, world.policy) == measure([before], *window, world.policy)
    assert [event.n for event in found] == list(range(1, len(found) + 1))
    assert len(found) <= len(log)
    assert pruned_at(found) == PRUNED
    assert trim(found, PRUNED) == found, "cut down is cut down"
    return found


def over(world: World) -> World:
    world.do("12:00", Resolve("it was the disk of db-1", "capacity", despite_firing=True))
    return world


@settings(deadline=None, max_examples=60)
@given(
    story=st.lists(st.tuples(waits, steps), max_size=14),
    first=st.lists(alerts, max_size=2),
    silences=st.booleans(),
)
def test_whatever_happened_the_numbers_stay(
    story: list[tuple[int, tuple[Command, Actor]]],
    first: list[Alert],
    silences: bool,  # noqa: FBT001 - drawn
) -> None:
    world = World(policy(abilities=silencing(*(("prod",) if silences else ()))))
    world.open("10:00", *first)
    for wait, (command, actor) in [*story, (1000, (Resolve(despite_firing=True), ASHA))]:
        now = world.now + timedelta(milliseconds=wait)
        n = world.incident().n
        decision = world.decide(now, command, actor, op=f"op{n}")
        if isinstance(decision, Accepted):
            world.write(decision, actor, op=f"op{n}")
        world.advance(now)
    assert not world.incident().is_open
    cut(world)


def test_words_and_steps_go() -> None:
    world = acked()
    world.do("10:05", Note("Rina says it is the disk"))
    world.do("10:06", MarkStep(1, StepState.DONE, "restart db-1", "payments.md"))
    world.do("10:07", PostUpdate("We are on it"))
    world.do("10:08", SetPriority(P1, "all clients"))
    over(world)
    world.do("12:01", Note("! tell Citra"))
    kinds = [type(event.body) for event in cut(world)]
    assert ev.StepMarked not in kinds
    assert kinds[-1] is ev.Noted, "the last sign of life stays, without its words"
    assert not any(
        word in repr(cut(world)) for word in ("Rina", "disk", "restart", "on it", "clients", "Citra")
    )
    assert "capacity" in repr(cut(world)), "the cause is counted"


def test_alerts_keep_who_they_are_and_how_bad() -> None:
    told = alert(
        priority=P2,
        description="long " * 500,
        labels=(("pod", "p-1"),),
        links=(Link("graph", "https://g/1"),),
    )
    world = World()
    world.open("10:00", told)
    for minute in range(1, 50):
        world.fire(at("10:00") + timedelta(minutes=minute), replace(told, description=f"value {minute}"))
    world.clear("11:00", "a")
    world.fire("11:01", told)
    found = cut(over(world))
    fired = [event.body for event in found if isinstance(event.body, ev.AlertsFired)]
    assert len(fired) == 2, "one that only says other words while it fires is no news"
    assert fired[0].alerts == (replace(alert(priority=P2), title="", labels=()),)
    assert len(repr(found)) < len(repr(world.logs["INC-1"])) / 10


def test_what_was_taken_back_goes_with_its_undoing() -> None:
    world = acked()
    world.do("10:02", SetPriority(P1, "by mistake"), op="a")
    world.do("10:02:10", Undo())
    kinds = [type(event.body) for event in cut(over(world))]
    assert ev.PrioritySet not in kinds
    assert ev.Undone not in kinds


def test_pages_levels_and_snoozes_stay() -> None:
    world = opened()
    world.advance("10:00")
    world.do("10:03", Escalate(), BUDI)
    world.ack("10:04", BUDI)
    world.do("10:05", Snooze(at("11:00"), "waits"), BUDI)
    world.do("10:30", Wake(), BUDI)
    before = world.incident().pages
    found = cut(over(world))
    assert fold(found).pages == before != ()
    assert [type(event.body) for event in found].count(ev.Snoozed) == 1


def test_silences_that_were_asked_for_still_count_for_held_alerts() -> None:
    world = World(policy(abilities=silencing("prod")))
    world.open("10:00", alert(priority=P2))
    world.advance("10:00")
    world.ack("10:01")
    world.fire("10:02", alert(priority=P2, muted_until=at("13:00")), alert("b", P1, muted_until=at("13:00")))
    found = cut(over(world))
    assert fold(found).provisional is P1


def test_a_merged_one_stays_merged() -> None:
    world = acked()
    world.open("10:00", alert("b"), name="INC-2", key="other")
    world.do("10:09", MergeInto("INC-2"))
    assert fold(cut(world)).merged_into == "INC-2"


@pytest.mark.parametrize("again", [ASHA, PROD])
def test_one_that_comes_back_after_its_cut_goes_on(again: Actor) -> None:
    world = acked()
    world.do("10:05", Note("words"))
    found = cut(over(world))
    world.logs["INC-1"] = list(found)
    world._states["INC-1"] = fold(found)
    world.do("13:00", Reopen("it is back"), again)
    world.do("13:00", ObserveAlerts((alert(),)), PROD)
    world.do("13:01", Ack(take=True), BUDI)
    assert world.row().epoch == 2
    assert pruned_at(world.logs["INC-1"]) == PRUNED
    assert world.incident().is_open
    cut(over_again(world))


def over_again(world: World) -> World:
    world.do("15:00", Resolve(despite_firing=True), BUDI)
    return world


def test_a_log_that_makes_no_sense_is_cut_truly_or_not_at_all() -> None:
    world = over(acked())
    log = list(world.logs["INC-1"])
    settled = ev.EffectSettled("e9", "prod", EffectKind.ACK, EffectState.DONE, "silenced")
    for body in (ev.Merged("INC-9"), ev.Noted("x"), settled, ev.Woke("due")):
        log.append(ev.Event("INC-1", len(log) + 1, at("14:00"), ASHA, body))
    found = trim(tuple(log), PRUNED)
    assert found is None or numbers(fold(found)) == numbers(fold(log))


def test_whole_logs_say_so() -> None:
    assert pruned_at(acked().logs["INC-1"]) is None
    assert pruned_at(()) is None


def test_the_words_left_out_are_fields_of_their_kinds() -> None:
    for kind, words in WORDS.items():
        assert set(words) <= {field.name for field in fields(kind)}
