"""What a person's reviews and action items want of them now, in a line each."""

from __future__ import annotations

from datetime import date, datetime

from console.domain.policy import Policy
from console.domain.review.board import OpenAction, Owed, ReviewBoard, due_words
from console.domain.roster import zone_of

SOON_DAYS = 1
"""Due today or tomorrow is told; what comes later is on the board."""


def overdue(board: ReviewBoard, person: str, policy: Policy, now: datetime) -> tuple[str, ...]:
    """Return what of somebody's is overdue: ``RCA of INC-7 2 days overdue``, reviews before action items."""
    late = [one for one in _theirs(board, person) if one.overdue(now)]
    items = [one for one in board.actions if one.action.owner == person and one.overdue(now)]
    return (
        *(_words(f"RCA of {one.incident}", one, now, policy) for one in late),
        *(_words(f"{one.action.id} of {one.incident}", one, now, policy) for one in items),
    )


def soon(board: ReviewBoard, person: str, policy: Policy, now: datetime) -> tuple[str, ...]:
    """Return which of somebody's reviews are due today or tomorrow."""
    return tuple(
        _words(f"RCA of {one.incident}", one, now, policy)
        for one in _theirs(board, person)
        if one.last_day is not None
        and not one.overdue(now)
        and (one.last_day - _today(one.team, now, policy)).days <= SOON_DAYS
    )


def _theirs(board: ReviewBoard, person: str) -> list[Owed]:
    return [one for one in board.reviews if person and (one.owner or one.had) == person]


def _words(what: str, one: Owed | OpenAction, now: datetime, policy: Policy) -> str:
    due = one.due if isinstance(one, Owed) else one.action.due
    return f"{what} {due_words(due, one.last_day, now, _today(one.team, now, policy))}"


def _today(team: str, now: datetime, policy: Policy) -> date:
    return now.astimezone(zone_of(policy.roster, team)).date()
