"""When nobody is paged although it is due: maintenance, and the nights of low urgency."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from zoneinfo import ZoneInfo

import pytest

from console.domain import events as ev
from console.domain.commands import Escalate, SetPriority
from console.domain.decide import NoChange
from console.domain.due import next_due
from console.domain.escalation import page_due, preview, standstill
from console.domain.holds import Hold, HoldKind, maintenance
from console.domain.people import Person
from console.domain.policy import Level, Policy, Target
from console.domain.sla import ack_clock
from console.domain.team.state import Maintenance
from console.domain.walltime import Hours
from tests.domain.world import (
    P1,
    P2,
    P4,
    POLICY,
    PRIMARY,
    World,
    alert,
    at,
    chain,
    minutes,
    opened,
    policy,
)


def work(
    start: str, end: str, services: tuple[str, ...] = ("payments",), teams: tuple[str, ...] = ()
) -> Maintenance:
    return Maintenance(at(start), at(end), services, teams, "new switches")


def during(*spans: Maintenance) -> Policy:
    return policy(maintenance=spans)


def said(row_hold: Hold | None) -> str:
    return row_hold.words(lambda then: f"{then:%H:%M}") if row_hold else ""


@pytest.mark.parametrize(("services", "teams"), [(("payments",), ()), ((), ("payments",))])
def test_who_is_in_maintenance_is_paged_when_it_ends(
    services: tuple[str, ...], teams: tuple[str, ...]
) -> None:
    world = opened(during(work("09:00", "11:00", services, teams)))
    assert isinstance(world.advance("10:00"), NoChange)
    (first, *_) = preview(world.row(), world.policy, at("10:00"))
    assert (first.at, first.people) == (at("11:00"), ("asha",))
    assert said(first.hold) == "maintenance until 11:00 (new switches)"
    assert standstill(world.row(), world.policy) == ""
    assert next_due(world.incident(), world.policy, at("10:30")) == at("11:00")
    world.advance("11:00")
    assert world.incident().paged_now == ("asha",)


def test_maintenance_of_something_else_holds_nothing_back() -> None:
    world = opened(during(work("09:00", "11:00", services=("api",), teams=("search",))))
    world.advance("10:00")
    assert world.count(ev.Escalated) == 1


def test_the_level_timer_stands_still_and_the_ack_clock_runs() -> None:
    world = opened(during(work("10:02", "11:00")))
    world.advance("10:00")
    assert page_due(world.incident(), world.policy) == at("11:03")  # three minutes were left
    assert ack_clock(world.row(), world.policy).deadline == at("10:05")
    assert isinstance(world.advance("10:30"), NoChange)


def test_a_maintenance_that_ends_early_pages_at_once_what_is_due() -> None:
    world = opened(during(work("09:00", "14:00")))
    world.advance("10:00")
    world.policy = during(work("09:00", "10:10"))
    assert page_due(world.incident(), world.policy) == at("10:10")
    world.advance("10:12")
    assert world.incident().paged_now == ("asha",)


def test_those_that_follow_each_other_are_one() -> None:
    rules = during(work("10:30", "12:00"), work("09:00", "11:00"), work("13:00", "14:00"))
    world = opened(rules)
    assert maintenance(world.row(), rules, at("10:00")) == Hold(
        HoldKind.MAINTENANCE, at("12:00"), "new switches"
    )
    assert page_due(world.incident(), rules) == at("12:00")


def test_an_engine_that_comes_late_into_a_maintenance_waits_for_its_end() -> None:
    world = opened(during(work("10:06", "11:00")))
    world.advance("10:00")
    assert page_due(world.incident(), world.policy) == at("10:05")
    assert isinstance(world.advance("10:10"), NoChange)
    assert next_due(world.incident(), world.policy, at("10:10")) == at("11:00")
    world.advance("11:00")
    assert world.incident().paged_now == ("budi",)


def test_by_hand_somebody_is_paged_in_a_maintenance() -> None:
    world = opened(during(work("09:00", "11:00")))
    world.do("10:00", Escalate())
    assert world.count(ev.Escalated) == 1


def night(when: str, rules: Policy = POLICY) -> World:
    """Return a world in which a P4 opens at a time of the day; Jakarta is seven hours ahead."""
    world = World(rules)
    world.open(when, alert(priority=P4))
    return world


def test_low_urgency_waits_for_the_morning_of_whom_it_would_page() -> None:
    world = night("16:00")  # 23:00 in Jakarta
    assert isinstance(world.advance("16:00"), NoChange)
    (first,) = preview(world.row(), POLICY, at("16:00"))
    assert (first.at, first.people, said(first.hold)) == (
        at("00:00", day=1),
        ("asha",),
        "waits for the morning",
    )
    world.advance(at("00:00", day=1))
    assert world.incident().paged_now == ("asha",)


def test_high_urgency_does_not_and_worse_means_now() -> None:
    world = night("16:00")
    world.do("17:00", SetPriority(P2))
    assert page_due(world.incident(), POLICY) == at("16:00")


def test_a_person_has_nights_of_their_own() -> None:
    berlin = Person("asha", "Asha", zone=ZoneInfo("Europe/Berlin"))
    rules = policy(people=POLICY.people | {"asha": berlin})
    assert page_due(night("16:00", rules).incident(), rules) == at("16:00")  # 17:00 there
    assert page_due(night("22:00", rules).incident(), rules) == at("06:00", day=1)


def test_whoever_is_on_call_by_the_morning_is_asked() -> None:
    world = World(POLICY)
    monday = at("23:30", day=5)  # the rotation moves on Monday at 09:00 there
    world.now = monday
    world.open(at("16:00", day=5), alert(priority=P4))
    assert preview(world.row(), POLICY, world.now)[0].at == at("00:00", day=6)


def test_where_some_always_sleep_nobody_waits() -> None:
    zones = {"asha": "Asia/Jakarta", "budi": "Europe/Berlin", "dewi": "America/Los_Angeles"}
    people = {name: Person(name, name.title(), zone=ZoneInfo(zone)) for name, zone in zones.items()}
    target: Target = replace(POLICY.targets[P4], asleep=Hours(time(17), time(9)))
    rules = replace(
        chain(Level(("asha", "budi", "dewi"), minutes(0))),
        people=people,
        targets=POLICY.targets | {P4: target},
    )
    assert page_due(night("16:00", rules).incident(), rules) == at("16:00")


def test_maintenance_into_the_night_waits_for_both() -> None:
    rules = policy(maintenance=(work("09:00", "16:00"),))
    world = night("10:00", rules)
    (first,) = preview(world.row(), rules, at("10:00"))
    assert first.at == at("00:00", day=1)
    assert said(first.hold) == "waits for the morning"


def test_other_priorities_may_sleep_too() -> None:
    target = replace(POLICY.targets[P1], asleep=Hours(time(17), time(18)))
    rules = replace(chain(PRIMARY), targets=POLICY.targets | {P1: target})
    world = opened(rules, P1)  # 17:00 in Jakarta
    assert page_due(world.incident(), rules) == at("11:00")
