"""What remains of an incident: tickets elsewhere, and the review that it is owed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.domain.vocabulary import ActionKind, ActionState, ReviewState


@dataclass(frozen=True, slots=True)
class TicketLinked:
    """A ticket in another system stands for this incident there. ``outlet`` is the name of the config's table.

    ``key`` is what people there call it ("OPS-17", "shop#41"). Linked again with the same key: its title,
    assignee or state there has changed. ``gone``: the link was taken off here.
    """

    outlet: str
    key: str
    url: str = ""
    title: str = ""
    assignee: str = ""
    state: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True)
class TicketAsked:
    """Somebody asked for a ticket: a new one with what they wrote of it, or, with a ``key``, a link to one that exists.

    ``actual`` is what happened, ``ideal`` what should have; empty: they wrote nothing.
    """

    outlet: str
    actual: str = ""
    ideal: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class ReviewMoved:
    """The review (RCA, postmortem) is drafted, given to somebody, in review, or closed.

    ``owner`` is a person's id, ``due`` the instant (UTC) at which it is overdue; both None or empty: as before.
    """

    state: ReviewState
    owner: str = ""
    due: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class ReviewWritten:
    """A section of the review was written anew, as a whole. An empty ``text`` is "not recorded" again."""

    section: str
    text: str


@dataclass(frozen=True, slots=True)
class ActionSet:
    """An action item of the review: made, changed, done or dropped. ``action`` is its id within the incident.

    ``due`` is the instant (UTC) at which it is overdue: the end of a day where the team lives.
    """

    action: str
    text: str
    kind: ActionKind
    state: ActionState
    owner: str = ""
    due: datetime | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A handover was accepted that lists this incident; the owner changes by an ``Assigned`` of the same write."""

    handover: str
    outgoing: str
    incoming: str
