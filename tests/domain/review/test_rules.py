"""Beginning, writing, moving on and closing a review, and its action items."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from console.domain import events as ev
from console.domain.actors import Actor
from console.domain.aftermath import NO_REVIEW
from console.domain.commands import (
    Close,
    Command,
    MergeInto,
    MoveReview,
    Reopen,
    Resolve,
    SetAction,
    SetPriority,
    StartReview,
    Undo,
    WriteSection,
)
from console.domain.decide import AskFirst, NoChange, Rejected
from console.domain.priority import Priority
from console.domain.review.board import owed
from console.domain.review.due import due_of, last_day, review_due
from console.domain.review.sections import LONGEST, SECTIONS
from console.domain.roster import Roster
from console.domain.vocabulary import ActionKind, ActionState, ReviewState
from tests.domain.world import ASHA, BUDI, P1, P2, P3, POLICY, World, acked, at, policy, rotation

DRAFT, IN_REVIEW, CLOSED = ReviewState.DRAFT, ReviewState.IN_REVIEW, ReviewState.CLOSED
NEEDED = tuple(one.name for one in SECTIONS if one.needed)


def over(priority: Priority = P2, *, closed: bool = False) -> World:
    """Return a world in which Asha took and Budi resolved an incident at 10:40 on a Tuesday."""
    world = acked(priority)
    world.do("10:40", Resolve(despite_firing=True), BUDI)
    if closed:
        world.do("10:41", Close())
    return world


def refusal(world: World, command: Command, when: str = "11:00") -> str:
    decision = world.decide(when, command)
    assert isinstance(decision, Rejected), decision
    assert "\n" not in decision.text
    return decision.text


@pytest.mark.parametrize("closed", [False, True])
def test_a_review_begins_with_who_resolved_it_and_is_due_by_the_priority(*, closed: bool) -> None:
    world = over(P1, closed=closed)
    told = world.do("11:00", StartReview()).text
    assert told == "review of INC-1 begun, Budi, due 2026-01-09"
    review = world.incident().review
    assert (review.state, review.owner, review.due) == (DRAFT, "budi", None)  # by the priority that holds
    assert due_of(world.incident(), POLICY) == at("17:00", 3)  # midnight in Jakarta
    row = world.row()
    assert (row.review, row.review_owner, row.review_due) == (DRAFT, "budi", None)
    assert world.decide("11:01", StartReview()) == NoChange("the review of INC-1 is there already: draft")


def test_the_owner_is_whoever_is_known_of_those_who_had_it() -> None:
    world = acked()
    world.do("10:40", Resolve(despite_firing=True), Actor("somebody at prod"))
    world.do("11:00", StartReview())
    assert world.incident().review.owner == "asha"  # acked it
    assert "nobody is called" in refusal(over(), StartReview("nobody"))


def test_one_of_a_low_priority_is_due_when_somebody_says_so() -> None:
    world = over(P3)
    assert world.do("11:00", StartReview()).text == "review of INC-1 begun, Budi"
    assert world.incident().review.due is None
    world.do("11:01", MoveReview(due=at("17:00", 9), owner="rina"))
    assert (world.incident().review.owner, world.incident().review.due) == ("rina", at("17:00", 9))
    assert refusal(world, MoveReview(due=at("10:00"))) == "that day is over: give a later one"


@pytest.mark.parametrize(
    ("priority", "resolved", "last"),
    [
        (P1, "2026-01-09 23:59", date(2026, 1, 12)),  # Friday: Monday
        (P1, "2026-02-26 12:00", date(2026, 3, 1)),
        (P2, "2026-01-05 12:00", date(2026, 1, 12)),  # Monday: the Monday after
        (P2, "2026-01-09 12:00", date(2026, 1, 16)),
        (P2, "2026-01-10 12:00", date(2026, 1, 16)),  # Saturday: five days from Monday on
        (P3, "2026-01-05 12:00", None),
        (None, "2026-01-05 12:00", None),
    ],
)
def test_days_count_where_the_team_lives(priority: Priority | None, resolved: str, last: date | None) -> None:
    zone = POLICY.roster.rotations[0].timezone
    due = review_due(priority, datetime.fromisoformat(resolved).replace(tzinfo=zone), "payments", POLICY)
    assert (last_day(due, "payments", POLICY) if due else None) == last
    if due is not None:
        assert due.astimezone(zone).strftime("%H:%M") == "00:00"


def test_holidays_are_no_business_days() -> None:
    roster = Roster((rotation("primary", "asha"),), holidays=((date(2026, 1, 8), "a feast"),))
    due = review_due(P2, at("10:00"), "payments", policy(roster=roster))
    assert due is not None
    assert last_day(due, "payments", policy(roster=roster)) == date(2026, 1, 14)  # not Tuesday the 13th
    assert review_due(P1, at("10:00"), "payments", policy(roster=roster)) == at("17:00", 3)


def test_an_open_incident_has_none_yet_and_a_reopened_one_keeps_it() -> None:
    world = acked()
    assert refusal(world, StartReview()) == "INC-1 is still open: resolve it first, then write its review"
    assert "still open" in refusal(world, WriteSection("impact", "x"))
    assert "still open" in refusal(world, SetAction(text="x"))
    world = over()
    world.do("11:00", WriteSection("impact", "two clients"))
    world.do("11:05", Reopen("back"))
    world.do("11:06", WriteSection("well", "the alert"))
    assert dict(world.incident().review.sections) == {"impact": "two clients", "well": "the alert"}
    assert world.incident().is_open


def test_writing_begins_the_review_and_an_empty_text_takes_a_section_out() -> None:
    world = over()
    world.do("11:00", WriteSection("impact", "two clients\x1b[31m\nfor an hour  "))
    assert [type(body) for body in world.bodies()[-2:]] == [ev.ReviewMoved, ev.ReviewWritten]
    assert world.incident().review.sections == (("impact", "two clients^[[31m\nfor an hour"),)
    same = world.decide("11:01", WriteSection("impact", "two clients^[[31m\nfor an hour"))
    assert same == NoChange("impact of the review of INC-1 reads so already")
    assert world.do("11:02", WriteSection("impact", "  ")).text == "review of INC-1: impact taken out"
    assert world.incident().review.sections == ()


def test_a_section_that_somebody_else_wrote_meanwhile_is_not_written_over() -> None:
    world = over()
    world.do("11:00", WriteSection("impact", "theirs"), BUDI)
    assert refusal(world, WriteSection("impact", "mine", before="")) == (
        "somebody else wrote impact meanwhile: read it, then write yours again"
    )
    world.do("11:01", WriteSection("impact", "both", before="theirs"))
    world.do("11:02", WriteSection("impact", "whatever was there"))
    assert dict(world.incident().review.sections) == {"impact": "whatever was there"}


def test_a_long_section_is_kept_whole_or_refused() -> None:
    world = over()
    lines = "\n".join(f"- line {n}" for n in range(1200))
    world.do("11:00", WriteSection("impact", lines))
    assert dict(world.incident().review.sections) == {"impact": lines}


def test_what_looks_like_a_secret_is_not_kept() -> None:
    world = over()
    told = world.do("11:00", WriteSection("factors", "the old password=hunter22 was used")).text
    assert told == "review of INC-1: factors written; what looked like a secret is ***"
    assert dict(world.incident().review.sections) == {"factors": "the old password=*** was used"}


def test_what_cannot_be_written_is_refused_in_a_line() -> None:
    assert "meeting, summary, impact" in refusal(over(), WriteSection("blame", "x"))
    assert "20000 characters" in refusal(over(), WriteSection("impact", "x" * (LONGEST + 1)))


def closable(world: World) -> World:
    for name in NEEDED:
        world.do("11:00", WriteSection(name, "as told"))
    return world


def test_closing_names_what_is_missing_and_goes_back_and_forth() -> None:
    world = over()
    assert refusal(world, MoveReview(CLOSED)) == "INC-1 has no review yet: begin one first"
    world.do("11:00", StartReview())
    world.do("11:00", SetAction(text="limit the pool"))
    world.do("11:01", MoveReview(IN_REVIEW, text="on Thursday"))
    asked = world.decide("11:02", MoveReview(CLOSED))
    assert isinstance(asked, AskFirst)
    assert "looked through" not in asked.question
    assert asked.field == "despite_gaps"
    assert asked.question == (
        "impact is not written, contributing factors is not written, resolution is not written, "
        "what went well is not written and 3 more — close the review anyway?"
    )
    assert world.do("11:02", MoveReview(CLOSED, despite_gaps=True)).text.startswith("review of INC-1: closed")
    assert refusal(world, WriteSection("impact", "x")) == (
        "the review of INC-1 is closed: move it back into review first"
    )
    world.do("11:03", MoveReview(DRAFT))
    closable(world).do("11:04", SetAction("A1", owner="asha"))
    assert world.decide("11:05", MoveReview(CLOSED)) == AskFirst(
        "nobody was asked to look it through — close the review anyway?", "despite_gaps"
    )
    world.do("11:05", MoveReview(IN_REVIEW))
    assert world.do("11:05", MoveReview(CLOSED)).text.startswith("review of INC-1: closed")
    assert world.decide("11:06", MoveReview(CLOSED)) == NoChange("the review of INC-1 is closed already")


def test_the_review_of_an_incident_that_is_open_again_is_not_closed() -> None:
    world = over()
    world.do("11:00", StartReview())
    world.do("11:01", Reopen("back"))
    words = "INC-1 is open again: resolve it first, then close its review"
    assert refusal(world, MoveReview(CLOSED), "11:02") == words
    assert refusal(world, MoveReview(CLOSED, despite_gaps=True), "11:02") == words


def test_a_closed_review_is_open_again_with_its_incident() -> None:
    world = over()
    world.do("11:00", StartReview())
    world.do("11:01", MoveReview(CLOSED, despite_gaps=True))
    world.do("11:02", Reopen("back"))
    assert world.incident().is_open
    assert world.incident().review.state is IN_REVIEW
    assert world.decide("11:02:05", Undo()) == Rejected("a reopening cannot be taken back: resolve it")
    world.do("11:05", Resolve(despite_firing=True))
    assert [one.state for one in owed([world.row()], POLICY)] == [IN_REVIEW]


def test_the_day_follows_the_priority_and_the_last_resolution() -> None:
    world = over(P2)
    world.do("11:00", StartReview())
    assert due_of(world.incident(), POLICY) == at("17:00", 7)
    world.do(at("10:00", 1), Reopen("back"))
    assert due_of(world.incident(), POLICY) is None  # it counts from the resolution
    world.do(at("10:01", 1), SetPriority(P1, "clients are cut off"))
    world.do(at("12:00", 1), Resolve(despite_firing=True))
    assert due_of(world.incident(), POLICY) == at("17:00", 4)


def test_what_was_written_at_the_resolution_counts() -> None:
    world = acked()
    world.do("10:40", Resolve("restarted the pool", despite_firing=True), BUDI)
    for name in NEEDED:
        if name != "resolution":
            world.do("11:00", WriteSection(name, "as told"))
    world.do("11:04", MoveReview(IN_REVIEW))
    world.do("11:05", MoveReview(CLOSED))
    assert world.incident().review.state is CLOSED


def test_action_items_count_up_and_change_in_parts() -> None:
    world = over()
    due = at("17:00", 30)
    assert world.do("11:00", SetAction(text="limit the pool")).text == (
        "action item A1 of INC-1 added, with no owner yet"
    )
    world.do("11:01", SetAction(text="alert on it", kind=ActionKind.DETECT, owner="budi", due=due))
    world.do("11:02", SetAction("a1", owner="asha", url="https://jira.example/OPS-1"))
    first, second = world.incident().review.actions
    assert (first.id, first.text, first.owner, first.kind) == (
        "A1",
        "limit the pool",
        "asha",
        ActionKind.PREVENT,
    )
    assert (second.id, second.due, second.owner) == ("A2", due, "budi")
    world.do("11:03", MoveReview(CLOSED, despite_gaps=True))
    assert world.do("11:04", SetAction("A2", state=ActionState.DONE)).text == "action item A2 of INC-1: done"
    assert world.decide("11:05", SetAction("A2", state=ActionState.DONE)) == NoChange(
        "action item A2 of INC-1 is so already"
    )
    world.now = at("11:00", 60)  # long after it was due
    world.do(at("11:00", 60), SetAction("A2", state=ActionState.OPEN))
    assert world.incident().review.actions[1].due == due


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (SetAction(), "say what is to be done"),
        (SetAction("A9", state=ActionState.DONE), 'INC-1 has no action item "A9": none yet'),
        (SetAction(text="x", owner="nobody"), 'nobody is called "nobody"'),
        (SetAction(text="x", due=at("10:00")), "that day is over"),
        (SetAction(text="x" * 501), "500 characters at most"),
        (SetAction(text="x", url="javascript:alert(1)"), "no web address"),
    ],
)
def test_an_action_item_is_refused_in_a_line(command: Command, words: str) -> None:
    assert words in refusal(over(), command)


@pytest.mark.parametrize(
    "command",
    [
        StartReview(),
        WriteSection("impact", "wrong"),
        SetAction(text="wrong"),
    ],
    ids=lambda one: type(one).__name__,
)
def test_what_was_just_done_is_taken_back_whole(command: Command) -> None:
    world = over()
    world.do("11:00:00", command)
    world.do("11:00:05", Undo())
    assert world.incident().review == NO_REVIEW


def test_others_sections_and_items_are_not_built_on_mine() -> None:
    world = over()
    world.do("10:59", StartReview())
    world.do("11:00:00", WriteSection("impact", "mine"), ASHA)
    world.do("11:00:02", WriteSection("well", "theirs"), BUDI)
    world.do("11:00:05", Undo(), ASHA)
    assert dict(world.incident().review.sections) == {"well": "theirs"}
    world.do("11:01:00", SetAction(text="mine"), ASHA)
    world.do("11:01:02", SetAction("A1", owner="budi"), BUDI)
    assert world.decide("11:01:05", Undo(), ASHA) == Rejected("too late to undo: Budi has changed it since")


def test_what_is_part_of_another_is_reviewed_there() -> None:
    world = World()
    world.open("10:00", name="INC-1")
    world.open("10:00", name="INC-2", key="k2")
    world.do("10:05", MergeInto("INC-1"), name="INC-2")
    assert world.decide("10:06", StartReview(), name="INC-2") == Rejected(
        "INC-2 is part of INC-1: act on INC-1"
    )


def test_a_due_day_that_was_set_stays_when_it_is_resolved_again() -> None:
    world = over(P2)
    incident = world.incident()
    assert due_of(incident, POLICY) == review_due(P2, at("10:40"), "payments", POLICY)
    world.do("11:00", StartReview(due=at("17:00", 1)))
    assert due_of(world.incident(), POLICY) == at("17:00", 1)
    assert due_of(replace(incident, priority=P3), POLICY) is None
    assert due_of(incident, POLICY) is not None
    assert timedelta(0) < (due_of(incident, POLICY) or at("00:00")) - at("10:40")
