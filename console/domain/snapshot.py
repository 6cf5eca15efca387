"""All that a screen or a listing shows at one instant; frozen, so every pane shows the same truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from console.domain.changes.correlated import Correlated
from console.domain.events import Event
from console.domain.health import EngineReport, SourceHealth
from console.domain.incident import Incident
from console.domain.notify.notification import Notification
from console.domain.policy import Policy
from console.domain.presence import Presence
from console.domain.roster import Duty
from console.domain.runbook import Runbook
from console.domain.summary import Summary
from console.domain.team.state import NO_TEAM_STATE, TeamState
from console.domain.waiting import Tries


class StoreState(StrEnum):
    """Whether what is shown is current and whether a write can be saved."""

    OK = "ok"
    READ_ONLY = "read-only"
    UNREACHABLE = "unreachable"


READONLY = "--readonly"
"""The reason for being read-only where this console was started so."""


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """The store as the front end last saw it. ``seen_at``: when it last answered (store time).

    ``error`` is why it cannot be reached or, where it is read-only, why nothing can be written.
    """

    kind: str
    state: StoreState
    seen_at: datetime | None
    error: str = ""

    @property
    def as_asked(self) -> bool:
        """True where it is read-only because somebody wanted it so: no alarm."""
        return self.state is StoreState.READ_ONLY and READONLY in self.error


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """What was known at ``now`` (store time).

    ``rows`` are the open incidents in no particular order (views sort and filter them by
    ``filters``); ``rows`` keeps identity: an unchanged incident is the same object in the next
    snapshot. ``duties`` is who holds each role at ``now``. ``position`` is the store's last
    change that is included. ``rehearsal``: this is no real shift but a ``demo`` or a ``drill``. ``consoles`` are the others that are open, ``digest`` is the
    fingerprint of our own team config. ``skew`` is how far this machine's clock is ahead of the
    store's, None where that is too little to tell. ``team`` is the team's log as it stands: ``policy`` has
    its covers, leave and maintenance in it already. ``told`` differs once changes of the world have been told.
    ``followed`` are the incidents that are over and whose clients were last told that they go on.
    """

    now: datetime
    me: str
    position: int
    rows: tuple[Summary, ...]
    sources: tuple[SourceHealth, ...]
    engine: EngineReport | None
    store: StoreHealth
    duties: tuple[Duty, ...]
    policy: Policy
    rehearsal: str = ""
    consoles: tuple[Presence, ...] = ()
    digest: str = ""
    skew: timedelta | None = None
    team: TeamState = NO_TEAM_STATE
    told: int = 0
    followed: tuple[Summary, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Detail:
    """Everything about one incident: its state, its log and the runbook found for it (None: none found)."""

    incident: Incident
    events: tuple[Event, ...]
    runbook: Runbook | None
    runbook_note: str = ""  # why there is none, or why this one
    last_time: str = ""  # the previous occurrence in one line, or empty
    notifications: tuple[Notification, ...] = ()  # who was told of it, and how that stands
    changes: tuple[Correlated, ...] = ()  # of the world around it, by time; perhaps why, perhaps not
    tries: Tries = ()  # when what waits is tried again
