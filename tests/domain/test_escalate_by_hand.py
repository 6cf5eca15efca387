"""Escalating by hand: who is paged, and what is refused."""

from __future__ import annotations

import pytest

from console.domain import events as ev
from console.domain.commands import Assign, Escalate, Snooze
from console.domain.decide import Rejected
from console.domain.escalation import next_level
from console.domain.policy import Level
from tests.domain.world import ASHA, BUDI, DEWI, POLICY, PRIMARY, at, chain, minutes, opened


def test_by_hand_the_next_level_is_shown_and_paged() -> None:
    world = opened()
    world.advance("10:00")
    plan = next_level(world.row(), POLICY, at("10:01"), "asha")
    assert plan is not None
    assert (plan.level, plan.people) == (1, ("budi",))
    world.do("10:01", Escalate())
    assert world.incident().paged_now == plan.people


def test_by_hand_nobody_escalates_to_themselves() -> None:
    world = opened()
    world.do("10:00", Escalate(), ASHA)
    assert world.incident().paged_now == ("budi",)
    assert world.count(ev.LevelSkipped) == 1


def test_by_hand_there_is_nothing_above_the_top() -> None:
    world = opened()
    world.do("10:00", Escalate(level=2))
    refused = world.decide("10:01", Escalate(), DEWI)
    assert isinstance(refused, Rejected)
    assert "the last is level 2, L1 manager): choose a level or a person" in refused.text


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (Escalate(level=7), "there is no level 7: 0 to 2"),
        (Escalate(person="eko"), 'nobody is called "eko"; known: asha, budi, dewi, rina'),
        (Assign("eko"), 'nobody is called "eko"; known: asha, budi, dewi, rina'),
    ],
)
def test_by_hand_who_is_not_there_is_not_paged(command: Escalate, words: str) -> None:
    assert opened().decide("10:01", command) == Rejected(words)


def test_by_hand_an_empty_level_is_refused() -> None:
    world = opened(chain(PRIMARY, Level(("nobody",), minutes(5), "the other team")))
    refused = world.decide("10:01", Escalate(level=1))
    assert isinstance(refused, Rejected)
    assert refused.text.startswith("level 1, the other team: nobody is on call")


def test_escalating_wakes_what_sleeps() -> None:
    world = opened()
    world.do("10:01", Snooze(at("12:00")))
    world.do("10:02", Escalate(person="dewi"), BUDI)
    assert world.incident().snoozed_until is None
    assert world.incident().paged_now == ("dewi",)
