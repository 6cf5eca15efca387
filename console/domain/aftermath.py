"""What remains of an incident, as values: tickets elsewhere, the review and its action items."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.domain.vocabulary import ActionKind, ActionState, ReviewState


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket in another system, as it was told of last at ``told_at``."""

    outlet: str
    key: str
    url: str
    title: str
    assignee: str
    state: str
    told_at: datetime


@dataclass(frozen=True, slots=True)
class Action:
    """An action item of a review; overdue from ``due`` (UTC) on while it is open."""

    id: str
    text: str
    kind: ActionKind
    state: ActionState
    owner: str = ""
    due: datetime | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """The review of an incident. ``sections`` are (name, text) as people wrote them; what they did not write is not there."""

    state: ReviewState = ReviewState.NONE
    moved_at: datetime | None = None
    owner: str = ""
    due: datetime | None = None
    sections: tuple[tuple[str, str], ...] = ()
    actions: tuple[Action, ...] = ()


NO_REVIEW = Review()
