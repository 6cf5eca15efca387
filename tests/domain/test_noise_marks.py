"""Marking an incident as noise, and taking that back."""

from __future__ import annotations

import pytest

from console.domain import events as ev
from console.domain.commands import Close, MarkNoise, MergeInto, Resolve, Undo
from console.domain.decide import Accepted, NoChange, Rejected
from console.domain.fold import fold
from console.domain.trim import trim
from tests.domain.world import ASHA, BUDI, acked, alert, at

MARK = MarkNoise("flaps at every deploy")


def test_a_mark_says_why_and_since_when() -> None:
    world = acked()
    world.do("10:05", MARK)
    assert world.incident().noise_at == at("10:05")
    assert world.incident().noise == "flaps at every deploy"
    assert world.incident().is_open, "what is open goes on being open"


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_mark_without_a_reason_is_refused(reason: str) -> None:
    decision = acked().decide("10:05", MarkNoise(reason))
    assert isinstance(decision, Rejected)
    assert "why" in decision.text


def test_marking_again_changes_the_reason_only() -> None:
    world = acked()
    world.do("10:05", MARK)
    assert isinstance(world.decide("10:06", MARK, BUDI), NoChange)
    assert isinstance(world.decide("10:06", MarkNoise("the probe is wrong"), BUDI), Accepted)


def test_unmarking() -> None:
    world = acked()
    assert isinstance(world.decide("10:05", MarkNoise(noise=False)), NoChange)
    world.do("10:05", MARK)
    world.do("10:06", MarkNoise(noise=False), BUDI)
    assert world.incident().noise_at is None
    assert world.incident().noise == ""


def test_undo_takes_a_mark_back_unless_somebody_has_changed_it() -> None:
    world = acked()
    world.do("10:05", MARK, op="a")
    before = world.incident()
    world.do("10:05:05", Undo("a"))
    assert before.noise_at is not None
    assert world.incident().noise_at is None
    world.do("10:06", MARK, op="b")
    world.do("10:06:02", MarkNoise("another reason"), BUDI)
    decision = world.decide("10:06:05", Undo("b"), ASHA)
    assert isinstance(decision, Rejected)
    assert "Budi has changed it" in decision.text


def test_what_is_over_can_be_marked_and_undone() -> None:
    world = acked()
    world.do("10:10", Resolve("gone", despite_firing=True))
    world.do("10:11", MARK, op="a")
    world.do("10:11:05", Undo("a"))
    assert world.incident().noise_at is None
    world.do("10:12", Close())
    world.do("11:00", MARK)
    assert world.incident().noise_at == at("11:00")


def test_a_merged_one_points_to_the_other() -> None:
    world = acked()
    world.open("10:00", alert("b"), name="INC-2", key="other")
    world.do("10:09", MergeInto("INC-2"))
    decision = world.decide("10:10", MARK)
    assert isinstance(decision, Rejected)
    assert "INC-2" in decision.text


def test_a_cut_log_keeps_the_mark_and_loses_its_words() -> None:
    world = acked()
    world.do("10:05", MARK)
    world.do("10:10", Resolve("gone", despite_firing=True))
    found = trim(tuple(world.logs["INC-1"]), at("00:00", day=500))
    assert found is not None
    assert fold(found).noise_at == at("10:05")
    assert ev.NoiseMarked("") in [event.body for event in found]
    assert "deploy" not in repr(found)
