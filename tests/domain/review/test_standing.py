"""The review of an incident that is not simply over: never acked, open, merged, reopened; long texts, and secrets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import get_args

import pytest

from console.domain import events as ev
from console.domain.commands import (
    MergeInto,
    Note,
    PauseClock,
    Reopen,
    Resolve,
    ResumeClock,
    SetPriority,
    SetTrack,
    Snooze,
    Wake,
    WriteSection,
)
from console.domain.priority import Priority
from console.domain.review.document import NOT_RECORDED
from console.domain.review.history import AS_TOLD, WORDS
from console.domain.review.sections import LONGEST
from console.domain.vocabulary import PauseReason, Sufficed
from console.outputs.review import to_json, to_markdown
from console.outputs.reviewjira import to_jira
from tests.domain.review.histories import document
from tests.domain.review.test_document import WHERE, shown
from tests.domain.review.test_rules import over
from tests.domain.world import BUDI, World, acked, alert, at, minutes, opened

UNTOLD = (
    "Opened Escalated Undone Repaged Nudged StillOn BreachedOnReclassify TrackDue EffectAsked EffectSettled NoiseMarked "
    "Closed TicketAsked ReviewMoved ReviewWritten ActionSet UpdateWaived"
)
"""Events that have no row by their kind alone: they have one of another kind, are bookkeeping, or about the review."""


def test_of_each_kind_of_event_it_is_decided_whether_it_has_a_row() -> None:
    told = {one.__name__ for one in (*AS_TOLD, *WORDS)}
    assert {one.__name__ for one in get_args(ev.Body)} - told <= set(UNTOLD.split())
    assert not told & set(UNTOLD.split())


def test_one_that_nobody_acked_and_that_is_open_is_not_said_to_have_been_acked_or_resolved() -> None:
    found = shown(document(opened()))
    assert found["Summary"] == (
        "payments is unwell (payments) began at 2026-01-06 10:00:00 UTC and is not resolved yet. "
        "It was detected by monitoring, never acknowledged by a person."
    )
    assert found["At a glance / Resolved"] == "not yet (triggered)"
    assert found["Responders"].startswith("First to acknowledge: nobody")


def test_one_that_its_source_resolved_says_so() -> None:
    world = opened()
    world.do("10:30", Resolve(despite_firing=True), BUDI)
    assert shown(document(world))["Summary"].endswith(
        "It was detected by monitoring, never acknowledged by a person, resolved after 30m."
    )


def test_a_reopened_one_says_which_resolution_it_means() -> None:
    world = over()
    world.do("11:00", Reopen("back"))
    assert shown(document(world))["Summary"] == (
        "payments is unwell (payments) began at 2026-01-06 10:00:00 UTC and is not resolved yet. "
        "It was detected by monitoring, acknowledged after 1m, resolved after 40m for the first time, "
        "and reopened 1 time."
    )


def test_one_that_is_part_of_another_says_where_it_is() -> None:
    found = shown(document(merged()))
    assert found["At a glance / Resolved"] == "part of INC-2 since 2026-01-06 10:05:00 UTC"
    assert "and is part of INC-2 since 2026-01-06 10:05:00 UTC. It" in found["Summary"]
    assert "| merged | responder | merged into INC-2 |" in found["Timeline (UTC)"]
    assert found["Impact"].startswith("Duration: 5m\n")


def test_a_snooze_stands_in_the_timeline() -> None:
    world = acked()
    world.do("10:05", Snooze(at("10:30"), "vendor answers then"))
    world.do("10:10", Wake())
    timeline = shown(document(world))["Timeline (UTC)"]
    assert "| pause | primary | snoozed until 2026-01-06 10:30 UTC: vendor answers then |" in timeline
    assert "| pause | primary | snooze over: by hand |" in timeline


def test_it_says_where_the_runbook_did_not_do() -> None:
    world = acked()
    world.do("10:40", Resolve(sufficed=Sufficed.NO, runbook="payments/pool.md", despite_firing=True))
    assert shown(document(world))["Runbook"] == (
        "Runbook: payments/pool.md\nSteps: 0 done, 0 skipped, 0 failed\n"
        "Was it adequate?: no\nGap: its steps were wrong"
    )


@pytest.mark.parametrize("render", [to_markdown, to_jira, to_json])
def test_nothing_that_people_wrote_is_cut(render: object) -> None:
    assert callable(render)
    world = acked()
    world.do("10:05", Note("n" * 3000 + "END"))
    world.do("10:40", Resolve(despite_firing=True))
    world.do("11:00", WriteSection("impact", "w" * (LONGEST - 4) + " END"))
    world.do("11:00", WriteSection("well", "- " + "v" * 9000 + "LAST"))
    made = render(document(world))
    assert "n" * 3000 + "END" in made
    assert "w" * (LONGEST - 4) + " END" in made
    assert "v" * 9000 + "LAST" in made


@pytest.mark.parametrize("render", [to_markdown, to_jira, to_json])
def test_what_looks_like_a_secret_does_not_leave_the_house(render: object) -> None:
    assert callable(render)
    world = World()
    world.open("10:00", alert(), title="login with password=hunter22 fails")
    world.advance("10:00")
    world.ack("10:01")
    world.do("10:05", Note("tried Bearer abcdefghijklmnop"))
    world.do("10:40", Resolve("changed token=abcdef123456", despite_firing=True))
    made = render(document(world))
    for secret in ("hunter22", "abcdefghijklmnop", "abcdef123456"):
        assert secret not in made
    assert made.count("***") + made.count("\\*\\*\\*") >= 3


def merged() -> World:
    world = World()
    world.open("10:00", alert(), name="INC-1")
    world.open("10:00", alert("b"), name="INC-2", key="k2")
    world.do("10:05", MergeInto("INC-2"))
    return world


def reopened() -> World:
    world = over()
    world.do("11:00", Reopen("back"))
    return world


def changed() -> World:
    """Return one whose priority went up and down again, with a pause, a snooze, a track and an alert more."""
    world = acked(Priority.P3)
    world.do("10:03", SetPriority(Priority.P1, "all clients"))
    world.do("10:04", SetPriority(Priority.P3, "one client"))
    world.do("10:05", PauseClock(PauseReason.WAITING_VENDOR, "ticket 123"))
    world.do("10:06", SetTrack("vendor", what="maps"))
    world.do("10:07", ResumeClock())
    world.do("10:08", Snooze(at("10:30")))
    world.do("10:40", Resolve(despite_firing=True, despite_tracks=True))
    return world


@pytest.mark.parametrize("made", [opened, over, merged, reopened, changed], ids=lambda one: str(one.__name__))
def test_each_core_field_is_there_whatever_became_of_it_and_the_same_later(made: Callable[[], World]) -> None:
    world = made()
    found = document(world)
    words = shown(found)
    for places in WHERE.values():
        assert all(words[place].strip() for place in places.split(", ") if place)
    world.now += timedelta(days=30)
    later = document(world)
    for render in (to_markdown, to_jira, to_json):
        assert (render(later) == render(found)) is (not world.incident().is_open)


def test_a_priority_that_was_raised_and_lowered_is_counted_by_its_time() -> None:
    assert document(changed()).spans.in_priority == (
        (Priority.P1, minutes(1)),
        (Priority.P3, minutes(39)),
    )


def test_not_recorded_is_one_word_for_all() -> None:
    assert shown(document(opened()))["Detection"].endswith(f"Delay: {NOT_RECORDED}")
