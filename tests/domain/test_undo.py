"""Taking back one's own last action."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain import events as ev
from console.domain.commands import (
    Ack,
    Assign,
    Close,
    Command,
    Escalate,
    MarkStep,
    Mitigate,
    Note,
    PauseClock,
    PostUpdate,
    Reopen,
    Resolve,
    SetPriority,
    Snooze,
    Unack,
    Undo,
    Wake,
)
from console.domain.decide import Accepted, NoChange, Rejected
from console.domain.due import next_due
from console.domain.incident import Incident, State
from console.domain.vocabulary import PauseReason, StepState
from tests.domain.world import ASHA, BOT, BUDI, P1, P2, P3, POLICY, World, alert, at


def acked() -> World:
    world = World()
    world.open("10:00", alert(priority=P3))
    world.advance("10:00")
    world.ack("10:01")
    return world


def without_numbers(incident: Incident) -> Incident:
    return replace(incident, n=0)


REVERSIBLE: list[tuple[tuple[Command, ...], Command]] = [
    ((), Unack()),
    ((), Assign("budi")),
    ((), SetPriority(P3)),
    ((SetPriority(P3),), SetPriority(P1)),
    ((), Snooze(at("11:00"))),
    ((Snooze(at("11:00")),), Snooze(at("12:00"))),
    ((Snooze(at("11:00")),), Wake()),
    ((), PauseClock(PauseReason.SCHEDULED)),
    ((PauseClock(PauseReason.SCHEDULED),), SetPriority(P1)),
    ((), Note("! look here")),
    ((), MarkStep(1, StepState.DONE, "look")),
    ((), Mitigate()),
    ((), Resolve(despite_firing=True)),
]


@pytest.mark.parametrize(("before", "command"), REVERSIBLE, ids=lambda one: type(one).__name__)
def test_what_is_undone_never_happened(before: tuple[Command, ...], command: Command) -> None:
    world = acked()
    for earlier in before:
        world.do("10:02", earlier)
    was = world.incident()
    world.do("10:03", command)
    assert without_numbers(world.incident()) != without_numbers(was)
    world.do("10:03:10", Undo())
    assert without_numbers(world.incident()) == without_numbers(was)


def test_an_ack_undone_leaves_the_clock_running_and_the_level_where_it_was() -> None:
    world = World()
    world.open("10:00", alert())
    world.advance("10:00")
    world.ack("10:04")
    world.do("10:04:08", Undo())
    assert world.incident().epoch.first_human_ack is None
    assert next_due(world.incident(), POLICY) == at("10:05")


def test_an_ack_that_also_resolved_is_undone_whole() -> None:
    world = World()
    world.open("10:00", alert())
    world.clear("10:01", "a")
    world.ack("10:02")
    assert world.incident().state is State.RESOLVED
    world.do("10:02:05", Undo())
    assert world.incident().state is State.CLEARED_UNACKED


def test_undoing_goes_back_step_by_step() -> None:
    world = acked()
    world.do("10:01:02", SetPriority(P2))
    world.do("10:01:04", Undo())
    assert world.incident().priority is None
    world.do("10:01:05", Undo())
    assert not world.incident().is_acked
    assert world.decide("10:01:06", Undo()) == Rejected("nothing of yours to undo on INC-1")


def test_an_op_names_the_action() -> None:
    world = acked()
    world.do("10:02", Note("one"), op="first")
    world.do("10:02:01", SetPriority(P2), op="second")
    world.do("10:02:02", Undo("first"))
    assert world.incident().priority is P2
    assert world.bodies()[-1] == ev.Undone(world.incident().n - 2, "note")
    assert world.decide("10:02:03", Undo("first")) == NoChange("undone already")
    assert isinstance(world.decide("10:02:03", Undo("third")), Rejected)
    assert world.decide("10:02:03", Undo("second"), BUDI) == Rejected(
        "that was done by Asha: only they can undo it"
    )


def test_a_page_is_never_taken_back() -> None:
    world = acked()
    world.do("10:02", Escalate())
    decision = world.decide("10:02:01", Undo())
    assert decision == Rejected("a page cannot be taken back: ack it, or tell them")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (PostUpdate("We are on it."), "clients may have read it"),
        (Reopen(), "resolve it"),
        (Close(), "INC-1 is closed"),
    ],
)
def test_what_others_have_seen_is_not_taken_back(command: Command, words: str) -> None:
    world = acked()
    if not isinstance(command, PostUpdate):
        world.do("10:02", Resolve(despite_firing=True))
    world.do("10:03", command)
    decision = world.decide("10:03:01", Undo())
    assert isinstance(decision, Rejected)
    assert words in decision.text


def test_after_the_window_only_an_ack_can_be_given_back() -> None:
    world = acked()
    world.do("10:02", Note("seen"))
    decision = world.decide("10:02:10.001", Undo())
    assert isinstance(decision, Accepted)
    assert decision.bodies == (ev.Unacked("undo"),)
    world.do("10:30", Undo())
    assert world.incident().epoch.first_human_ack == at("10:01")  # given back, not unmade
    assert world.decide("10:31", Undo()) == Rejected("too late to undo: that goes for 10s")


def test_an_old_op_that_was_no_ack_gives_nothing_back() -> None:
    world = acked()
    world.do("10:02", Note("seen"), op="note")
    assert isinstance(world.decide("10:03", Undo("note")), Rejected)


def test_what_others_have_built_on_stays() -> None:
    world = World()
    world.open("10:00", alert())
    world.ack("10:01")
    world.do("10:01:02", Assign("budi"), BUDI)
    decision = world.decide("10:01:05", Undo())
    assert decision == Rejected("too late to undo: Budi has changed it since")


def test_giving_back_can_be_undone_although_the_engine_has_paged() -> None:
    world = acked()
    world.do("10:02", Unack())
    world.advance("10:02:01")
    world.do("10:02:05", Undo())
    assert world.incident().owner == "asha"


def test_a_bots_ack_does_not_build_on_ours() -> None:
    world = acked()
    world.do("10:02", Unack())
    world.ack("10:02:01", BOT)
    world.do("10:02:02", Undo())
    assert world.incident().owner == "asha"


def test_what_has_ended_since_is_not_undone() -> None:
    world = acked()
    world.do("10:02", SetPriority(P2))
    world.do("10:02:01", Resolve(despite_firing=True), BUDI)
    assert world.decide("10:02:03", Undo(), ASHA) == Rejected("INC-1 has ended since")


def test_a_note_on_what_is_resolved_can_be_undone() -> None:
    world = acked()
    world.do("10:02", Resolve(despite_firing=True))
    world.do("10:10", Note("! wrong incident"))
    world.do("10:10:03", Undo())
    assert world.incident().flagged_notes == ()


def test_nothing_done_is_nothing_to_undo() -> None:
    world = World()
    world.open("10:00", alert())
    assert world.decide("10:00:01", Undo()) == Rejected("nothing of yours to undo on INC-1")
    assert isinstance(world.decide("10:00:02", Ack()), Accepted)
