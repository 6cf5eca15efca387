"""Which of a team's chains an incident uses, and what happens when that changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain import events as ev
from console.domain.commands import Assign, Escalate, SetPriority
from console.domain.due import next_due
from console.domain.escalation import page_due, preview, standstill
from console.domain.notify.channels import Channel
from console.domain.people import Person
from console.domain.policy import Chain, Level, Policy
from console.domain.priority import Priority
from tests.domain.world import (
    BUDI,
    CHAIN,
    P1,
    P2,
    P3,
    POLICY,
    PRIMARY,
    SECONDARY,
    alert,
    at,
    chain,
    minutes,
    opened,
    policy,
)

URGENT = Chain(
    "payments", (Level(("dewi",), minutes(0)), Level(("rina",), minutes(2))), priorities=frozenset({P1})
)
FOR_API = Chain("payments", (Level(("rina",), minutes(0)),), services=frozenset({"api"}))
API_P1 = Chain(
    "payments",
    (Level(("budi",), minutes(0)),),
    services=frozenset({"api"}),
    priorities=frozenset({P1}),
)


def several(*chains: Chain) -> Policy:
    return policy(chains=(CHAIN, *chains))


@pytest.mark.parametrize(
    ("service", "priority", "expected"),
    [
        ("web", P2, CHAIN),
        ("web", P1, URGENT),
        ("web", None, URGENT),  # unsure: take the higher
        ("api", P2, FOR_API),
        ("api", P1, API_P1),
    ],
)
def test_the_most_special_chain_wins(service: str, priority: Priority | None, expected: Chain) -> None:
    rules = several(URGENT, FOR_API, API_P1)
    assert rules.chain("payments", service, priority) is expected
    assert rules.chain("search", service, priority) is None


def test_a_service_goes_before_a_priority_and_of_equals_the_first_counts() -> None:
    rules = several(URGENT, FOR_API, replace(FOR_API, repeat=3))
    assert rules.chain("payments", "api", P1) is FOR_API


def test_a_chain_is_known_by_what_it_is_for_not_by_its_name() -> None:
    assert (CHAIN.scope, URGENT.scope, API_P1.scope) == ("", "P1", "api P1")
    assert replace(URGENT, name="all hands").scope == "P1"


def test_another_priority_starts_its_chain_from_that_moment() -> None:
    world = opened(several(URGENT))
    world.advance("10:00")
    world.advance("10:05")
    world.do("10:07", SetPriority(P1))
    assert [(one.at, one.people) for one in preview(world.row(), world.policy, at("10:07"), 2)] == [
        (at("10:07"), ("dewi",)),
        (at("10:09"), ("rina",)),
    ]
    world.advance("10:07")
    assert world.incident().paged_now == ("dewi",)
    assert world.bodies()[-1] == ev.Escalated(0, ("dewi",), auto=True, name="dewi", chain="P1")
    assert page_due(world.incident(), world.policy) == at("10:09")


def test_back_to_the_old_chain_before_anybody_was_paged_only_restarts_its_level() -> None:
    world = opened(several(URGENT))
    world.advance("10:00")
    world.do("10:01", SetPriority(P1))
    world.do("10:01:30", SetPriority(P2))
    assert page_due(world.incident(), world.policy) == at("10:06:30")


def test_a_priority_within_the_same_chain_goes_on_at_its_level() -> None:
    world = opened(several(URGENT))
    world.advance("10:00")
    world.do("10:01", SetPriority(P3))
    assert page_due(world.incident(), world.policy) == at("10:06")
    assert preview(world.row(), world.policy, at("10:01"), 1)[0].level == 1


def test_another_chain_in_the_config_pages_its_first_step_at_once() -> None:
    world = opened()
    world.advance("10:00")
    world.policy = several(replace(FOR_API, services=frozenset({"payments"})))
    assert next_due(world.incident(), world.policy, at("10:01")) == at("10:00")
    world.advance("10:01")
    assert world.incident().paged_now == ("rina",)
    world.policy = policy()
    world.advance("10:32")
    assert world.incident().paged_now == ("asha",)


def test_what_a_person_pages_belongs_to_the_chain_of_the_moment() -> None:
    world = opened(several(URGENT), P1)
    world.do("10:00", Escalate(person="budi"))
    assert world.incident().chain == "P1"
    assert page_due(world.incident(), world.policy) == at("10:02")
    other = opened(several(URGENT), P1)
    other.do("10:00", Assign("budi"))
    assert other.incident().chain == "P1"


def test_a_level_may_tell_rooms_besides_people() -> None:
    world = opened(chain(replace(PRIMARY, channels=("team",)), SECONDARY))
    world.advance("10:00")
    assert ev.Escalated(0, ("asha",), auto=True, name="primary, #team", channels=("team",)) in world.bodies()
    assert world.incident().paged_now == ("asha",)


def test_a_level_of_rooms_only_tells_them_and_the_next_comes_at_its_time() -> None:
    world = opened(
        chain(PRIMARY, Level((), minutes(5), channels=("team",)), replace(SECONDARY, after=minutes(7)))
    )
    world.advance("10:00")
    world.advance("10:05")
    assert world.bodies()[-1] == ev.Escalated(1, (), auto=True, name="#team", channels=("team",))
    assert world.incident().paged_now == ("asha",)  # who has not answered
    assert page_due(world.incident(), world.policy) == at("10:07")
    assert world.count(ev.LevelSkipped) == 0


def test_the_rooms_of_a_skipped_level_hear_of_the_page_that_is_made_instead() -> None:
    world = opened(chain(Level(("nobody",), minutes(0), channels=("team",)), SECONDARY))
    world.advance("10:00")
    assert world.count(ev.LevelSkipped) == 1
    assert world.bodies()[-1] == ev.Escalated(1, ("budi",), auto=True, name="secondary", channels=("team",))


def test_where_nobody_is_left_the_rooms_are_told_all_the_same() -> None:
    world = opened(chain(Level(("nobody",), minutes(0), channels=("team",)), repeat=0))
    world.advance("10:00")
    assert [type(body) for body in world.bodies()[-2:]] == [ev.LevelSkipped, ev.Escalated]
    assert standstill(world.row(), world.policy) == "the end of the chain is reached"


def test_by_hand_a_room_is_nobody_to_hand_it_to() -> None:
    world = opened(chain(PRIMARY, Level((), minutes(5), channels=("team",)), Level(("dewi",), minutes(9))))
    world.advance("10:00")
    refused = world.decide("10:01", Escalate(level=1))
    assert "it only tells a room" in getattr(refused, "text", "")
    world.do("10:01", Escalate())
    assert world.incident().paged_now == ("dewi",)
    assert world.count(ev.LevelSkipped) == 0


MAIL = Channel("mail", "smtp", contact="email")
REACHED = Person("budi", "Budi", (("email", "budi@shop.example"),))


@pytest.mark.parametrize(
    ("channels", "skipped"),
    [
        ((), []),  # none configured: no contact is demanded
        ((Channel("team", "slack_webhook", room="#team"),), []),  # rooms only: likewise
        ((MAIL,), ["primary: nobody can be reached (Asha has no contact)"]),
        (
            (MAIL, Channel("team", "slack_webhook", room="#team")),
            ["primary: nobody can be reached (Asha has no contact)"],
        ),
    ],
)
def test_a_level_that_no_channel_can_reach_is_skipped_and_said(
    channels: tuple[Channel, ...], skipped: list[str]
) -> None:
    rules = replace(chain(PRIMARY, SECONDARY), channels=channels, people=POLICY.people | {"budi": REACHED})
    world = opened(rules)
    world.advance("10:00")
    said = [body.reason for body in world.bodies() if isinstance(body, ev.LevelSkipped)]
    assert said == skipped
    assert world.incident().paged_now == (("budi",) if skipped else ("asha",))


def test_of_several_people_one_with_a_contact_is_enough_and_none_is_said_once() -> None:
    people = POLICY.people | {"budi": REACHED}
    both = Level(("primary", "secondary"), minutes(0))
    world = opened(replace(chain(both), channels=(MAIL,), people=people))
    world.advance("10:00")
    assert world.incident().paged_now == ("asha", "budi")
    none = opened(replace(chain(Level(("asha", "dewi"), minutes(0)), repeat=0), channels=(MAIL,)))
    none.advance("10:00")
    assert none.bodies()[-1] == ev.LevelSkipped(
        0, "asha, dewi: nobody can be reached (Asha, Dewi have no contact)"
    )
    assert none.count(ev.Escalated) == 0


def test_a_priority_that_changes_while_somebody_has_it_pages_nobody() -> None:
    world = opened(several(URGENT))
    world.advance("10:00")
    world.ack("10:01", BUDI)
    world.do("10:02", SetPriority(P1))
    assert page_due(world.incident(), world.policy) is None


def test_worse_alerts_start_the_more_urgent_chain() -> None:
    world = opened(several(URGENT))
    world.advance("10:00")
    world.fire("10:01", alert("b", P1))
    world.advance("10:01")
    assert world.incident().paged_now == ("dewi",)
