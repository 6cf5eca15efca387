"""Covers, swaps and taking the pager: what is allowed, what it says, and who holds the role then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.team.commands import Cover, EndCover, Swap, TakeLeave, TakePager
from tests.domain.teams import Team
from tests.domain.world import BUDI, DEWI, POLICY, at

NOW = at("10:00")  # a Tuesday: Asha is primary, Budi secondary until Monday 02:00 UTC
HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


def cover(person: str = "budi", start: float = 1, hours: float = 2, **other: str) -> Cover:
    """Return a cover that begins and lasts so many hours from now on."""
    begin = NOW + start * HOUR
    team, role = other.get("team", "payments"), other.get("role", "primary")
    return Cover(team, role, person, begin, begin + hours * HOUR, "dentist")


def test_a_cover_holds_for_its_span_and_no_longer() -> None:
    team = Team()
    assert team.done(NOW, cover()) == ("Budi covers primary of payments from 18:00 WIB until 20:00 WIB (C1)")
    holders = [team.holder(NOW + hours * HOUR) for hours in (0.9, 1, 2.9, 3)]
    assert holders == ["asha", "budi", "budi", "asha"]
    (made,) = team.state.covers
    assert (made.id, made.by, made.reason) == ("C1", "asha", "dentist")


def test_the_latest_cover_wins_over_earlier_ones_and_the_configs() -> None:
    team = Team()
    team.done(NOW, cover("budi", hours=4))
    assert "(C2)" in team.done(NOW, cover("dewi", start=2, hours=1))
    holders = [team.holder(NOW + hours * HOUR) for hours in (1, 2, 3, 4.9, 5)]
    assert holders == ["budi", "dewi", "budi", "budi", "asha"]


def test_a_role_can_be_left_open_on_purpose() -> None:
    team = Team()
    assert team.done(NOW, cover("")).startswith("nobody holds primary of payments")
    assert team.holder(NOW + 2 * HOUR) is None


def test_what_has_passed_is_not_rewritten() -> None:
    team = Team()
    assert "from now until 18:00 WIB" in team.done(NOW, cover(start=-1))
    assert team.holder(NOW - HOUR / 2) == "asha"
    assert team.holder(NOW) == "budi"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (cover(hours=0), "the end must come after the start"),
        (cover(hours=-1), "the end must come after the start"),
        (cover(start=-3), "that is over: it would have ended 16:00 WIB"),
        (cover(hours=61 * 24), "longer than 60 days"),
        (cover(team="paymnets"), 'no team on the roster is called "paymnets" — did you mean "payments"?'),
        (cover(role="primry"), 'payments has no role "primry" — did you mean "primary"?'),
        (cover("budii"), 'no person is called "budii" — did you mean "budi"?'),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(command: Cover, words: str) -> None:
    team = Team()
    assert words in team.refused(NOW, command)
    assert team.log == []


def test_covering_what_one_holds_anyway_changes_nothing() -> None:
    team = Team()
    assert team.nothing(NOW, cover("asha")) == (
        "you hold primary of payments from 18:00 WIB until 20:00 WIB already"
    )
    team.done(NOW, cover("budi"))
    assert "Budi holds" in team.nothing(NOW, cover("budi"))
    team.done(NOW, cover("asha"))
    assert team.holder(NOW + 2 * HOUR) == "asha"


def test_a_cover_is_withdrawn_from_now_on_and_stays_history() -> None:
    team = Team()
    team.done(NOW, cover(start=0, hours=4))
    later = NOW + HOUR
    assert team.done(later, EndCover("C1")) == (
        "C1 (primary of payments) is withdrawn: you hold it from now on"
    )
    assert [team.holder(NOW + hours * HOUR) for hours in (0.5, 1, 3)] == ["budi", "asha", "asha"]
    assert team.nothing(later + HOUR, EndCover("C1")) == "C1 ended 18:00 WIB"


def test_a_cover_that_never_began_leaves_nothing_behind() -> None:
    team = Team()
    team.done(NOW, cover())
    team.done(NOW, EndCover("C1"))
    assert team.policy is team.config
    assert team.nothing(NOW, EndCover("C1")) == "C1 was withdrawn before it began"
    assert "(C2)" in team.done(NOW, cover()), "an id is given once"


def test_an_id_that_does_not_exist_is_refused_with_those_that_do() -> None:
    team = Team()
    team.done(NOW, cover())
    assert team.refused(NOW, EndCover("C11")) == 'there is no cover "C11" — did you mean "C1"?'


# taking the pager


def test_the_pager_is_taken_without_asking() -> None:
    team = Team()
    taken = team.done(NOW, TakePager("payments", "primary", HOUR), BUDI)
    assert taken == "you took primary of payments from Asha until 18:00 WIB (C1)"
    assert [team.holder(NOW + hours * HOUR) for hours in (0, 0.99, 1)] == ["budi", "budi", "asha"]


def test_a_day_at_most_is_taken_at_once() -> None:
    team = Team()
    assert "24h at most" in team.done(NOW, TakePager("payments", "primary", 30 * HOUR), BUDI)
    assert team.state.covers[0].end == NOW + 24 * HOUR


def test_taking_what_one_holds_changes_nothing_and_says_until_when() -> None:
    team = Team()
    assert team.nothing(NOW, TakePager("payments", "primary", HOUR)) == (
        "you hold primary of payments until Mon 09:00 WIB already"
    )
    before_the_end = at("01:30", day=6)
    team.done(before_the_end, TakePager("payments", "primary", HOUR))
    assert team.holder(at("02:29", day=6)) == "asha", "beyond the end of the own shift it is something new"


def test_of_two_who_take_it_at_once_the_later_one_is_told() -> None:
    team = Team()
    take = TakePager("payments", "primary", HOUR)
    team.done(NOW, take, BUDI)
    assert team.refused(NOW + timedelta(seconds=2), take, DEWI) == (
        "Budi took primary of payments 2s ago, until 11:00 UTC: take it in half a minute if it should be yours"
    )
    assert "from Budi" in team.done(NOW + timedelta(seconds=30), take, DEWI)


def test_who_is_unknown_takes_nothing() -> None:
    team = Team()
    for span, words in ((HOUR, "no person is called"), (timedelta(0), "for how long")):
        actor = BUDI if not span else type(BUDI)("ghost")
        assert words in team.refused(NOW, TakePager("payments", "primary", span), actor)


# swaps


def test_a_swap_exchanges_two_shifts() -> None:
    team = Team()
    told = team.done(NOW, Swap("payments", "primary", NOW + WEEK, NOW + 2 * WEEK, "wedding"))
    assert told.startswith("you have primary of payments from ")
    assert told.endswith("(S1)")
    assert [team.holder(NOW + weeks * WEEK) for weeks in (0, 1, 2, 3)] == ["asha", "asha", "budi", "budi"]
    assert [one.id for one in team.state.covers] == ["S1a", "S1b"]


def test_of_a_shift_that_runs_the_rest_is_swapped() -> None:
    team = Team()
    team.done(NOW, Swap("payments", "primary", NOW, NOW + WEEK))
    assert [team.holder(moment) for moment in (NOW - HOUR, NOW, NOW + WEEK)] == ["asha", "budi", "asha"]


@pytest.mark.parametrize("name", ["S1", "S1a", "S1b"])
def test_a_swap_is_taken_back_whole(name: str) -> None:
    team = Team()
    team.done(NOW, Swap("payments", "primary", NOW + WEEK, NOW + 2 * WEEK))
    assert team.done(NOW + HOUR, EndCover(name)) == "the swap S1 is taken back"
    assert [team.holder(NOW + weeks * WEEK) for weeks in (1, 2)] == ["budi", "asha"]
    assert team.nothing(NOW + HOUR, EndCover("S1")) == "S1 is over already"


def test_nothing_is_swapped_with_oneself_with_nobody_or_with_the_past() -> None:
    team = Team()
    assert "nothing to swap" in team.refused(NOW, Swap("payments", "primary", NOW, NOW + HOUR))
    assert "nobody holds" in team.refused(NOW, Swap("payments", "primary", NOW - WEEK, NOW))
    team.done(NOW, cover("dewi", start=0.5, hours=0.5))
    late = NOW + 2 * HOUR
    gone = Swap("payments", "primary", NOW + 0.7 * HOUR, late)
    assert "is over" in team.refused(late, gone)


def test_a_swap_is_no_longer_than_a_cover_may_be() -> None:
    roster = POLICY.roster
    alone = replace(roster.rotations[0], members=("asha",), role="alone")
    team = Team(replace(POLICY, roster=replace(roster, rotations=(*roster.rotations, alone))))
    team.done(NOW, cover("dewi", start=1, hours=4, role="alone"))
    assert "longer than 60 days" in team.refused(
        NOW, Swap("payments", "alone", NOW + 50 * 24 * HOUR, NOW + 2 * HOUR)
    )


def test_who_is_on_leave_then_is_said_of_a_swap_too() -> None:
    team = Team()
    team.done(NOW, TakeLeave("budi", NOW, NOW + WEEK))
    told = team.done(NOW, Swap("payments", "primary", NOW, NOW + 1.5 * WEEK))
    assert told.count("on leave") == 1
    assert "though Budi is on leave" in told
