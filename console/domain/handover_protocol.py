"""Handing a shift over: draft, offered, accepted or returned. Ownership moves only on acceptance (SRE book, ch. 14)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from console.domain.commands import Assign

REMIND_BEFORE = timedelta(minutes=60)
NAG_BEFORE = timedelta(minutes=15)
OVERDUE_AFTER = timedelta(minutes=15)


class HandoverState(StrEnum):
    """A draft exists from the start of the shift; a returned one is a draft with a reason."""

    DRAFT = "draft"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Handover:
    """One shift's handover. ``incoming`` is empty where the roster has nobody (a gap).

    ``incidents`` are the open ones listed in it, with their owners then.
    """

    team: str
    outgoing: str
    incoming: str
    shift_end: datetime
    state: HandoverState = HandoverState.DRAFT
    offered_at: datetime | None = None
    settled_at: datetime | None = None
    reason: str = ""
    incidents: tuple[tuple[str, str], ...] = ()


class NotPossible(ValueError):  # noqa: N818 - it is an answer for the person asking, in one line
    """The protocol does not allow this step; the message says why and what to do."""


class Nag(StrEnum):
    """What the clock asks for."""

    NONE = "none"
    REMIND = "remind"  # T-60: write it
    NAG = "nag"  # T-15: offer it
    OVERDUE = "overdue"  # 15 min past the end: banner for both, and level 1 is told


def offer(handover: Handover, incidents: tuple[tuple[str, str], ...], now: datetime) -> Handover:
    """Offer it to the incoming person, with the open incidents and their owners. Raises ``NotPossible``."""
    if handover.state is HandoverState.ACCEPTED:
        raise NotPossible("this shift has been handed over already")
    if not handover.incoming:
        raise NotPossible("the roster has nobody for the next shift: add an override, then offer again")
    return replace(
        handover, state=HandoverState.OFFERED, offered_at=now, settled_at=None, reason="", incidents=incidents
    )


def accept(handover: Handover, by: str, now: datetime) -> tuple[Handover, tuple[tuple[str, Assign], ...]]:
    """Accept it: the outgoing person's incidents become the incoming one's, in one transaction.

    Raises ``NotPossible`` where it was not offered, or not to ``by``.
    """
    _check_offered(handover, by)
    moves = tuple((one, Assign(by)) for one, owner in handover.incidents if owner == handover.outgoing)
    return replace(handover, state=HandoverState.ACCEPTED, settled_at=now), moves


def give_back(handover: Handover, by: str, reason: str, now: datetime) -> Handover:
    """Return it with a reason; the outgoing person keeps everything. Raises ``NotPossible``."""
    _check_offered(handover, by)
    if not reason.strip():
        raise NotPossible("say what is missing, so that it can be offered again")
    return replace(handover, state=HandoverState.RETURNED, settled_at=now, reason=reason.strip())


def nag(handover: Handover, now: datetime) -> Nag:
    """Return what the clock asks for at ``now``. Time alone never moves ownership (V22)."""
    left = handover.shift_end - now
    if handover.state is HandoverState.ACCEPTED:
        return Nag.NONE
    if left <= -OVERDUE_AFTER:
        return Nag.OVERDUE
    if handover.state is HandoverState.OFFERED:
        return Nag.NONE
    if left <= NAG_BEFORE:
        return Nag.NAG
    return Nag.REMIND if left <= REMIND_BEFORE else Nag.NONE


def _check_offered(handover: Handover, by: str) -> None:
    if handover.state is not HandoverState.OFFERED:
        raise NotPossible(f"this handover is not on offer (it is {handover.state})")
    if by != handover.incoming:
        raise NotPossible(f"it was offered to {handover.incoming}: only they can answer")
