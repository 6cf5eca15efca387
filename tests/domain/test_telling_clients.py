"""Who is asked to tell clients: with a handover it goes to who took it over, as long as they are on duty."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.commands import Ack
from console.domain.hints.digest import digest
from console.domain.hints.here import here
from console.domain.hints.incidents import incident_wishes
from console.domain.notify.channels import Channel
from console.domain.notify.notification import Topic
from console.domain.notify.timed import moments, tell
from console.domain.people import Person
from console.domain.roster import duties
from console.domain.standing import standing, viewer
from console.domain.team.live import live
from console.domain.team.state import NO_TEAM_STATE
from tests.domain.world import ASHA, P1, POLICY, World, alert, at

CHAT = Channel("chat", "slack", "slack")
PEOPLE = {name: Person(name, name.title(), (("slack", name),)) for name in POLICY.people}
RULES = replace(POLICY, people=PEOPLE, channels=(CHAT,))
LATE = at("10:05")


def told_by(*holders: tuple[str, str]) -> World:
    """Return an incident that Asha has, where clients are owed their first update and somebody tells them."""
    world = World(live(RULES, replace(NO_TEAM_STATE, comms=holders)))
    world.open("10:00", alert(), priority=P1)
    world.do("10:01", Ack(), ASHA)
    return world


@pytest.mark.parametrize(
    ("holders", "person"),
    [
        ((), "asha"),
        ((("payments", "budi"),), "budi"),
        ((("search", "budi"),), "asha"),
        ((("payments", "dewi"),), "asha"),  # off duty: the owner hears of it
    ],
)
def test_that_an_update_is_due_is_told_to_who_took_it_over(
    holders: tuple[tuple[str, str], ...], person: str
) -> None:
    world = told_by(*holders)
    incident = world.incident()
    due = [one for one in moments(incident, world.policy) if one.topic is Topic.COMMS]
    assert [one.person for moment in due for one in tell(moment, incident, world.policy, LATE)] == [person]
    breach = next(one for one in moments(incident, world.policy) if one.topic is Topic.BREACH)
    assert [one.person for one in tell(breach, incident, world.policy, LATE)] == ["asha"]


@pytest.mark.parametrize(
    ("holders", "asked"),
    [((), {"asha"}), ((("payments", "budi"),), {"asha", "budi"}), ((("payments", "dewi"),), {"asha"})],
)
def test_next_asks_it_of_who_took_it_over_and_of_the_owner(
    holders: tuple[tuple[str, str], ...], asked: set[str]
) -> None:
    world = told_by(*holders)
    item, policy = standing(world.row(), world.policy), world.policy
    now = LATE + timedelta(minutes=1)
    found = set()
    for me in ("asha", "budi", "dewi"):
        who = viewer(me, duties(policy.roster, now), policy)
        hints = [one.text for one in incident_wishes(digest([item], who), policy, now)]
        under = here(item, None, who, policy, now).text
        words = "tell clients of INC-1: first update 01:00 overdue"
        assert (words in hints) == (words == under)
        found |= {me} if words == under else set()
    assert found == asked
