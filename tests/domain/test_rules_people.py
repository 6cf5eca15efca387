"""The rules S6, S7 and S9-S12: what people do, and what is over."""

from __future__ import annotations

import pytest

from console.domain import events as ev
from console.domain.actors import Actor
from console.domain.commands import (
    Ack,
    Advance,
    AnswerNudge,
    Assign,
    Close,
    Command,
    Escalate,
    MergeInto,
    Mitigate,
    Note,
    ObserveAlerts,
    Open,
    PauseClock,
    Reopen,
    Resolve,
    SetPriority,
    Snooze,
    Unack,
    Undo,
    Wake,
)
from console.domain.decide import AskFirst, NoChange, Rejected
from console.domain.due import next_due
from console.domain.incident import State
from console.domain.policy import Policy
from console.domain.roster import Override, Roster
from console.domain.vocabulary import PauseReason
from tests.domain.world import (
    ASHA,
    BUDI,
    DEWI,
    P1,
    POLICY,
    PROD,
    RINA,
    World,
    acked,
    alert,
    at,
    minutes,
    policy,
)


def test_s6_escalating_by_hand_triggers_and_restarts_the_timer() -> None:
    world = acked()
    world.do("10:20", Escalate())
    incident = world.incident()
    assert (incident.state, incident.owner, incident.acked_at) == (State.TRIGGERED, "", None)
    assert (incident.level, incident.paged_now) == (1, ("budi",))
    assert next_due(incident, POLICY) == at("10:25")


def test_s7_reopening_is_for_the_window_only() -> None:
    world = acked()
    world.do("11:00", Resolve(despite_firing=True))
    world.do(at("11:00", day=1), Reopen("it is back"))
    incident = world.incident()
    assert (incident.state, len(incident.epochs), incident.owner) == (State.TRIGGERED, 2, "")
    assert incident.first_resolved_at == at("11:00")
    world.do(at("11:10", day=1), Resolve(despite_firing=True))
    late = world.decide(at("11:10:01", day=2), Reopen())
    assert isinstance(late, Rejected)
    assert "more than 24h: open a new incident" in late.text


def test_s7_what_is_closed_is_not_reopened() -> None:
    world = acked()
    world.do("11:00", Resolve(despite_firing=True))
    world.do("11:01", Close())
    decision = world.decide("11:02", Reopen())
    assert isinstance(decision, Rejected)
    assert "is closed: open a new incident" in decision.text


def test_s9_a_merged_child_is_out_of_everything() -> None:
    world = World()
    world.open("10:00", alert(), name="INC-2")
    world.do("10:03", MergeInto("INC-1"), name="INC-2")
    child = world.incident("INC-2")
    assert (child.is_open, child.merged_into, child.merged_at) == (False, "INC-1", at("10:03"))
    assert next_due(child, POLICY) is None
    decision = world.decide("10:04", Ack(), name="INC-2")
    assert decision == Rejected("INC-2 is part of INC-1: act on INC-1")


@pytest.mark.parametrize("into", ["INC-1", ""])
def test_s9_nothing_is_merged_into_itself(into: str) -> None:
    world = acked()
    assert isinstance(world.decide("10:05", MergeInto(into)), Rejected)


def test_s10_somebody_elses_page_is_taken_only_after_a_question() -> None:
    world = World()
    world.open("10:00", alert())
    world.advance("10:00")
    assert world.decide("10:01", Ack(), RINA) == AskFirst("you were not paged — take it?", "take")
    world.do("10:01", Ack(take=True), RINA)
    assert world.incident().owner == "rina"
    assert ev.Acked(took=True) in world.bodies()


@pytest.mark.parametrize("actor", [ASHA, BUDI])
def test_s10_the_team_needs_no_question(actor: Actor) -> None:
    world = World()
    world.open("10:00", alert())
    world.ack("10:01", actor)
    assert ev.Acked() in world.bodies()


def test_s10_who_was_paged_needs_no_question() -> None:
    world = World()
    world.open("10:00", alert())
    world.do("10:01", Escalate(person="rina"))
    world.ack("10:02", RINA)
    assert world.incident().owner == "rina"


def test_s10_who_covers_a_shift_needs_no_question() -> None:
    cover = Override("payments", "primary", "rina", at("09:00"), at("12:00"))
    world = World(policy(roster=Roster(POLICY.roster.rotations, (cover,))))
    world.open("10:00", alert())
    world.ack("10:01", RINA)
    assert world.incident().owner == "rina"


