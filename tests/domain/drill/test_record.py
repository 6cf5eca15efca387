"""A drill made of a real incident, and the rules it is played by."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.commands import Ack, Escalate, MarkStep, Note, Resolve, SetPriority, Undo
from console.domain.drill.record import record
from console.domain.drill.recording import Recording
from console.domain.drill.rules import drill_rules
from console.domain.priority import Priority
from console.domain.roster import duties
from console.domain.vocabulary import StepState
from console.drill.files import builtin, parse, timeline, to_json
from tests.domain.world import ASHA, POLICY, World, alert, at

TOKEN = "ghp_0123456789abcdefghijABCDEFGHIJ012345"


def worked() -> World:
    """Return an incident of two machines; what people wrote and what the alerts say has names in it."""
    world = World()
    one = replace(
        alert(labels=(("alertname", "Unwell"), ("instance", "db-7.prod.example:9090"))),
        title="db-7.prod.example refuses Asha",
        description=f"asked by budi with token={TOKEN}",
    )
    two = alert("b", labels=(("alertname", "Unwell"), ("instance", "db-8")))
    world.open("10:00", one, two, title="db-7.prod.example is unwell, says Asha")
    world.advance("10:00")
    world.ack("10:02")
    world.do("10:03", SetPriority(Priority.P1), ASHA)
    world.do("10:04", SetPriority(Priority.P2), ASHA)
    world.do("10:05", MarkStep(1, StepState.FAILED, "one"), ASHA)
    world.do("10:06", Note("Budi knows"), ASHA)
    world.do("10:07", Escalate(), ASHA)
    world.do("10:08", Ack(), ASHA)
    world.clear("10:20", "a")
    world.fire("10:25", one)
    world.clear("10:30", "a", "b")
    world.do("10:33", Resolve("Asha did it", "deploy by budi"), ASHA)
    return world


def recorded(world: World | None = None) -> Recording:
    world = world or worked()
    return record(world.incident(), world.logs["INC-1"], POLICY.people.values())


def test_times_count_from_the_first_alert() -> None:
    drill = recorded()
    assert [(one.id, one.at, one.until) for one in drill.alarms] == [
        ("alert-1", 0, 1200), ("alert-2", 0, 1800), ("alert-1", 1500, 1800),
    ]  # fmt: skip
    done = drill.responded
    assert (done.acked, done.priority, done.priority_set, done.noted) == (120, Priority.P2, 180, 360)
    assert (done.steps, done.escalated, done.resolved) == (((1, StepState.FAILED),), 420, 1980)
    assert drill.lasts == 1980


def test_people_machines_and_secrets_are_gone_and_labels_stay() -> None:
    drill = recorded()
    text = to_json(drill)
    for word in ("asha", "budi", "db-7", "db-8", TOKEN, "knows"):
        assert word not in text.lower(), word
    first = drill.alarms[0]
    assert dict(first.labels) == {"alertname": "Unwell", "instance": "host-1"}
    assert drill.alarms[1].labels[1] == ("instance", "host-2")
    assert first.title == "host-1 refuses person-1"
    assert drill.responded.cause == "deploy by person-2"


def test_what_was_taken_back_was_not_done() -> None:
    world = World()
    world.open("10:00", alert())
    world.advance("10:00")
    world.ack("10:01")
    world.do("10:02", Note("x"), ASHA)
    world.do("10:02:01", Undo(), ASHA)
    assert recorded(world).responded.noted is None


def test_an_incident_that_a_person_reported_makes_no_drill() -> None:
    world = World()
    world.open("10:00")
    with pytest.raises(ValueError, match="no alerts"):
        recorded(world)


def test_a_file_comes_back_as_it_was() -> None:
    drill = recorded()
    assert parse(to_json(drill), "x") == drill
    assert timeline(drill).count("\n") == 3


def test_the_drills_of_the_product_are_whole() -> None:
    drills = {one.name: one for one in builtin()}
    assert set(drills) == {"failing-dependency", "flapping-probe", "first-step-fails"}
    for one in drills.values():
        assert one.about.startswith(f"{one.responded.priority.label if one.responded.priority else ''}:")
        assert all(alarm.until for alarm in one.alarms)
        assert one.responded.resolved
        assert one.responded.resolved > max(alarm.until or 0 for alarm in one.alarms)
    assert drills["first-step-fails"].responded.steps[0] == (1, StepState.FAILED)


def test_the_rules_are_the_teams_without_all_that_reaches_out() -> None:
    (drill,) = (one for one in builtin() if one.name == "failing-dependency")
    now = at("10:00")
    rules = drill_rules(POLICY, drill, "budi", now)
    assert (rules.channels, rules.rules, rules.abilities, rules.checklists) == ((), (), {}, ())
    assert rules.targets == POLICY.targets
    assert rules.services["payments"] == POLICY.services["payments"]
    assert rules.services["drill-payments"].depends_on == ("drill-orders-db",)
    primary = next(duty for duty in duties(rules.roster, now) if duty.role == "primary")
    assert (primary.team, primary.person) == ("payments", "budi")


def test_ten_times_as_fast_every_target_is_a_tenth() -> None:
    quick = drill_rules(POLICY, recorded(), "asha", at("10:00"), 10)
    for priority, target in POLICY.targets.items():
        assert quick.targets[priority].ack == target.ack / 10
        assert quick.targets[priority].resolve == target.resolve / 10
        assert quick.targets[priority].pausable == target.pausable
    assert quick.chains[0].levels[1].after == timedelta(seconds=30)
    assert quick.priority_within == timedelta(seconds=30)
    assert quick.undo_within == POLICY.undo_within
