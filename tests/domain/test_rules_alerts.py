"""The rules S1-S5 and S8: what the sources say, and what sleeps."""

from __future__ import annotations

import pytest

from console.domain import events as ev
from console.domain.commands import (
    Ack,
    Command,
    Mitigate,
    Snooze,
)
from console.domain.decide import NoChange
from console.domain.due import next_due
from console.domain.incident import State
from console.domain.priority import Priority
from tests.abilities import silencing
from tests.domain.world import BOT, P1, P2, P3, P4, POLICY, World, acked, alert, at, policy


def test_s1_a_duplicate_updates_an_acked_incident_and_leaves_it_acked() -> None:
    world = acked()
    world.fire("10:05", alert(description="now 20 %"))
    incident = world.incident()
    assert incident.is_acked
    member = incident.members[0][1]
    assert (member.count, member.last_seen, member.alert.description) == (2, at("10:05"), "now 20 %")


def test_a_silence_that_comes_and_goes_is_no_repetition() -> None:
    world = acked()
    for when, until in (("10:05", at("10:16")), ("10:14", at("10:31")), ("10:20", None)):
        world.fire(when, alert(muted_until=until, muted_by="Asha" if until else ""))
        member = world.incident().members[0][1]
        assert (member.count, member.alert.muted_until) == (1, until)
    world.clear("10:21", "a")
    world.fire("10:22", alert(muted_until=at("10:40"), muted_by="Asha"))
    assert world.incident().members[0][1].count == 2


@pytest.mark.parametrize(
    ("after", "state"), [(P1, State.TRIGGERED), (P2, State.ACKNOWLEDGED), (P3, State.ACKNOWLEDGED)]
)
def test_s2_only_a_worse_severity_triggers_again(after: Priority, state: State) -> None:
    world = acked(P2)
    world.fire("10:05", alert(priority=after))
    assert world.incident().state is state


def test_s2_a_severity_people_have_seen_is_no_news() -> None:
    world = acked(P2)
    world.fire("10:05", alert(priority=P3))
    world.fire("10:06", alert(priority=P2))
    assert world.incident().is_acked
    assert world.count(ev.SeverityRaised) == 0


def test_s2_a_worse_alert_that_joins_triggers_again_too() -> None:
    world = acked(P2)
    world.fire("10:05", alert("b", P1))
    assert world.incident().state is State.TRIGGERED


def test_s2_a_worse_severity_ends_what_a_bot_has_halted() -> None:
    world = World()
    world.open("10:00", alert(priority=P3))
    world.ack("10:01", BOT)
    world.fire("10:02", alert(priority=P1))
    assert next_due(world.incident(), POLICY) == at("10:02")


def test_s3_cleared_unacked_stays_until_a_person_acks() -> None:
    world = World()
    world.open("10:00", alert("a"), alert("b"))
    world.clear("10:02", "a")
    assert world.incident().state is State.TRIGGERED
    world.clear("10:03", "b")
    assert world.incident().state is State.CLEARED_UNACKED
    assert world.incident().is_open
    world.ack("10:10", BOT)
    assert world.incident().state is State.CLEARED_UNACKED
    world.ack("10:20")
    assert world.incident().state is State.RESOLVED
    assert world.incident().auto_resolved


def test_s3_what_flaps_while_nobody_looks_stays_one_stretch() -> None:
    world = World()
    world.open("10:00", alert())
    world.advance("10:00")
    world.clear("10:02", "a")
    world.fire("10:03", alert())
    incident = world.incident()
    assert (incident.state, len(incident.epochs)) == (State.TRIGGERED, 1)
    assert incident.epoch.recovered_at is None
    assert next_due(incident, POLICY) == at("10:05")  # the timer has not started anew


@pytest.mark.parametrize("priority", [P3, P4])
def test_s4_an_acked_p3_resolves_once_it_has_stayed_clear(priority: Priority) -> None:
    world = acked(priority)
    world.clear("10:10", "a")
    assert world.incident().is_acked
    assert isinstance(world.advance("10:14:59"), NoChange)
    world.fire("10:14:59", alert(priority=priority))
    assert isinstance(world.advance("10:15"), NoChange)
    world.clear("10:20", "a")
    world.advance("10:25")
    incident = world.incident()
    assert (incident.state, incident.auto_resolved) == (State.RESOLVED, True)
    assert incident.epoch.recovered_at == at("10:20")


@pytest.mark.parametrize("priority", [P1, P2])
def test_s4_an_acked_p1_waits_for_a_person(priority: Priority) -> None:
    world = acked(priority)
    world.clear("10:02", "a")
    world.advance("10:20")
    assert world.incident().is_acked


def test_s4_nothing_resolves_while_a_member_fires() -> None:
    world = acked(P3)
    world.fire("10:02", alert("b", P3))
    world.clear("10:03", "a")
    assert isinstance(world.advance("10:30"), NoChange)
    assert world.row().firing == 1


@pytest.mark.parametrize("prepare", [(), (Ack(),), (Ack(), Mitigate())])
def test_s5_waking_returns_to_the_state_before(prepare: tuple[Command, ...]) -> None:
    world = World()
    world.open("10:00", alert())
    for command in prepare:
        world.do("10:01", command)
    before = world.incident().state
    world.do("10:02", Snooze(at("10:30")))
    assert world.incident().state is before
    world.advance("10:30")
    assert world.incident().state is before
    assert world.incident().snoozed_until is None


def test_s8_a_snoozed_incident_wakes_when_it_clears() -> None:
    world = acked()
    world.do("10:02", Snooze(at("11:00")))
    world.clear("10:10", "a")
    assert world.incident().snoozed_until is None
    assert world.bodies()[-1] == ev.Woke("cleared")


def test_s8_a_snooze_never_hides_a_new_alert() -> None:
    world = World()
    world.open("10:00", alert())
    world.advance("10:00")
    world.do("10:02", Snooze(at("11:00")))
    assert next_due(world.incident(), POLICY) == at("11:00")
    world.fire("10:09", alert())  # the same again is nothing new
    assert world.incident().snoozed_until == at("11:00")
    world.fire("10:10", alert("b"))
    assert world.incident().snoozed_until is None
    assert next_due(world.incident(), POLICY) == at("10:10")


def test_s8_an_alert_held_back_by_its_source_wakes_nobody() -> None:
    world = acked()
    world.do("10:02", Snooze(at("11:00")))
    world.fire("10:10", alert("b", muted_until=at("12:00")))
    assert world.incident().snoozed_until == at("11:00")
    assert world.row().total == 2


def test_s8_our_own_silence_hides_no_new_alert() -> None:
    world = World(policy(abilities=silencing("prod")))
    world.open("10:00", alert())
    world.ack("10:01")
    world.do("10:02", Snooze(at("11:00")))
    world.fire("10:10", alert("b", muted_until=at("11:00"), muted_by="oncall"))
    assert world.incident().snoozed_until is None
