"""What reviews tell their owners: one message of a day, in the morning."""

from __future__ import annotations

from console.domain.commands import MoveReview, StartReview
from console.domain.notify.matching import PERSONAL, SHARED
from console.domain.notify.notification import Topic
from console.domain.notify.reviewing import due_reviews
from console.domain.notify.saying import Saying
from console.domain.records import replace
from console.domain.review.board import ReviewBoard, owed
from tests.domain.review.test_rules import over
from tests.domain.world import P1, P3, POLICY, World, at


def told(when: str, day: int, *worlds: World) -> list[Saying]:
    """Return the messages at an instant; the team lives in Jakarta, seven hours ahead of UTC."""
    rows = [replace(world.row(), id=f"INC-{n}") for n, world in enumerate(worlds, 1)]
    now = at(when, day)
    return list(due_reviews(ReviewBoard(now, owed(rows, POLICY), ()), POLICY, now))


def test_the_day_before_it_is_due_and_every_day_after_from_nine_in_the_morning() -> None:
    world = over(P1)  # its last day is the third after
    assert not told("11:00", 1, world)
    assert not told("01:59", 2, world)
    (first,) = told("02:00", 2, world)
    assert (first.key, first.about.people, first.title) == (
        "review/asha/20260108",
        ("asha",),
        "RCA of INC-1 due tomorrow",
    )
    assert told("16:00", 2, world)[0].key == first.key
    (late,) = told("11:00", 5, world)
    assert (late.key, late.title) == ("review/asha/20260111", "RCA of INC-1 2 days overdue")


def test_several_are_one_message_to_who_owns_them_and_one_without_a_day_is_none() -> None:
    mine, given, undated = over(P1), over(P1), over(P3)
    given.do("11:00", StartReview("rina"))
    undated.do("11:00", StartReview())
    found = told("11:00", 5, mine, mine, given, undated)
    assert {one.about.people: one.title for one in found} == {
        ("asha",): "2 reviews of yours are due",
        ("rina",): "RCA of INC-3 2 days overdue",
    }
    assert found[0].text.startswith("RCA of INC-1 2 days overdue; RCA of INC-2 2 days overdue. ")
    given.do("11:01", MoveReview(due=at("17:00", 20)))
    assert not told("11:00", 5, given)


def test_it_goes_to_the_person_and_not_to_the_room() -> None:
    assert Topic.REVIEW in PERSONAL
    assert Topic.REVIEW not in SHARED
