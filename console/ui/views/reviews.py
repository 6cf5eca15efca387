"""The board of reviews as lines: what is owed first, then the open action items, by who owns them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from console.domain.human import count
from console.domain.policy import Policy
from console.domain.review.board import OpenAction, Owed, ReviewBoard, due_words
from console.domain.roster import zone_of
from console.domain.vocabulary import ReviewState
from console.ui.text import Spans, wrap_spans

MOST = 200
"""So many of each are drawn; what is left out is told."""

Keyed = tuple[Spans, str | None]


def board_lines(board: ReviewBoard, policy: Policy, width: int) -> list[Keyed]:
    """Return the lines, each with the incident that it is about."""
    lines: list[Keyed] = []
    late = sum(one.overdue(board.now) for one in board.reviews)
    lines += _head(f"{count(len(board.reviews), 'review')} owed", late, width)
    for one in board.reviews[:MOST]:
        lines += [(line, one.incident) for line in wrap_spans(_review(one, board.now, policy), width, 2)]
    lines += _rest(len(board.reviews) - MOST, "review", width)
    late = sum(one.overdue(board.now) for one in board.actions)
    lines += [((), None), *_head(f"{count(len(board.actions), 'action item')} open", late, width)]
    for owner in sorted({one.action.owner for one in board.actions}):
        theirs = [one for one in board.actions if one.action.owner == owner]
        lines += _of_owner(owner, theirs[:MOST], board.now, policy, width)
        lines += _rest(len(theirs) - MOST, "action item", width)
    rest = board.left_out
    if rest:
        words = f"the action items of {count(rest, 'older incident')} were not read: oncall postmortem INC"
        lines += [((), None), *((line, None) for line in wrap_spans(((words, "dim"),), width))]
    return lines


def _head(words: str, late: int, width: int) -> Iterator[Keyed]:
    spans: Spans = ((words, "bold title"), (f", {late} overdue" if late else "", "clock-late bold"))
    yield from ((line, None) for line in wrap_spans(spans, width))


def _rest(left: int, what: str, width: int) -> Iterator[Keyed]:
    """Yield how many are not drawn."""
    if left > 0:
        words = f"and {count(left, what)} more: oncall postmortem --board"
        yield from ((line, None) for line in wrap_spans(((words, "dim"),), width))


def _of_owner(
    owner: str, items: list[OpenAction], now: datetime, policy: Policy, width: int
) -> Iterator[Keyed]:
    yield ((policy.name_of(owner) if owner else "nobody yet", "name"),), None
    for one in items:
        action = one.action
        due = due_words(action.due, one.last_day, now, _today(one.team, now, policy))
        spans: Spans = (
            (f"  {one.incident} {action.id}  ", "bold"),
            (due, _tone(overdue=one.overdue(now))),
            (f"  {action.kind.value}: {action.text}", ""),
        )
        yield from ((line, one.incident) for line in wrap_spans(spans, width, 4))


def _review(one: Owed, now: datetime, policy: Policy) -> Spans:
    state = one.state.value if one.state is not ReviewState.NONE else "not begun"
    due = due_words(one.due, one.last_day, now, _today(one.team, now, policy))
    return (
        (f"{one.incident:<9} {one.priority.label if one.priority else 'P?'}  ", "bold"),
        (f"{due:<16}", _tone(overdue=one.overdue(now))),
        (f" {state}, {one.whose(policy.name_of)}", ""),
        (f"  {one.service}: {one.title}", "dim"),
    )


def _tone(*, overdue: bool) -> str:
    return "clock-late bold" if overdue else ""


def _today(team: str, now: datetime, policy: Policy) -> date:
    return now.astimezone(zone_of(policy.roster, team)).date()
