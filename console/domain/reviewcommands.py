"""What people ask for about reviews; ``commands`` is the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.domain.vocabulary import ActionKind, ActionState, ReviewState


@dataclass(frozen=True, slots=True)
class StartReview:
    """Begin the review of an incident that is over. ``owner`` empty: who resolved it, else who acked it.

    ``due`` None: by the priority (``review.due``).
    """

    owner: str = ""
    due: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class MoveReview:
    """Move a review on or back, or give it to another; ``state`` None leaves that as it is.

    ``despite_gaps`` answers the question before it is closed: what is not written, what nobody owns.
    """

    state: ReviewState | None = None
    owner: str = ""
    due: datetime | None = None
    text: str = ""
    despite_gaps: bool = False


@dataclass(frozen=True, slots=True)
class WriteSection:
    """Write a section anew, as a whole; an empty text takes it out. A review that is not there yet begins.

    ``before`` is what the writer read in its place: written by somebody else meanwhile, nothing is written.
    None: whatever is there.
    """

    section: str
    text: str
    before: str | None = None


@dataclass(frozen=True, slots=True)
class SetAction:
    """Add an action item (``action`` empty) or change one; None leaves a part as it is. ``due`` is an instant (UTC)."""

    action: str = ""
    text: str | None = None
    kind: ActionKind | None = None
    state: ActionState | None = None
    owner: str | None = None
    due: datetime | None = None
    url: str | None = None
