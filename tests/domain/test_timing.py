"""Priority, snooze, pause, client updates, and what the clocks make of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.domain import events as ev
from console.domain.commands import (
    Absorb,
    PauseClock,
    Reopen,
    Resolve,
    ResumeClock,
    SetPriority,
    Snooze,
    Unack,
    Undo,
    Wake,
)
from console.domain.decide import Accepted, NoChange, Rejected
from console.domain.due import next_due
from console.domain.sla import (
    ack_clock,
    comms_clock,
    resolve_clock,
    update_due,
)
from console.domain.vocabulary import PauseReason, ReporterKind
from tests.domain.world import BUDI, P1, P2, P3, P4, POLICY, World, acked, alert, at, minutes, opened

VENDOR = PauseClock(PauseReason.WAITING_VENDOR, "ticket 12")


# pauses


def test_a_running_pause_holds_the_deadline_off() -> None:
    world = acked(P3)
    world.do("11:00", VENDOR)
    clock = resolve_clock(world.row(), POLICY)
    assert clock.remaining(at("13:00")) == clock.remaining(at("20:00")) == timedelta(hours=23)
    assert isinstance(world.decide("11:01", VENDOR), NoChange)
    assert isinstance(world.decide("10:30", ResumeClock()), Accepted)


def test_a_clock_that_runs_cannot_be_resumed() -> None:
    assert isinstance(acked(P3).decide("10:30", ResumeClock()), NoChange)


def test_an_unknown_priority_is_not_paused() -> None:
    world = World()
    world.open("10:00", reporter=ReporterKind.CLIENT)
    decision = world.decide("10:01", VENDOR)
    assert decision == Rejected("the clock of INC-1 cannot be paused: set its priority first")


def test_becoming_p1_ends_a_pause_and_keeps_what_was_paused() -> None:
    world = acked(P3)
    world.do("10:10", VENDOR)
    world.do("10:40", SetPriority(P1))
    assert world.row().paused_since is None
    assert resolve_clock(world.row(), POLICY).deadline == at("11:30") + minutes(30)


def test_a_worse_alert_ends_a_pause_where_its_priority_allows_none() -> None:
    world = acked(P3)
    world.do("10:10", VENDOR)
    world.fire("10:20", alert(priority=P1))
    assert world.row().paused == minutes(10)


@pytest.mark.parametrize("acked_before", [True, False])
def test_a_worse_alert_ends_it_also_while_nobody_has_it(acked_before: bool) -> None:  # noqa: FBT001 - a case
    world = acked(P3) if acked_before else opened(priority=P3)
    world.do("10:10", VENDOR)
    if acked_before:
        world.do("10:15", Unack())
    world.fire("10:20", alert("b", P1))
    assert world.row().paused_since is None
    assert world.row().paused == minutes(10)


def test_what_joins_by_a_merge_ends_a_pause_too() -> None:
    world = acked(P3)
    world.do("10:10", VENDOR)
    world.do("10:20", Absorb("INC-2", at("10:00"), alerts=(alert("b", P1),)))
    assert (world.incident().effective_priority, world.row().paused) == (P1, minutes(10))


def test_a_priority_set_by_hand_keeps_its_pause_whatever_fires() -> None:
    world = acked(P3)
    world.do("10:10", SetPriority(P4))
    world.do("10:11", VENDOR)
    world.fire("10:20", alert("b", P1))
    assert world.row().paused_since == at("10:11")


def test_no_undo_leaves_a_p1_or_p2_paused() -> None:
    world = acked(P2)
    world.do("10:10", SetPriority(P3), op="lower")
    world.do("10:10:02", VENDOR, BUDI)
    world.do("10:10:04", Undo("lower"))
    assert (world.incident().effective_priority, world.row().paused) == (P2, timedelta(seconds=2))
    assert world.row().paused_since is None
    world = acked(P3)
    world.do("10:10", VENDOR)
    world.do("10:20", ResumeClock(), op="runs")
    world.do("10:20:02", SetPriority(P1), BUDI)
    refused = world.decide("10:20:04", Undo("runs"))
    assert refused == Rejected("too late to undo: P1 is never paused")


def test_the_words_of_a_pause_are_one_safe_line_and_have_an_end() -> None:
    world = acked(P3)
    world.do("10:10", PauseClock(PauseReason.WAITING_VENDOR, "ticket\n12\x1b[31m\u202e [b]"))
    assert world.incident().pauses[0].text == "ticket ⏎ 12^[[31m [b]"
    decision = acked(P3).decide("10:10", PauseClock(PauseReason.WAITING_VENDOR, "w" * 301))
    assert isinstance(decision, Rejected)
    assert "longer than 300 characters: write a note on INC-1" in decision.text


def test_resolving_ends_a_pause_and_a_new_stretch_begins_without() -> None:
    world = acked(P3)
    world.do("10:10", VENDOR)
    world.do("10:40", Resolve(despite_firing=True))
    assert world.incident().pauses[0].until == at("10:40")
    world.do("11:00", Reopen())
    assert resolve_clock(world.row(), POLICY).deadline == at("11:00", day=1)


# snoozes


def test_a_snooze_needs_a_future() -> None:
    world = acked(P3)
    assert isinstance(world.decide("10:05", Snooze(at("10:05"))), Rejected)
    assert isinstance(world.decide("10:05", Wake()), NoChange)


def test_the_same_snooze_again_is_no_change() -> None:
    world = acked(P3)
    world.do("10:05", Snooze(at("11:00")))
    assert isinstance(world.decide("10:06", Snooze(at("11:00"))), NoChange)
    world.do("10:06", Snooze(at("12:00")))
    assert world.row().snoozed_until == at("12:00")


def test_the_ack_clock_runs_through_a_snooze() -> None:
    world = World()
    world.open("10:00", alert())
    world.do("10:01", Snooze(at("11:00")))
    assert ack_clock(world.row(), POLICY).breached(at("10:06"))


@pytest.mark.parametrize(
    ("now", "wakes"),
    [("11:00", "11:15"), ("11:20", "11:30"), ("11:40", "12:40")],
    ids=["before the warning", "after it: at the deadline", "late already: as asked"],
)
def test_a_snooze_ends_in_time_for_the_fix(now: str, wakes: str) -> None:
    world = acked(P2)  # due at 11:30
    world.do(now, Snooze(at("12:40")))
    assert world.row().snoozed_until == at(wakes)


def test_a_paused_clock_does_not_end_a_snooze() -> None:
    world = acked(P3)
    world.do("10:10", VENDOR)
    world.do("10:11", Snooze(at("10:11", day=3)))
    assert world.row().snoozed_until == at("10:11", day=3)


def test_a_worse_priority_shortens_a_snooze() -> None:
    world = acked(P3)
    world.do("10:05", Snooze(at("20:00")))
    world.do("10:06", SetPriority(P2))
    assert world.row().snoozed_until == at("11:15")


def test_a_priority_that_breaches_wakes() -> None:
    world = acked(P3)
    world.do("10:05", Snooze(at("20:00")))
    world.do("12:00", SetPriority(P1))
    assert world.row().snoozed_until is None
    assert world.count(ev.BreachedOnReclassify) == 1


def test_an_older_report_joining_shortens_a_snooze() -> None:
    world = acked(P2)
    world.do("10:05", Snooze(at("11:10")))
    world.do("10:06", Absorb("INC-2", at("09:30")))
    assert world.row().snoozed_until == at("10:45")


def test_waking_unacked_pages_from_the_first_level_again() -> None:
    world = World()
    world.open("10:00", alert())
    world.advance("10:00")
    world.advance("10:05")
    world.do("10:06", Snooze(at("11:00")))
    world.advance("11:00")
    incident = world.incident()
    assert (incident.snoozed_until, incident.level, incident.paged_now) == (None, 0, ("asha",))
    assert next_due(incident, POLICY) == at("11:05")


# priorities


def test_the_same_priority_again_is_no_change() -> None:
    world = acked(P3)
    world.do("10:05", SetPriority(P2))
    assert world.decide("10:06", SetPriority(P2)) == NoChange("INC-1 is P2 already")


def test_a_priority_set_counts_over_what_the_source_says() -> None:
    world = acked(P1)
    world.do("10:05", SetPriority(P3))
    assert resolve_clock(world.row(), POLICY).span == timedelta(hours=24)
    world.fire("10:06", alert(priority=P1))
    assert world.row().effective_priority is P3


# client updates


@pytest.mark.parametrize(
    ("last", "due"),
    [(None, "10:05"), ("10:05", "10:25"), ("11:59", "12:19"), ("12:00", "13:00"), ("14:00", "15:00")],
)
def test_updates_are_owed_often_at_first_and_hourly_after_two_hours(last: str | None, due: str) -> None:
    world = World()
    world.open("10:00", alert(), priority=P1)
    told = at(last) if last else None
    assert update_due(world.row(), POLICY, at("10:00"), told) == at(due)


def test_the_comms_clock_starts_with_p1_and_ends_with_the_incident() -> None:
    world = acked(P1)
    assert comms_clock(world.row(), POLICY) is None  # only provisional so far
    world.do("10:10", SetPriority(P2))
    clock = comms_clock(world.row(), POLICY)
    assert clock is not None
    assert (clock.started_at, clock.deadline) == (at("10:10"), at("10:15"))
    world.do("10:12", SetPriority(P1))
    assert world.row().public_from == at("10:10")
    world.do("10:13", Resolve(despite_firing=True))
    ended = comms_clock(world.row(), POLICY)
    assert ended is not None
    assert ended.stopped_at == at("10:13")
    world.do("10:20", Reopen())
    assert world.row().public_from == at("10:20")
    world.do("10:21", SetPriority(P3))
    assert comms_clock(world.row(), POLICY) is None
