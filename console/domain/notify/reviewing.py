"""What reviews tell their owners: once a day, in one message, which are overdue or due by tomorrow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from console.domain.human import count
from console.domain.notify.matching import About
from console.domain.notify.notification import Topic
from console.domain.notify.saying import Saying
from console.domain.policy import Policy
from console.domain.review.board import ReviewBoard
from console.domain.review.pressing import overdue, soon
from console.domain.zones import zone_of

TOLD_FROM = 9
"""O'clock where the person lives: a day's message comes with the working day, not when a day ends at midnight."""


def due_reviews(board: ReviewBoard, policy: Policy, now: datetime) -> Iterator[Saying]:
    """Yield a person's message of this day; the same one all day, by the same key."""
    teams = {one.owner or one.had: one.team for one in reversed(board.reviews)}
    for person in sorted(filter(None, teams)):
        team = teams[person]
        here = now.astimezone(zone_of(person, team, policy))
        told = (*overdue(board, person, policy, now), *soon(board, person, policy, now))
        if not told or here.hour < TOLD_FROM:
            continue
        title = told[0] if len(told) == 1 else f"{count(len(told), 'review')} of yours are due"
        text = f"{'; '.join(told)}. Write them with D in the console, or oncall postmortem INC --edit."
        yield Saying(
            f"review/{person}/{here:%Y%m%d}", About(Topic.REVIEW, (person,), None, team), title, text
        )
