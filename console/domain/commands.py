"""What people and the engine ask for. ``decide`` turns a command into events or a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.domain.aftermath import Ticket
from console.domain.alert import Alert, AlertRef
from console.domain.bodies.aftermath import TicketLinked
from console.domain.bodies.work import StepRan
from console.domain.comms.commands import PostUpdate as PostUpdate  # noqa: PLC0414 - this is the door
from console.domain.comms.commands import WaiveUpdate as WaiveUpdate  # noqa: PLC0414 - same
from console.domain.opencommands import Open as Open  # noqa: PLC0414 - this is the door
from console.domain.priority import Priority
from console.domain.reviewcommands import MoveReview as MoveReview  # noqa: PLC0414 - this is the door
from console.domain.reviewcommands import SetAction as SetAction  # noqa: PLC0414 - this is the door
from console.domain.reviewcommands import StartReview as StartReview  # noqa: PLC0414 - this is the door
from console.domain.reviewcommands import WriteSection as WriteSection  # noqa: PLC0414 - this is the door
from console.domain.splitcommands import Split as Split  # noqa: PLC0414 - this is the door
from console.domain.splitcommands import StandAlone as StandAlone  # noqa: PLC0414 - this is the door
from console.domain.ticketcommands import DropTicket as DropTicket  # noqa: PLC0414 - this is the door
from console.domain.ticketcommands import LinkTicket as LinkTicket  # noqa: PLC0414 - this is the door
from console.domain.ticketcommands import OpenTicket as OpenTicket  # noqa: PLC0414 - this is the door
from console.domain.trackcommands import SetTrack as SetTrack  # noqa: PLC0414 - this is the door
from console.domain.tracks import Track
from console.domain.vocabulary import EffectKind, EffectState, PauseReason, StepState, Sufficed


@dataclass(frozen=True, slots=True)
class Ack:
    """Take it. ``take`` answers "you were not paged - take it?" with yes (S10).

    ``made_at``: when it was made, where that was earlier than now (offline or upstream).
    """

    take: bool = False
    made_at: datetime | None = None
    via: str = ""


@dataclass(frozen=True, slots=True)
class Unack:
    """Give it back to the queue."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Assign:
    """Make somebody the owner."""

    to: str


@dataclass(frozen=True, slots=True)
class Escalate:
    """Page the next level, or ``level``, or ``person``, or the primary of ``team`` by the roster.

    ``seen_level`` is the level the screen showed when the key was pressed: an escalation that
    has happened in the meantime is not repeated (S12, GoAlert "has already escalated").
    """

    level: int | None = None
    person: str = ""
    reason: str = ""
    seen_level: int | None = None
    team: str = ""


@dataclass(frozen=True, slots=True)
class SetPriority:
    """Decide the priority."""

    priority: Priority
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Snooze:
    """Out of sight until then."""

    until: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Wake:
    """End the snooze."""

    reason: str = "by hand"


@dataclass(frozen=True, slots=True)
class PauseClock:
    """Stop the resolve clock for a reason (refused on P1/P2)."""

    reason: PauseReason
    text: str = ""


@dataclass(frozen=True, slots=True)
class ResumeClock:
    """Run the resolve clock again."""


@dataclass(frozen=True, slots=True)
class Note:
    """Write down something; a leading ``!`` flags it for the handover."""

    text: str


@dataclass(frozen=True, slots=True)
class MarkNoise:
    """Say that it should never have paged anybody, with a reason; ``noise`` False takes that back."""

    reason: str = ""
    noise: bool = True


@dataclass(frozen=True, slots=True)
class MarkStep:
    """Set a runbook step's state. With a ``note`` the state stays and only that is written down."""

    step: int
    state: StepState
    text: str
    runbook: str = ""
    result: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class RecordRun:
    """Write down how a runbook step's command ended; ``ran`` is what is kept of it."""

    ran: StepRan


@dataclass(frozen=True, slots=True)
class Mitigate:
    """A fix is in; watch it."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class Resolve:
    """Over. ``despite_firing`` answers the warning that alerts still fire with yes (OnCall #5392).

    ``despite_tracks`` answers the one that tracks are open.
    ``made_at`` and ``via``: when it was said where the incident is kept, and the name of that source.
    ``runbook`` is the one that ``sufficed`` is said of: which was shown.
    """

    note: str = ""
    cause: str = ""
    sufficed: Sufficed = Sufficed.UNSAID
    despite_firing: bool = False
    made_at: datetime | None = None
    via: str = ""
    runbook: str = ""
    despite_tracks: bool = False


@dataclass(frozen=True, slots=True)
class Reopen:
    """Open it again within the reopen window."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class MergeInto:
    """Make this incident part of another."""

    parent: str


@dataclass(frozen=True, slots=True)
class Absorb:
    """The parent's side of a merge; both sides are written in one transaction."""

    child: str
    child_reported_at: datetime
    alerts: tuple[Alert, ...] = ()  # what still fires of the child
    tracks: tuple[Track, ...] = ()  # what is open of its parallel work goes on here
    tickets: tuple[Ticket, ...] = ()  # are told from here how it ends


@dataclass(frozen=True, slots=True)
class NameCause:
    """Say where the trouble probably begins and why; ``explains`` counts the failing services that follow from it."""

    service: str
    why: str
    explains: int


@dataclass(frozen=True, slots=True)
class AnswerNudge:
    """Yes, still on it."""


@dataclass(frozen=True, slots=True)
class Close:
    """Reviewed; file it."""


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the actor's own last action, or the one whose op is ``op``.

    Within ``policy.undo_within`` anything reversible; later only an ack, as an un-ack.
    """

    op: str = ""


@dataclass(frozen=True, slots=True)
class ObserveAlerts:
    """What a poll changed for this incident: fired or changed alerts, and cleared ones."""

    fired: tuple[Alert, ...] = ()
    cleared: tuple[AlertRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Advance:
    """Let time pass: carry out whatever has fallen due (page, next level, wake, auto-resolve, nudge, renewal).

    ``dark`` names the sources that cannot be believed now: what they said last is no news of today, so
    nothing is over because of it.
    """

    dark: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SettleEffect:
    """The outcome of an upstream effect; ``ticket`` is the one that it made, linked or changed."""

    effect: str
    source: str
    kind: EffectKind
    state: EffectState
    text: str
    handle: str = ""
    until: datetime | None = None
    ticket: TicketLinked | None = None


Command = (
    Ack
    | Unack
    | Assign
    | Escalate
    | SetPriority
    | Snooze
    | Wake
    | PauseClock
    | ResumeClock
    | Note
    | MarkNoise
    | MarkStep
    | RecordRun
    | SetTrack
    | Mitigate
    | Resolve
    | Reopen
    | MergeInto
    | Absorb
    | Split
    | StandAlone
    | NameCause
    | PostUpdate
    | WaiveUpdate
    | AnswerNudge
    | Close
    | StartReview
    | MoveReview
    | WriteSection
    | SetAction
    | OpenTicket
    | LinkTicket
    | DropTicket
    | Undo
    | Open
    | ObserveAlerts
    | Advance
    | SettleEffect
)
