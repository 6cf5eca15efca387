"""A log becomes an incident."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from time import process_time
from typing import get_args

import pytest

from console.domain import events as ev
from console.domain.actors import ENGINE
from console.domain.commands import MarkStep, Note, ObserveAlerts, Reopen, Resolve
from console.domain.fold import STEPS, apply, fold
from console.domain.summary import summarise
from console.domain.vocabulary import StepState
from tests.domain.world import ASHA, P1, P2, P3, PROD, World, alert, at


def log() -> list[ev.Event]:
    world = World()
    world.open("10:00", alert())
    world.ack("10:01")
    world.do("10:02", Note("! look"))
    return world.logs["INC-1"]


def test_every_kind_of_event_has_a_step() -> None:
    bodies = set(get_args(ev.Body)) - {ev.Opened, ev.Undone}  # the first makes one, the last unmakes steps
    assert set(STEPS) == bodies


def test_a_log_is_the_sum_of_its_events() -> None:
    incident = None
    for event in log():
        incident = apply(incident, event)
    assert incident == fold(log())
    assert incident is not None
    assert incident.n == len(log())
    assert incident.flagged_notes == ((at("10:02"), "asha", "look"),)


def test_an_empty_log_is_no_incident() -> None:
    with pytest.raises(ValueError, match="an empty log"):
        fold([])


def test_a_gap_is_refused() -> None:
    events = log()
    with pytest.raises(ValueError, match="event 2 of INC-1 is missing"):
        fold([events[0], *events[2:]])


def test_a_log_without_its_opening_is_refused() -> None:
    with pytest.raises(ValueError, match="does not begin with its opening"):
        fold(log()[1:])
    with pytest.raises(ValueError, match="does not begin with its opening"):
        apply(None, replace(log()[1], n=1))


def test_a_second_opening_is_refused() -> None:
    events = log()
    with pytest.raises(ValueError, match="opened twice"):
        fold([*events, replace(events[0], n=len(events) + 1)])


def test_another_incidents_event_is_refused() -> None:
    events = log()
    with pytest.raises(ValueError, match="an event of INC-2 stands in the log of INC-1"):
        fold([*events, replace(events[-1], incident="INC-2", n=len(events) + 1)])


def test_what_was_undone_is_left_out_and_counted() -> None:
    events = log()
    last = len(events)
    undo = ev.Event("INC-1", last + 1, at("10:02:01"), ASHA, ev.Undone(last, "note"))
    incident = fold([*events, undo])
    assert incident.flagged_notes == ()
    assert incident.n == last + 1
    with pytest.raises(ValueError, match="fold the log again"):
        apply(fold(events), undo)


def test_two_thousand_alerts_are_no_burden() -> None:
    """Twice the alerts take about twice the time: an index, not a search."""

    def seconds(count: int) -> float:
        storm = tuple(alert(f"a{number}") for number in range(count))
        opened = World()
        opened.open("10:00", alert())
        best = float("inf")
        for _ in range(5):
            start = process_time()  # of this process alone: others may keep the machine busy
            opened.decide("10:01", ObserveAlerts(fired=storm), PROD)
            best = min(best, process_time() - start)
        opened.fire("10:01", *storm)
        assert opened.row().total == count + 1
        return best

    seconds(100)
    assert seconds(4000) < 12 * seconds(1000)


def test_provisional_is_the_worst_so_far_and_held_back_alerts_do_not_count() -> None:
    world = World()
    world.open("10:00", alert("a", P3))
    world.fire("10:01", alert("b", P1, muted_until=at("12:00")))
    assert world.row().provisional is P3
    world.fire("10:02", alert("c", P2))
    world.clear("10:03", "c")
    assert world.row().provisional is P2
    world.fire("10:04", alert("b", P1))
    assert world.row().provisional is P1


def test_a_new_stretch_begins_with_what_fires_then() -> None:
    world = World()
    world.open("10:00", alert("a", P1), alert("b", P3))
    world.advance("10:00")
    world.clear("10:01", "a")
    world.ack("10:02")
    world.do("10:03", Resolve(despite_firing=True))
    world.do("10:04", Reopen())
    assert world.row().provisional is P3
    assert world.incident().paged == ()


def test_steps_keep_the_latest_mark_in_the_order_of_the_runbook() -> None:
    world = World()
    world.open("10:00", alert())
    world.do("10:01", MarkStep(2, StepState.DONE, "restart", "db.md"))
    world.do("10:02", MarkStep(1, StepState.FAILED, "look", "db.md", "no shell"))
    world.do("10:03", MarkStep(2, StepState.SKIPPED, "restart", "db.md"))
    marks = [(mark.step, mark.state, mark.result) for mark in world.incident().steps]
    assert marks == [(1, StepState.FAILED, "no shell"), (2, StepState.SKIPPED, "")]


def test_the_row_says_what_the_incident_says() -> None:
    world = World()
    world.open("10:00", alert(muted_until=at("10:30")))
    row = summarise(world.incident())
    assert (row.firing, row.total, row.held_until) == (1, 1, at("10:30"))
    assert (row.level, row.paged_now, row.epoch_at) == (None, (), at("10:00"))
    assert row.paused == timedelta()


def test_the_engines_ack_takes_nothing_from_the_owner() -> None:
    events = log()
    twice = fold([*events, ev.Event("INC-1", len(events) + 1, at("10:09"), ENGINE, ev.Acked())])
    assert twice.owner == "asha"
    assert twice.epoch.first_human_ack == at("10:01")
