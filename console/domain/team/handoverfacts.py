"""Handovers in the team's log: what is written for one, and its way from an offer to an answer. Stored format."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Section(StrEnum):
    """Where in the handover an entry stands, in the order of the document."""

    DO_FIRST = "do first"
    WATCH = "watch"
    MUTED = "muted"  # noisy or muted, and why
    NOT_RESOLVED = "not resolved"  # and why
    RUNBOOK = "runbook"  # was it adequate
    GENERAL = "general"


@dataclass(frozen=True, slots=True)
class HandoverNoted:
    """An entry of a draft was written, or written anew. An empty ``text``: it is taken out.

    ``handover`` is ``TEAM/ROLE/START`` of the shift, ``entry`` its id within it ("E3").
    """

    handover: str
    entry: str
    section: Section
    text: str


@dataclass(frozen=True, slots=True)
class HandoverOffered:
    """The outgoing person offers a shift [start, end), UTC, to the incoming one; again: in place of the offer before.

    ``incidents`` are the team's open ones with their owners then. ``document`` is the handover as it was read,
    packed (``ports.handover.Sheets``): rules, sources and the journal may have changed since, so it cannot be
    made again from the logs.
    """

    handover: str
    team: str
    role: str
    outgoing: str
    incoming: str
    start: datetime
    end: datetime
    incidents: tuple[tuple[str, str], ...]
    remarks: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class HandoverAccepted:
    """The incoming person has accepted. ``moved`` are the incidents that became theirs in the same transaction.

    ``comms`` is who from now on tells clients and keeps the team's status page; empty: as before.
    """

    handover: str
    incoming: str
    moved: tuple[str, ...]
    comms: str = ""
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class HandoverReturned:
    """The incoming person has given it back; the outgoing one keeps everything."""

    handover: str
    reason: str
