"""Who is paged next and when; what is previewed is what happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from console.domain import events as ev
from console.domain.actors import Actor
from console.domain.commands import Ack, Escalate, Resolve, SetPriority, Snooze
from console.domain.decide import NoChange, Rejected
from console.domain.due import next_due
from console.domain.escalation import Planned, page_at, preview, standstill
from console.domain.policy import Level, Target
from console.domain.roster import Override, Roster
from console.domain.vocabulary import ReporterKind
from tests.abilities import silencing
from tests.domain.world import (
    ASHA,
    BOT,
    P1,
    P3,
    P4,
    POLICY,
    PRIMARY,
    SECONDARY,
    World,
    alert,
    at,
    chain,
    minutes,
    opened,
    policy,
)


def planned(world: World, when: str, limit: int = 20) -> list[tuple[datetime, int, tuple[str, ...]]]:
    return [
        (step.at, step.level, step.people) for step in preview(world.row(), world.policy, at(when), limit)
    ]


def test_the_preview_names_the_time_the_people_and_the_level() -> None:
    world = opened()
    world.advance("10:00")
    first, second, *_ = preview(world.row(), POLICY, at("10:01"))
    assert first == Planned(at("10:05"), 1, ("budi",), "secondary")
    assert (second.at, second.people, second.name) == (at("10:10"), ("dewi",), "L1 manager")


def test_the_whole_chain_is_repeated_as_often_as_it_says() -> None:
    world = opened()
    assert planned(world, "10:00") == [
        (at("10:00"), 0, ("asha",)),
        (at("10:05"), 1, ("budi",)),
        (at("10:10"), 2, ("dewi",)),
        (at("10:15"), 0, ("asha",)),
        (at("10:20"), 1, ("budi",)),
        (at("10:25"), 2, ("dewi",)),
    ]


def test_a_chain_without_end_goes_on_with_whoever_there_is() -> None:
    world = opened(chain(PRIMARY, repeat=-1))
    *_, last = planned(world, "10:00", limit=50)
    assert last == (at("10:00") + 49 * minutes(5), 0, ("asha",))


def test_a_level_that_stands_before_its_turn_does_not_go_back_in_time() -> None:
    world = opened(chain(PRIMARY, Level(("secondary",), minutes(10)), Level(("dewi",), minutes(5))))
    assert [step[0] for step in planned(world, "10:00")][:3] == [at("10:00"), at("10:10"), at("10:10")]


def test_a_late_engine_pages_one_level_at_a_time() -> None:
    world = opened()
    world.advance("11:00")
    assert world.incident().level == 0
    assert next_due(world.incident(), POLICY) == at("11:05")


def test_the_first_page_may_wait() -> None:
    world = opened(chain(replace(PRIMARY, after=minutes(2)), SECONDARY))
    assert isinstance(world.advance("10:01"), NoChange)
    world.advance("10:02")
    assert world.incident().paged_now == ("asha",)
    assert next_due(world.incident(), world.policy) == at("10:05")


def test_an_empty_level_is_skipped_with_an_event_and_the_next_is_paged_at_once() -> None:
    world = opened(chain(Level(("nobody",), minutes(0)), SECONDARY))
    world.advance("10:00")
    assert world.count(ev.LevelSkipped) == 1
    assert ev.LevelSkipped(0, "nobody: nobody is on call") in world.bodies()
    assert world.incident().paged_now == ("budi",)


def test_a_level_with_only_the_person_who_did_not_answer_is_skipped_and_said() -> None:
    world = opened(chain(PRIMARY, Level(("asha",), minutes(5)), Level(("dewi",), minutes(10))))
    world.advance("10:00")
    note = preview(world.row(), world.policy, at("10:01"))[0].note
    assert note == "level 1 skipped (asha: only Asha, paged already)"
    world.advance("10:05")
    assert world.incident().paged_now == ("dewi",)
    assert world.count(ev.LevelSkipped) == 1


def test_a_level_with_somebody_new_beside_them_is_paged() -> None:
    world = opened(chain(PRIMARY, Level(("asha", "dewi"), minutes(5))))
    world.advance("10:00")
    world.advance("10:05")
    assert world.incident().paged_now == ("asha", "dewi")


def test_a_team_as_target_means_all_its_roles() -> None:
    world = opened(chain(Level(("payments",), minutes(0))))
    world.advance("10:00")
    assert world.incident().paged_now == ("asha", "budi")


def test_a_chain_with_nobody_at_all_says_so_and_does_not_spin() -> None:
    world = opened(chain(Level(("nobody",), minutes(0)), Level(("none",), minutes(5)), repeat=-1))
    world.advance("10:00")
    assert world.count(ev.LevelSkipped) == 2
    assert world.count(ev.Escalated) == 0
    assert next_due(world.incident(), world.policy) == at("10:05")
    world.advance("10:05")
    assert world.count(ev.LevelSkipped) == 3
    assert world.bodies()[-1] == ev.LevelSkipped(1, "nobody to page at any level, round 2", 1)
    assert next_due(world.incident(), world.policy) == at("10:10")


def test_levels_with_the_same_turn_are_paged_together() -> None:
    world = opened(chain(PRIMARY, replace(SECONDARY, after=minutes(0))))
    world.advance("10:00")
    assert [person for _, person in world.incident().pages] == ["asha", "budi"]
    assert next_due(world.incident(), world.policy) == at("10:05")


def test_the_roster_decides_at_the_time_of_the_page() -> None:
    cover = Override("payments", "secondary", "rina", at("10:04"), at("12:00"))
    world = opened(policy(roster=Roster(POLICY.roster.rotations, (cover,))))
    world.advance("10:00")
    assert preview(world.row(), world.policy, at("10:00"))[0].people == ("rina",)
    world.advance("10:05")
    assert world.incident().paged_now == ("rina",)


def test_p3_goes_to_the_secondary_and_no_further() -> None:
    world = opened(priority=P3)
    assert [step[1] for step in planned(world, "10:00")] == [0, 1, 0, 1]


@pytest.mark.parametrize("by_hand", [False, True])
def test_p4_is_paged_once_and_never_escalates(by_hand: bool) -> None:  # noqa: FBT001 - a test's parameter
    world = opened(priority=P1 if by_hand else P4)
    if by_hand:
        world.do("10:00", SetPriority(P4))
    world.advance("10:00")
    assert world.incident().paged_now == ("asha",)
    assert next_due(world.incident(), POLICY) is None
    assert standstill(world.row(), POLICY) == "P4 never escalates by itself"


def test_a_priority_made_worse_counts_from_then_on() -> None:
    world = opened(priority=P4)
    world.advance("10:00")
    world.do("11:00", SetPriority(P1))
    assert next_due(world.incident(), POLICY) == at("11:05")


def test_what_is_unknown_escalates_like_a_p1() -> None:
    world = World()
    world.open("10:00", title="clients cannot pay", reporter=ReporterKind.CLIENT)
    world.advance("10:00")
    assert world.row().effective_priority is None
    assert next_due(world.incident(), POLICY) == at("10:05")


@pytest.mark.parametrize(
    ("command", "actor", "reason"),
    [
        (Ack(), ASHA, "acked by Asha"),
        (Ack(), BOT, "a bot acked it; no person has"),
        (Snooze(at("11:00")), ASHA, "snoozed"),
        (Resolve(despite_firing=True), ASHA, "resolved"),
    ],
)
def test_what_stands_still_says_why(command: Ack, actor: Actor, reason: str) -> None:
    world = opened()
    world.advance("10:00")
    world.do("10:01", command, actor)
    assert preview(world.row(), POLICY, at("10:01")) == ()
    assert standstill(world.row(), POLICY) == reason
    with pytest.raises(ValueError, match=reason):
        page_at(world.row(), POLICY, at("10:01"))


def test_the_end_of_the_chain_is_said() -> None:
    world = opened(chain(PRIMARY, repeat=0))
    world.advance("10:00")
    assert standstill(world.row(), world.policy) == "the end of the chain is reached"


def test_a_team_without_a_chain_is_said() -> None:
    world = opened(policy(chains=()))
    assert standstill(world.row(), world.policy) == "no escalation chain for payments"
    assert next_due(world.incident(), world.policy) is None
    refused = world.decide("10:01", Escalate())
    assert refused == Rejected("no escalation chain for payments: escalate to a person")


def test_what_its_source_holds_back_pages_nobody_until_then() -> None:
    world = opened()
    world.advance("10:00")
    world.fire("10:01", alert(muted_until=at("10:30"), muted_by="planned work"))
    assert next_due(world.incident(), POLICY) == at("10:30")
    world.fire("10:20", alert())
    assert next_due(world.incident(), POLICY) == at("10:25")  # the level's time starts again


def test_our_own_silence_holds_nothing_back() -> None:
    world = opened(policy(abilities=silencing("prod")))
    world.advance("10:00")
    world.ack("10:01")
    world.fire("10:02", alert(muted_until=at("14:00"), muted_by="oncall"))
    world.do("10:05", Escalate())
    assert next_due(world.incident(), world.policy) == at("10:10")


def test_targets_may_let_a_priority_go_further() -> None:
    target: Target = replace(POLICY.targets[P3], max_level=None)
    world = opened(policy(targets=POLICY.targets | {P3: target}), P3)
    assert max(level for _, level, _ in planned(world, "10:00")) == 2
