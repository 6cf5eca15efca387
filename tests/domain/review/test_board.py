"""Which reviews and action items are owed, and since when."""

from __future__ import annotations

from datetime import date, timedelta

from console.domain.commands import MoveReview, SetAction, StartReview
from console.domain.priority import Priority
from console.domain.records import replace
from console.domain.review.board import ReviewBoard, due_words, open_actions, owed, with_review
from console.domain.review.pressing import overdue, soon
from console.domain.vocabulary import ActionState, ReviewState
from tests.domain.review.test_rules import over
from tests.domain.world import P1, P2, P3, POLICY, acked, at


def test_p1_and_p2_owe_one_until_it_is_closed_and_others_once_it_was_begun() -> None:
    worlds: dict[str, Priority] = {"INC-1": P2, "INC-2": P1, "INC-3": P3}
    rows = [replace(over(priority).row(), id=name) for name, priority in worlds.items()]
    assert [one.incident for one in owed(rows, POLICY)] == ["INC-2", "INC-1"]  # the sooner due first
    assert not owed([acked(P1).row()], POLICY)  # still open
    assert not owed([replace(rows[0], merged_into="INC-9")], POLICY)
    begun = over(P3)
    begun.do("11:00", StartReview())
    (low,) = owed([begun.row()], POLICY)
    assert (low.owner, low.due, low.overdue(at("11:00", 900))) == ("budi", None, False)
    begun.do("11:01", MoveReview(ReviewState.CLOSED, despite_gaps=True))
    assert not owed([begun.row()], POLICY)


def test_it_is_overdue_from_the_end_of_its_last_day() -> None:
    (one,) = owed([over(P1).row()], POLICY)
    assert one.due is not None
    assert one.last_day == date(2026, 1, 9)
    assert one.whose(POLICY.name_of) == "nobody (Asha had it)"
    assert not one.overdue(one.due - timedelta(milliseconds=1))
    assert one.overdue(one.due)


def test_action_items_that_are_open_the_most_pressing_first() -> None:
    world = over()
    world.do("11:00", SetAction(text="some day"))
    world.do("11:00", SetAction(text="soon", due=at("17:00", 3)))
    world.do("11:00", SetAction(text="done"))
    world.do("11:00", SetAction("A3", state=ActionState.DONE))
    found = open_actions([world.incident()], POLICY)
    assert [(one.action.id, one.last_day) for one in found] == [("A2", date(2026, 1, 9)), ("A1", None)]
    assert found[0].overdue(at("17:00", 3))
    assert with_review([world.row(), over().row()]) == ("INC-1",)


def test_due_days_in_words() -> None:
    last, due = date(2026, 1, 9), at("17:00", 3)
    before = due - timedelta(hours=1)
    assert due_words(due, last, before, date(2026, 1, 9)) == "due today"
    assert due_words(due, last, before, date(2026, 1, 8)) == "due tomorrow"
    assert due_words(due, last, before, date(2026, 1, 7)) == "due 2026-01-09"
    assert due_words(due, last, due, date(2026, 1, 10)) == "1 day overdue"
    assert due_words(due, last, due, date(2026, 1, 12)) == "3 days overdue"
    assert due_words(None, None, due, date(2026, 1, 12)) == "no day set"


def test_the_person_who_had_it_is_asked_until_somebody_owns_it() -> None:
    world = over(P1)
    first = ReviewBoard(at("11:00", 2), owed([world.row()], POLICY), ())
    assert first.reviews[0].due == at("17:00", 3)
    assert soon(first, "asha", POLICY, at("16:00", 1)) == ()  # two days ahead
    assert soon(first, "asha", POLICY, at("11:00", 2)) == ("RCA of INC-1 due tomorrow",)
    assert soon(first, "budi", POLICY, at("11:00", 2)) == ()
    assert overdue(first, "asha", POLICY, at("16:59", 3)) == ()
    world.do("11:00", SetAction(text="limit it", owner="asha", due=at("17:00", 3)))
    board = ReviewBoard(at("11:00", 5), owed([world.row()], POLICY), open_actions([world.incident()], POLICY))
    assert overdue(board, "budi", POLICY, board.now) == ("RCA of INC-1 2 days overdue",)
    assert overdue(board, "asha", POLICY, board.now) == ("A1 of INC-1 2 days overdue",)
    assert overdue(board, "", POLICY, board.now) == soon(board, "budi", POLICY, board.now) == ()
