"""What can become of a review and of its action items, as a menu."""

from __future__ import annotations

from console.domain.commands import MoveReview, SetAction, StartReview
from console.domain.review.document import ReviewDocument, open_items
from console.domain.vocabulary import ActionState, ReviewState
from console.ui.screens.menu import Option

MOST = 8
"""Open action items in the menu: each has two lines there."""
STATES = (
    (ReviewState.DRAFT, "back to a draft", "it is written on"),
    (ReviewState.IN_REVIEW, "into review", "it is ready to be looked through by others"),
    (ReviewState.CLOSED, "close it", "asks first while something is missing"),
)

Move = StartReview | MoveReview | SetAction


def moves(of: ReviewDocument) -> list[Option[Move]]:
    """Return where the review can go, then its open action items, then a new one."""
    options: list[Option[Move]] = []
    if of.state is ReviewState.NONE:
        options.append(Option(StartReview(), "begin it", "a draft, of who resolved it"))
    else:
        options += [Option(MoveReview(to), label, note) for to, label, note in STATES if to is not of.state]
    for item in open_items(of)[:MOST]:
        action = item.action
        options += [
            Option(SetAction(action.id, state=ActionState.DONE), f"{action.id} is done", action.text),
            Option(
                SetAction(action.id, state=ActionState.DROPPED), f"{action.id} will not be done", action.text
            ),
        ]
    options.append(
        Option(SetAction(), "add an action item", "its owner and day: oncall postmortem INC --item")
    )
    return options
