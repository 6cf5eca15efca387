"""Who would hear of a page, when and by which channel, said before it is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from console.domain.byhand import heard, planned
from console.domain.commands import Escalate
from console.domain.escalation import Planned
from console.domain.notify.channels import Channel
from console.domain.notify.heard import spoken
from console.domain.notify.notification import Topic
from console.domain.notify.rules import Quiet, Rule
from console.domain.people import Person
from console.domain.policy import Policy
from console.domain.priority import Priority
from console.domain.walltime import Hours
from tests.domain.world import P1, P3, PRIMARY, SECONDARY, at, chain, minutes, opened

SLACK = Channel("slack", "slack", contact="slack", room="#payments")
MAIL = Channel("email", "smtp", contact="email")
WALL = Channel("wall", "webhook", room="wall")
PEOPLE = {
    "asha": Person("asha", "Asha", (("slack", "@asha"),)),
    "budi": Person("budi", "Budi", (("slack", "@budi"), ("email", "budi@shop.example"))),
    "dewi": Person("dewi", "Dewi"),
    "rina": Person("rina", "Rina"),
}
PAGED = frozenset({Topic.PAGED})
RULES = (
    Rule(PAGED, ("slack",)),
    Rule(PAGED, ("email",), after=timedelta(minutes=5), quiet=Quiet(Hours(time(17), time(18)))),
)


def rules(*channels: Channel, said: tuple[Rule, ...] = RULES) -> Policy:
    levels = (replace(PRIMARY, channels=("slack",)), SECONDARY)
    return replace(chain(*levels), channels=channels, people=PEOPLE, rules=said)


def lines(policy: Policy, command: Escalate, priority: Priority = P1, when: str = "10:00") -> list[str]:
    row = opened(policy, priority).row()
    plan = planned(row, command, policy, at(when), "rina")
    assert isinstance(plan, Planned), plan
    return [text for text, _ in spoken(heard(row, plan, policy), policy, at(when), clock)]


def clock(then: datetime) -> str:
    return f"{then:%H:%M}"


def test_each_way_in_its_time() -> None:
    found = lines(rules(SLACK, MAIL), Escalate(person="budi"))
    assert found == ["Budi · slack @budi now, email budi@shop.example after 5m"]


def test_quiet_hours_of_low_urgency_are_said() -> None:
    found = lines(rules(SLACK, MAIL), Escalate(person="budi"), P3)  # 17:00 in Jakarta
    assert found == ["Budi · slack @budi now, email budi@shop.example at 11:00, after quiet hours"]


def test_the_rooms_of_the_level_are_told() -> None:
    assert lines(rules(SLACK, MAIL), Escalate(level=0)) == [
        "Asha · slack @asha now",
        "room #payments · slack now",
    ]


@pytest.mark.parametrize(
    ("policy", "command", "expected"),
    [
        (rules(SLACK, MAIL), Escalate(person="dewi"), ["nobody is told: no [[channels]] reach Dewi"]),
        (
            rules(),
            Escalate(person="dewi"),
            ["Dewi is told by the console only: the config has no [[channels]]"],
        ),
        (
            rules(SLACK, said=(Rule(frozenset({Topic.ACKED}), ("slack",)),)),
            Escalate(person="budi"),
            ["nobody is told: no [[notify]] is about Budi being paged"],
        ),
        (
            rules(WALL, said=(Rule(PAGED, ("wall",)),)),
            Escalate(person="budi"),
            ["Budi is told in the room only", "room wall · wall now"],
        ),
        (
            rules(MAIL),
            Escalate(level=0),
            [
                "nobody is told: no [[channels]] reach Asha",
                'no room is told: no [[channels]] called "slack" has one',
            ],
        ),
    ],
)
def test_who_is_not_told_is_said(policy: Policy, command: Escalate, expected: list[str]) -> None:
    assert lines(policy, command) == expected


def test_a_team_means_its_primary() -> None:
    policy = rules(SLACK)
    row = opened(policy).row()
    plan = planned(row, Escalate(team="payments"), policy, at("10:00"), "rina")
    assert isinstance(plan, Planned)
    assert (plan.people, plan.name) == (("asha",), "on call for payments")
    assert planned(row, Escalate(team="search"), policy, at("10:00"), "") == (
        "nobody is on call for search now: choose a person"
    )
    assert planned(row, Escalate(team="serch"), policy, at("10:00"), "") == (
        'no team is called "serch"; known: payments, search'
    )


def test_next_means_somebody_else_than_the_one_who_asks() -> None:
    policy = rules(SLACK)
    row = replace(opened(policy).row(), level=0, level_at=at("10:00") + minutes(0), paged_now=("asha",))
    plan = planned(row, Escalate(), policy, at("10:01"), "budi")
    assert isinstance(plan, str)
    assert plan.startswith("nobody new to page above this level")
