"""The facts of an incident's log. The log is the truth; everything shown is computed from it.

The door to all kinds of events; what they say is in ``bodies``, by subject.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.domain.actors import Actor
from console.domain.bodies.aftermath import (
    ActionSet,
    HandedOver,
    ReviewMoved,
    ReviewWritten,
    TicketAsked,
    TicketLinked,
)
from console.domain.bodies.alerts import AlertsCleared, AlertsFired, Recovered, SeverityRaised
from console.domain.bodies.flapping import FlappingBegan, FlappingEnded
from console.domain.bodies.lifecycle import (
    Absorbed,
    Acked,
    Assigned,
    Closed,
    Merged,
    Mitigated,
    Opened,
    Reopened,
    Resolved,
    Unacked,
)
from console.domain.bodies.paging import (
    Confirmed,
    Escalated,
    LevelSkipped,
    Nudged,
    Repaged,
    Snoozed,
    StillOn,
    Woke,
)
from console.domain.bodies.storm import CauseNamed, SplitOff, Unmerged
from console.domain.bodies.tracks import TrackDue, TrackSet
from console.domain.bodies.work import (
    BreachedOnReclassify,
    EffectAsked,
    EffectSettled,
    NoiseMarked,
    Noted,
    Paused,
    PrioritySet,
    Resumed,
    StepMarked,
    StepRan,
    UpdatePosted,
    UpdateWaived,
)

__all__ = [
    "Absorbed",
    "Acked",
    "ActionSet",
    "AlertsCleared",
    "AlertsFired",
    "Assigned",
    "Body",
    "BreachedOnReclassify",
    "CauseNamed",
    "Closed",
    "Confirmed",
    "EffectAsked",
    "EffectSettled",
    "Escalated",
    "Event",
    "FlappingBegan",
    "FlappingEnded",
    "HandedOver",
    "LevelSkipped",
    "Merged",
    "Mitigated",
    "NoiseMarked",
    "Noted",
    "Nudged",
    "Opened",
    "Paused",
    "PrioritySet",
    "Recovered",
    "Reopened",
    "Repaged",
    "Resolved",
    "Resumed",
    "ReviewMoved",
    "ReviewWritten",
    "SeverityRaised",
    "Snoozed",
    "SplitOff",
    "StepMarked",
    "StepRan",
    "StillOn",
    "TicketAsked",
    "TicketLinked",
    "TrackDue",
    "TrackSet",
    "Unacked",
    "Undone",
    "Unmerged",
    "UpdatePosted",
    "UpdateWaived",
    "Woke",
]


@dataclass(frozen=True, slots=True)
class Undone:
    """An earlier event of the same actor is taken back; the fold leaves event ``n`` out."""

    n: int
    what: str


Body = (
    Opened
    | AlertsFired
    | AlertsCleared
    | SeverityRaised
    | Acked
    | Unacked
    | Assigned
    | Escalated
    | LevelSkipped
    | Repaged
    | Confirmed
    | PrioritySet
    | BreachedOnReclassify
    | Snoozed
    | Woke
    | Paused
    | Resumed
    | Noted
    | NoiseMarked
    | StepMarked
    | StepRan
    | Mitigated
    | Recovered
    | FlappingBegan
    | FlappingEnded
    | Resolved
    | Reopened
    | Merged
    | Absorbed
    | CauseNamed
    | SplitOff
    | Unmerged
    | TrackSet
    | TrackDue
    | UpdatePosted
    | UpdateWaived
    | Nudged
    | StillOn
    | Closed
    | TicketAsked
    | TicketLinked
    | ReviewMoved
    | ReviewWritten
    | ActionSet
    | HandedOver
    | Undone
    | EffectAsked
    | EffectSettled
)


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of one incident's log.

    ``n`` counts from 1 without gaps within the incident. ``at`` is the store's time (UTC,
    milliseconds). ``op`` is the id of the key press or command that caused it; the same op is
    never carried out twice (S12).
    """

    incident: str
    n: int
    at: datetime
    actor: Actor
    body: Body
    op: str = ""
