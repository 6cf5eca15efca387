"""What happened in a team besides its incidents; the stored format, so fields are only ever added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from console.domain.actors import Actor
from console.domain.team.handoverfacts import (
    HandoverAccepted,
    HandoverNoted,
    HandoverOffered,
    HandoverReturned,
)


@dataclass(frozen=True, slots=True)
class CoverMade:
    """Somebody covers a role of a team in [start, end), UTC; empty ``person``: nobody, on purpose.

    ``kind`` is how it was asked for: ``override``, ``swap`` (its other half has the same ``pair``), ``take``.
    """

    id: str
    team: str
    role: str
    person: str
    start: datetime
    end: datetime
    reason: str = ""
    kind: str = "override"
    pair: str = ""


@dataclass(frozen=True, slots=True)
class CoverEnded:
    """A cover is withdrawn from ``at`` on (UTC): what was covered before that stays history."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LeaveTaken:
    """Somebody is not there in [start, end), UTC."""

    id: str
    person: str
    start: datetime
    end: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LeaveEnded:
    """Somebody is back from ``at`` on (UTC)."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MaintenanceSet:
    """Incidents of some services, or of all services of some teams, page nobody in [start, end), UTC."""

    id: str
    services: tuple[str, ...]
    teams: tuple[str, ...]
    start: datetime
    end: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MaintenanceEnded:
    """A maintenance is over from ``at`` on (UTC)."""

    id: str
    at: datetime


class ItemState(StrEnum):
    """How an item of a checklist stands."""

    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    TODO = "todo"  # taken back


@dataclass(frozen=True, slots=True)
class ItemAnswered:
    """A person dealt with one item of a checklist for one shift or day (``occasion``).

    ``value`` is what was entered, ``text`` a remark or the last line a command said.
    ``incident`` is the one opened because the item failed.
    """

    checklist: str
    item: str
    person: str
    occasion: str
    state: ItemState
    value: str = ""
    text: str = ""
    incident: str = ""


FactBody = (
    CoverMade
    | CoverEnded
    | LeaveTaken
    | LeaveEnded
    | MaintenanceSet
    | MaintenanceEnded
    | ItemAnswered
    | HandoverNoted
    | HandoverOffered
    | HandoverAccepted
    | HandoverReturned
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry of the team's log. ``n`` counts from 1; ``at`` is the store's time (UTC, milliseconds)."""

    n: int
    at: datetime
    actor: Actor
    body: FactBody
    op: str = ""
