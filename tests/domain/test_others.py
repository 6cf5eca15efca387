"""Who else is on the store: who looks at what, whose rules differ, whose clock is off."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.others import clock_off, looking_words, onlookers, other_rules
from console.domain.policy import Policy
from console.domain.presence import Presence
from tests.domain.test_hints import ENGINE, NOW, QUIET, hint
from tests.ui.scenes import POLICY


def at(person: str, incident: str = "INC-1", **facts: object) -> Presence:
    return replace(Presence(f"{person}-1", person, incident, seen_at=NOW), **facts)  # type: ignore[arg-type]


def test_people_are_found_by_incident_and_each_once() -> None:
    consoles = (at("rina"), at("budi"), at("rina", console="rina-2"), at("dewi", "INC-2"), at("eko", ""))
    assert onlookers(consoles) == {"INC-1": ("rina", "budi"), "INC-2": ("dewi",)}


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ((), ""),
        (("rina",), "Rina is looking"),
        (("rina", "budi"), "Rina, Budi are looking"),
        (("rina", "budi", "dewi", "eko"), "Rina, Budi and 2 more are looking"),
        (("asha",), "you, elsewhere"),
        (("asha", "rina"), "Rina is looking; you, elsewhere"),
        (("stranger",), "stranger is looking"),
    ],
)
def test_who_looks_in_words(people: tuple[str, ...], words: str) -> None:
    assert looking_words(people, "asha", POLICY) == words


def test_other_rules_are_told_the_engines_first() -> None:
    snapshot = replace(
        QUIET,
        digest="9c1b07aaaaaa",
        policy=POLICY,
        engine=replace(ENGINE, policy_digest="3fa2c1bbbbbb"),
        consoles=(
            at("budi", digest="3fa2c1bbbbbb"),
            at("budi", console="budi-2", digest="3fa2c1bbbbbb"),
            at("rina", digest="9c1b07aaaaaa"),
            at("dewi"),
            at("asha", digest="777777cccccc"),
        ),
    )
    assert list(other_rules(snapshot)) == [
        "the engine goes by another team config (3fa2c1, yours 9c1b07)",
        "Budi's console goes by another team config (3fa2c1, yours 9c1b07)",
        "your other console goes by another team config (777777, yours 9c1b07)",
    ]


@pytest.mark.parametrize(("ours", "theirs"), [("", "abc"), ("abc", ""), ("abc", "abc"), ("", "")])
def test_equal_or_unknown_rules_are_not_told(ours: str, theirs: str) -> None:
    snapshot = replace(
        QUIET,
        digest=ours,
        engine=replace(ENGINE, policy_digest=theirs),
        consoles=(at("budi", digest=theirs),),
    )
    assert list(other_rules(snapshot)) == []


def test_a_clock_that_is_off_says_by_how_much_and_which_way() -> None:
    off = timedelta(minutes=7, seconds=3)
    assert clock_off(off) == "this clock is 7m 03s ahead of the store's; times here follow the store"
    assert clock_off(-off).startswith("this clock is 7m 03s behind the store's")
    assert clock_off(None) == ""


def test_next_says_both_after_what_incidents_want() -> None:
    snapshot = replace(
        QUIET,
        policy=Policy(roster=QUIET.policy.roster),
        digest="9c1b07",
        consoles=(at("budi", digest="3fa2c1"),),
        skew=timedelta(seconds=-3),
    )
    found = hint(snapshot)
    assert found.text.startswith("this clock is 3s behind")
    assert found.action == "console.about"
    assert found.then is not None
    assert found.then.text == "budi's console goes by another team config (3fa2c1, yours 9c1b07)"