def test_s10_without_anybody_on_call_anyone_may() -> None:
    world = World(policy(teams=(), roster=Roster(), chains=(), services={}))
    world.open("10:00", alert())
    world.ack("10:01", RINA)
    assert ev.Acked() in world.bodies()


def test_s11_an_ack_that_comes_second_is_a_success_with_the_winner_and_the_age() -> None:
    world = acked()
    assert world.decide("10:01:04", Ack(), BUDI) == NoChange("acked by Asha 4s ago")
    assert world.decide("10:01:04", Ack(), ASHA) == NoChange("acked by you 4s ago")
    world.do("10:05", Assign("budi"))
    assert world.decide("10:06", Ack(), DEWI) == NoChange("acked by Asha 5m ago, Budi has it now")


def test_s11_a_resolve_that_comes_second_is_a_success_too() -> None:
    world = acked()
    world.do("10:05", Resolve(despite_firing=True))
    assert world.decide("10:05:03", Resolve(), BUDI) == NoChange("INC-1 was resolved by Asha 3s ago")


def test_s12_an_escalation_seen_too_late_is_not_repeated() -> None:
    world = acked()
    world.do("10:20", Escalate(seen_level=0))
    again = world.decide("10:20:04", Escalate(seen_level=0), BUDI)
    assert again == NoChange("INC-1 has moved on meanwhile: it is at level 1 (Budi, 4s ago)")
    world.do("10:25", Escalate(seen_level=1))
    assert world.incident().paged_now == ("dewi",)


def test_s12_paging_the_same_person_twice_in_a_minute_is_one_wish() -> None:
    world = acked()
    world.do("10:20", Escalate(person="dewi"))
    assert world.decide("10:20:59", Escalate(person="dewi"), BUDI) == NoChange("Dewi was paged 59s ago")
    world.do("10:21", Escalate(person="dewi"))
    assert [person for _, person in world.incident().pages].count("dewi") == 2


def test_s12_time_that_passes_twice_passes_once() -> None:
    world = World()
    world.open("10:00", alert())
    world.advance("10:05")
    before = world.incident()
    assert isinstance(world.advance("10:05"), NoChange)
    assert world.incident() == before


OVER: list[Command] = [
    Ack(), Unack(), Assign("budi"), Escalate(), SetPriority(P1), Snooze(at("23:00")), Wake(),
    PauseClock(PauseReason.SCHEDULED), Mitigate(), AnswerNudge(), MergeInto("INC-9"),
]  # fmt: skip


@pytest.mark.parametrize("command", OVER, ids=lambda command: type(command).__name__)
def test_what_is_over_refuses_with_its_state_and_what_to_do(command: Command) -> None:
    world = acked()
    world.do("10:30", Resolve(despite_firing=True))
    decision = world.decide("10:34", command, BUDI)
    assert decision == Rejected("INC-1 was resolved by Asha 4m ago: reopen it to go on")
    world.do("10:40", Close())
    assert world.decide("10:41", command) == Rejected("INC-1 is closed: open a new incident if it is back")


def test_what_is_over_still_takes_notes_until_it_is_closed() -> None:
    world = acked()
    world.do("10:30", Resolve(despite_firing=True))
    world.do("10:31", Note("the deploy did it"))
    world.do("10:40", Close())
    assert isinstance(world.decide("10:41", Note("more")), Rejected)
    assert isinstance(world.decide("10:41", Close()), NoChange)


def test_an_incident_that_does_not_exist_takes_nothing() -> None:
    world = World()
    assert world.decide("10:00", Ack(), name="INC-9") == Rejected("there is no incident INC-9")
    world.open("10:00", alert())
    assert isinstance(world.decide("10:01", Open("x", "payments")), Rejected)


def test_what_is_over_ignores_time_and_clears_quietly() -> None:
    world = acked()
    world.do("10:30", Resolve(despite_firing=True))
    assert isinstance(world.decide("12:00", Advance()), NoChange)
    assert isinstance(world.decide("12:00", ObserveAlerts(fired=(alert(),)), PROD), NoChange)
    world.clear("12:00", "a")
    assert (world.row().state, world.row().firing, world.row().recovered_at) == (
        State.RESOLVED,
        0,
        at("12:00"),
    )


def test_the_rules_do_not_depend_on_the_policys_defaults() -> None:
    quick: Policy = policy(undo_within=minutes(1))
    world = World(quick)
    world.open("10:00", alert())
    world.ack("10:01")
    world.do("10:02", Undo())
    assert not world.incident().is_acked
