"""What people ask of the team's log; ``team.decide`` turns a command into facts or a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from console.domain.team.facts import ItemState
from console.domain.team.handoverfacts import Section


@dataclass(frozen=True, slots=True)
class Cover:
    """Let ``person`` cover a role in [start, end), UTC; an empty person leaves it to nobody."""

    team: str
    role: str
    person: str
    start: datetime
    end: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TakePager:
    """Take a role oneself, from now for so long (OnCall #4538: from somebody busy, without asking)."""

    team: str
    role: str
    span: timedelta
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Swap:
    """Two people take each other's shifts of one role: the ones that run at ``first_at`` and at ``second_at``."""

    team: str
    role: str
    first_at: datetime
    second_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EndCover:
    """Withdraw a cover (its id, or that of a swap's pair) from now on."""

    id: str


@dataclass(frozen=True, slots=True)
class TakeLeave:
    """Be away in [start, end), UTC."""

    person: str
    start: datetime
    end: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EndLeave:
    """Be back from now on."""

    id: str


@dataclass(frozen=True, slots=True)
class SetMaintenance:
    """Let incidents of some services, or of all services of some teams, page nobody in [start, end), UTC."""

    start: datetime
    end: datetime
    services: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EndMaintenance:
    """End a maintenance now."""

    id: str


@dataclass(frozen=True, slots=True)
class AnswerItem:
    """Answer one item of a checklist for oneself."""

    checklist: str
    item: str
    occasion: str
    state: ItemState
    value: str = ""
    text: str = ""
    incident: str = ""


@dataclass(frozen=True, slots=True)
class Writing:
    """An entry of a handover as somebody wants it. ``id`` empty: a new one; ``text`` empty: it goes.

    ``was`` is the text that they had before them: where it reads otherwise by now, theirs is put beside it.
    """

    section: Section
    text: str
    id: str = ""
    was: str = ""


@dataclass(frozen=True, slots=True)
class NoteHandover:
    """Write entries of a handover, all together or none."""

    handover: str
    entries: tuple[Writing, ...]


@dataclass(frozen=True, slots=True)
class OfferHandover:
    """Offer one's shift to the person who follows, or (``to``) to somebody else. See ``HandoverOffered``."""

    handover: str
    team: str
    role: str
    start: datetime
    end: datetime
    to: str
    incidents: tuple[tuple[str, str], ...]
    document: str
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class AcceptHandover:
    """Take over what was offered; ``offered_at`` is the offer that was read (UTC)."""

    handover: str
    offered_at: datetime
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class ReturnHandover:
    """Give an offer back, with what is missing."""

    handover: str
    reason: str


TeamCommand = (
    Cover
    | TakePager
    | Swap
    | EndCover
    | TakeLeave
    | EndLeave
    | SetMaintenance
    | EndMaintenance
    | AnswerItem
    | NoteHandover
    | OfferHandover
    | AcceptHandover
    | ReturnHandover
)
