"""Whose it is: nudges, giving back, giving away, acks from elsewhere."""

from __future__ import annotations

import pytest

from console.domain import events as ev
from console.domain.commands import (
    Ack,
    AnswerNudge,
    Assign,
    Note,
    PauseClock,
    Reopen,
    Resolve,
    Snooze,
    Unack,
)
from console.domain.decide import NoChange, Rejected
from console.domain.due import next_due
from console.domain.incident import State
from console.domain.priority import Priority
from console.domain.sla import (
    AckOutcome,
    ack_clock,
    ack_outcome,
    pressing,
    resolve_clock,
)
from console.domain.vocabulary import PauseReason
from tests.domain.world import (
    ASHA,
    BUDI,
    P1,
    P2,
    P3,
    P4,
    POLICY,
    PROD,
    RINA,
    World,
    acked,
    alert,
    at,
    minutes,
)

VENDOR = PauseClock(PauseReason.WAITING_VENDOR, "ticket 12")


# the nudge


@pytest.mark.parametrize(("priority", "wait"), [(P1, 20), (P2, 30), (P3, 480), (P4, None)])
def test_the_owner_is_asked_after_a_quiet_time(priority: Priority, wait: int | None) -> None:
    world = acked(priority)
    assert next_due(world.incident(), POLICY) == (at("10:01") + minutes(wait) if wait else None)


def test_activity_puts_the_question_off() -> None:
    world = acked(P1)
    world.do("10:10", Note("restarting"))
    assert next_due(world.incident(), POLICY) == at("10:30")
    world.fire("10:12", alert(priority=P1))  # what a source says is no activity
    assert next_due(world.incident(), POLICY) == at("10:30")


def test_an_unanswered_question_gives_it_back_and_pages() -> None:
    world = acked(P1)
    world.advance("10:21")
    assert world.row().nudged_at == at("10:21")
    assert world.bodies()[-1] == ev.Nudged(at("10:01"))
    assert next_due(world.incident(), POLICY) == at("10:31")
    world.advance("10:31")
    incident = world.incident()
    assert (incident.state, incident.owner, incident.paged_now) == (State.TRIGGERED, "", ("asha",))
    assert ev.Unacked("Asha did not answer for 10m", auto=True) in world.bodies()
    assert incident.epoch.first_human_ack == at("10:01")  # the ack stays measured
    assert pressing(world.row(), POLICY).name == "fix"


def test_an_answer_starts_the_quiet_time_again() -> None:
    world = acked(P1)
    world.advance("10:21")
    assert isinstance(world.decide("10:22", AnswerNudge(), BUDI), Rejected)
    world.do("10:22", AnswerNudge())
    assert world.row().nudged_at is None
    assert next_due(world.incident(), POLICY) == at("10:42")
    assert isinstance(world.decide("10:23", AnswerNudge()), NoChange)


def test_any_activity_answers_too() -> None:
    world = acked(P1)
    world.advance("10:21")
    world.do("10:22", Note("still here"))
    assert world.row().nudged_at is None


def test_nobody_is_asked_in_their_sleep() -> None:
    world = acked(P1)
    world.do("10:02", Snooze(at("11:00")))
    assert next_due(world.incident(), POLICY) == at("11:00")
    world.advance("11:00")
    assert next_due(world.incident(), POLICY) == at("11:20")


# whose it is


def test_giving_back_pages_whoever_is_on_duty() -> None:
    world = acked(P3)
    world.do("10:10", Unack("lunch"))
    assert world.row().state is State.TRIGGERED
    world.advance("10:10")
    assert world.incident().paged_now == ("asha",)
    assert isinstance(world.decide("10:11", Unack()), NoChange)


def test_giving_back_what_has_cleared_pages_nobody() -> None:
    world = acked(P1)
    world.clear("10:05", "a")
    world.do("10:10", Unack())
    assert world.row().state is State.CLEARED_UNACKED
    assert next_due(world.incident(), POLICY) is None


def test_giving_back_what_sleeps_wakes_it() -> None:
    world = acked(P3)
    world.do("10:05", Snooze(at("11:00")))
    world.do("10:10", Unack())
    assert world.row().snoozed_until is None


def test_a_new_owner_moves_no_clock() -> None:
    world = acked(P3)
    before = ack_clock(world.row(), POLICY), resolve_clock(world.row(), POLICY)
    world.do("10:10", Assign("budi"))
    assert world.row().owner == "budi"
    assert (ack_clock(world.row(), POLICY), resolve_clock(world.row(), POLICY)) == before
    assert world.decide("10:11", Assign("budi"), BUDI) == NoChange("you have INC-1 already")


def test_what_nobody_has_is_given_away_by_a_page() -> None:
    world = World()
    world.open("10:00", alert())
    world.do("10:01", Assign("rina"))
    assert (world.row().owner, world.row().paged_now) == ("", ("rina",))
    assert isinstance(world.decide("10:02", Assign("rina")), NoChange)
    world.do("10:02", Assign("rina"), RINA)
    assert world.row().owner == "rina"


# acks from elsewhere


def test_an_ack_counts_from_when_it_was_made() -> None:
    world = World()
    world.open("10:00", alert())
    world.do("10:09", Ack(made_at=at("10:03"), via="pagerduty"), RINA)
    assert world.row().human_ack_at == at("10:03")
    assert ack_outcome(world.row(), POLICY) is AckOutcome.MET


def test_an_ack_from_the_future_or_from_before_the_report_counts_within_it() -> None:
    world = World()
    world.open("10:00", alert())
    world.do("10:02", Ack(made_at=at("10:30")))
    assert world.row().human_ack_at == at("10:02")
    early = World()
    early.open("10:00", alert())
    early.do("10:02", Ack(made_at=at("09:30")))
    assert early.row().human_ack_at == at("10:00")


def test_an_ack_made_before_a_reopening_does_not_count_after_it() -> None:
    world = acked(P3)
    world.do("10:30", Resolve(despite_firing=True))
    late = world.do("10:31", Ack(made_at=at("10:02")), BUDI)
    assert isinstance(late.bodies[0], ev.Noted)
    world.do("10:40", Reopen())
    world.do("10:45", Ack(made_at=at("10:20")), BUDI)
    assert world.row().human_ack_at is None
    assert world.row().state is State.TRIGGERED


def test_a_report_by_the_source_moves_no_owner() -> None:
    world = acked(P3)
    assert isinstance(world.decide("10:02", Ack(), PROD), NoChange)
    assert world.row().owner == ASHA.name
