"""Levels that everyone has to ack (GoAlert #4545)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain import events as ev
from console.domain.commands import Ack, Escalate, Resolve, Snooze, Unack, Undo
from console.domain.decide import NoChange
from console.domain.due import next_due
from console.domain.everyone import again
from console.domain.policy import Level
from console.domain.team.state import Maintenance
from tests.domain.world import ASHA, BOT, BUDI, DEWI, RINA, World, at, chain, minutes, opened

ALL = Level(("asha", "budi", "dewi"), minutes(0), "all", everyone=True, again=minutes(2), most=3)
RULES = chain(ALL, Level(("rina",), minutes(30)), repeat=0)


def paged() -> World:
    world = opened(RULES)
    world.advance("10:00")
    return world


def repages(world: World) -> list[ev.Repaged]:
    return [body for body in world.bodies() if isinstance(body, ev.Repaged)]


def test_who_has_not_acked_is_paged_again_whoever_else_has() -> None:
    world = paged()
    world.ack("10:01", BUDI)
    assert world.incident().chased == ("asha", "dewi")
    assert next_due(world.incident(), RULES, world.now) == at("10:02")
    world.advance("10:02")
    assert repages(world) == [ev.Repaged(0, ("asha", "dewi"), 1)]
    taken = world.do("10:03", Ack(), ASHA)
    assert taken.text == "INC-1: Budi has it, you have it too"
    assert world.incident().owner == "budi"
    world.advance("10:04")
    assert repages(world)[-1] == ev.Repaged(0, ("dewi",), 2)
    world.do("10:05", Ack(), DEWI)
    assert again(world.row(), RULES) is None
    assert [who for _, who in world.incident().pages] == ["asha", "budi", "dewi", "asha", "dewi", "dewi"]


def test_the_first_ack_stops_clock_and_chain_as_ever() -> None:
    world = paged()
    world.ack("10:01", BUDI)
    world.do("10:03", Ack(), ASHA)
    row = world.row()
    assert (row.human_ack_at, row.acked_by) == (at("10:01"), "budi")
    assert world.count(ev.Acked) == 1


def test_before_anybody_has_acked_all_are_paged_again_but_no_more_than_so_often() -> None:
    world = paged()
    for minute in (2, 4, 6, 8, 10):
        world.advance(f"10:{minute:02}")
    assert repages(world) == [ev.Repaged(0, ("asha", "budi", "dewi"), time) for time in (1, 2, 3)]


def test_once_each_however_late_the_engine_is() -> None:
    world = paged()
    world.ack("10:01", BUDI)
    world.advance("11:00")
    assert len(repages(world)) == 1
    assert isinstance(world.advance("11:00"), NoChange)


def test_the_next_level_takes_over() -> None:
    world = paged()
    world.advance("10:30")
    world.advance("10:30")
    assert world.incident().paged_now == ("rina",)
    assert again(world.row(), RULES) is None


def test_a_second_ack_of_somebody_who_was_not_paged_changes_nothing() -> None:
    world = paged()
    world.ack("10:01", BUDI)
    assert isinstance(world.decide("10:02", Ack(), RINA), NoChange)
    assert isinstance(world.decide("10:02", Ack(), BUDI), NoChange)


@pytest.mark.parametrize("ends", [Resolve(despite_firing=True), Snooze(at("12:00")), Escalate(person="rina")])
def test_it_stops(ends: Resolve | Snooze | Escalate) -> None:
    world = paged()
    world.ack("10:01", BUDI)
    world.do("10:02", ends, BUDI)
    assert world.incident().chased == ()
    assert again(world.row(), RULES) is None


def test_an_ack_made_earlier_elsewhere_counts_as_theirs() -> None:
    world = paged()
    world.ack("10:02", BUDI)
    world.do("10:03", Ack(made_at=at("10:01"), via="team-slack"), ASHA)
    assert world.bodies()[-1] == ev.Confirmed()
    assert world.incident().chased == ("dewi",)


def test_given_back_the_chain_starts_anew_with_everyone() -> None:
    world = paged()
    world.ack("10:01", BUDI)
    world.do("10:02", Unack(), BUDI)
    world.advance("10:02")
    assert world.incident().chased == ("asha", "budi", "dewi")
    assert world.incident().repages == 0


def test_an_undone_ack_is_asked_for_again() -> None:
    world = paged()
    world.ack("10:01", BUDI)
    world.do("10:01:30", Ack(), ASHA, op="too")
    log = tuple(world.logs["INC-1"])
    assert log[-1].body == ev.Confirmed()
    world.do("10:01:35", Undo("too"), ASHA)
    assert world.incident().chased == ("asha", "dewi")


def test_a_bot_halts_it_and_maintenance_holds_it_back() -> None:
    world = paged()
    world.do("10:01", Ack(), BOT)
    assert again(world.row(), RULES) is None
    other = paged()
    other.ack("10:01", BUDI)
    work = Maintenance(at("10:01"), at("10:20"), services=("payments",), reason="new switches")
    held = replace(RULES, maintenance=(work,))
    due = again(other.row(), held, at("10:05"))
    assert due is not None
    assert due.at == at("10:21")  # a minute of the two had passed


def test_by_hand_to_such_a_level_everyone_has_to_ack_again() -> None:
    world = paged()
    world.ack("10:01", BUDI)
    world.do("10:03", Escalate(level=0), BUDI)
    assert world.incident().chased == ("asha", "budi", "dewi")
    assert next_due(world.incident(), RULES, world.now) == at("10:05")
