"""Handovers as they stand: draft, offered, accepted or returned. Ownership moves only on acceptance (SRE book, ch. 14)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from console.domain.team.handoverfacts import (
    HandoverAccepted,
    HandoverNoted,
    HandoverOffered,
    HandoverReturned,
    Section,
)

REMIND_BEFORE = timedelta(minutes=60)
NAG_BEFORE = timedelta(minutes=15)
OVERDUE_AFTER = timedelta(minutes=15)
MOST_KEPT = 100
"""Handovers of the whole team that are kept at hand; the log has all."""

HandoverFact = HandoverNoted | HandoverOffered | HandoverAccepted | HandoverReturned


class Stage(StrEnum):
    """A draft exists from the start of the shift; a returned one is a draft with a reason."""

    DRAFT = "draft"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something written for a handover. ``by`` wrote it last, ``at`` (UTC)."""

    id: str
    section: Section
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Handing:
    """One shift's handover. From its first offer on it has all fields; before that only what was written for it.

    ``document`` is that of the latest offer, packed. ``settled_at`` is when it was accepted or returned, with
    ``answer``: the reason, or remarks. ``written`` counts the entries ever made.
    """

    id: str
    stage: Stage = Stage.DRAFT
    entries: tuple[Entry, ...] = ()
    written: int = 0
    team: str = ""
    role: str = ""
    outgoing: str = ""
    incoming: str = ""
    start: datetime | None = None
    end: datetime | None = None
    incidents: tuple[tuple[str, str], ...] = ()
    moved: tuple[str, ...] = ()
    remarks: str = ""
    document: str = ""
    offered_at: datetime | None = None
    settled_at: datetime | None = None
    answer: str = ""


class Nag(StrEnum):
    """What the clock asks for."""

    NONE = "none"
    REMIND = "remind"  # T-60: write it
    NAG = "nag"  # T-15: offer it
    OVERDUE = "overdue"  # 15 min past the end: banner for both, and level 1 is told


def nag(stage: Stage, end: datetime, now: datetime) -> Nag:
    """Return what the clock asks for at ``now``. Time alone never moves ownership (V22)."""
    left = end - now
    if stage is Stage.ACCEPTED:
        return Nag.NONE
    if left <= -OVERDUE_AFTER:
        return Nag.OVERDUE
    if stage is Stage.OFFERED:
        return Nag.NONE
    if left <= NAG_BEFORE:
        return Nag.NAG
    return Nag.REMIND if left <= REMIND_BEFORE else Nag.NONE


def find(known: tuple[Handing, ...], name: str) -> Handing:
    """Return a handover by its id; one that nobody has touched is an empty draft."""
    return next((one for one in reversed(known) if one.id == name), Handing(name))


def after(known: tuple[Handing, ...], fact: HandoverFact, at: datetime, by: str) -> tuple[Handing, ...]:
    """Return the handovers after a fact, the latest that were begun last; what makes no sense changes nothing."""
    before = find(known, fact.handover)
    made = _after(before, fact, at, by)
    if made is before:
        return known
    if any(one is before for one in known):
        return tuple(made if one is before else one for one in known)
    return (*known, made)[-MOST_KEPT:]


def comms_after(
    known: tuple[tuple[str, str], ...], handing: Handing, fact: HandoverAccepted
) -> tuple[tuple[str, str], ...]:
    """Return by team who tells clients and keeps the status page, after an acceptance."""
    holds = fact.comms and handing.stage is Stage.OFFERED
    return tuple({**dict(known), handing.team: fact.comms}.items()) if holds else known


def _after(before: Handing, fact: HandoverFact, at: datetime, by: str) -> Handing:
    match fact:
        case HandoverNoted():
            return _noted(before, fact, at, by)
        case HandoverOffered() if before.stage is not Stage.ACCEPTED:
            return replace(
                before,
                stage=Stage.OFFERED,
                team=fact.team,
                role=fact.role,
                outgoing=fact.outgoing,
                incoming=fact.incoming,
                start=fact.start,
                end=fact.end,
                incidents=fact.incidents,
                remarks=fact.remarks,
                document=fact.document,
                offered_at=at,
                settled_at=None,
                answer="",
            )
        case HandoverAccepted() if before.stage is Stage.OFFERED:
            return replace(
                before,
                stage=Stage.ACCEPTED,
                incoming=fact.incoming,
                moved=fact.moved,
                settled_at=at,
                answer=fact.remarks,
            )
        case HandoverReturned() if before.stage is Stage.OFFERED:
            return replace(before, stage=Stage.RETURNED, settled_at=at, answer=fact.reason)
    return before


def _noted(before: Handing, fact: HandoverNoted, at: datetime, by: str) -> Handing:
    entries = {one.id: one for one in before.entries}
    new = fact.entry not in entries
    if fact.text:
        entries[fact.entry] = Entry(fact.entry, fact.section, fact.text, by, at)
    else:
        entries.pop(fact.entry, None)
    written = before.written + (1 if new and fact.text else 0)
    return replace(before, entries=tuple(entries.values()), written=written)
