"""The facts of an incident's log. The log is the truth; everything shown is computed from it.

Bodies are small frozen records. Their class names and fields are the stored format: add fields
with defaults, never rename or remove one (``store/codec.py`` reads old logs for ever).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from console.domain.actors import Actor
from console.domain.alert import Alert, AlertRef
from console.domain.priority import Priority


class ReporterKind(StrEnum):
    """Who told us (Eshopbox's list)."""

    MONITORING = "monitoring"
    CLIENT = "client"
    TEAM = "team"
    QA = "qa"
    SUPPORT = "support"
    ANONYMOUS = "anonymous"


class StepState(StrEnum):
    """State of one runbook step."""

    TODO = "todo"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


class Sufficed(StrEnum):
    """Answer to "was the runbook adequate?", asked at resolve."""

    YES = "yes"
    NO = "no"
    NO_RUNBOOK = "none"
    UNSAID = "unsaid"


class PauseReason(StrEnum):
    """The only reasons for which a resolve clock may stand still."""

    WAITING_VENDOR = "waiting_vendor"
    WAITING_CLIENT = "waiting_client"
    SCHEDULED = "scheduled"


class EffectKind(StrEnum):
    """What is asked of a source."""

    ACK = "ack"
    UNACK = "unack"
    SNOOZE = "snooze"
    WAKE = "wake"
    RESOLVE = "resolve"
    NOTE = "note"
    PUBLISH = "publish"  # a client update on an outlet: status page, chat


class EffectState(StrEnum):
    """How an upstream effect stands; shown as it is, never as done before it is."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Opened:
    """The incident became known to us.

    ``reported_at`` is when (UTC; the event's own time for alerts, possibly back-dated for a
    human report, then ``backdated`` says why). ``key`` groups alerts: service + alert name by
    default, empty for human reports; it is also what recurrence is counted by.
    """

    title: str
    service: str
    team: str
    key: str
    alert_name: str
    provisional: Priority | None
    reported_at: datetime
    source_started_at: datetime | None = None
    reporter: ReporterKind = ReporterKind.MONITORING
    reported_by: str = ""
    backdated: str = ""
    recurrence_of: str = ""
    runbook_url: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class AlertsFired:
    """Alerts joined the incident, fired again, or changed what they say."""

    alerts: tuple[Alert, ...]


@dataclass(frozen=True, slots=True)
class AlertsCleared:
    """A complete poll no longer has these alerts."""

    refs: tuple[AlertRef, ...]


@dataclass(frozen=True, slots=True)
class SeverityRaised:
    """The source's severity rose; an acked incident is triggered again (S2, ISA-18.2 re-alarm)."""

    before: Priority | None
    after: Priority


@dataclass(frozen=True, slots=True)
class Acked:
    """Somebody took it. ``took`` is True where they were not the one paged (S10).

    ``made_at`` is set where the ack was made earlier than it reached us (offline, or upstream
    in a system of record); it is the time that counts.
    """

    took: bool = False
    made_at: datetime | None = None
    via: str = ""


@dataclass(frozen=True, slots=True)
class Unacked:
    """Nobody has it any more: by hand, or ``auto`` after an unanswered nudge."""

    reason: str = ""
    auto: bool = False


@dataclass(frozen=True, slots=True)
class Assigned:
    """The owner changed without an ack."""

    to: str


@dataclass(frozen=True, slots=True)
class Escalated:
    """A level was paged. ``auto`` is the engine's own step; by hand it also un-acks (S6).

    ``level`` counts from 0 (the first page). ``to`` are person ids. ``round`` counts repeats of
    the whole chain from 0; a chain that starts anew (reopened, severity raised) counts from 0 again.
    """

    level: int
    to: tuple[str, ...]
    auto: bool
    round: int = 0
    name: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LevelSkipped:
    """A level had nobody to page; said out loud, never silently passed over (peer: OnCall #1326)."""

    level: int
    reason: str
    round: int = 0


@dataclass(frozen=True, slots=True)
class PrioritySet:
    """Somebody decided the priority. None takes it back to ``P?``."""

    priority: Priority | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BreachedOnReclassify:
    """The new priority's deadline had passed already; told once (V6)."""

    deadline: datetime


@dataclass(frozen=True, slots=True)
class Snoozed:
    """Out of sight until ``until`` (UTC) or until something new happens."""

    until: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Woke:
    """A snooze ended: ``due``, ``cleared``, ``new alert``, ``by hand``."""

    reason: str


@dataclass(frozen=True, slots=True)
class Paused:
    """The resolve clock stands still, for a reason, P3/P4 only."""

    reason: PauseReason
    text: str = ""


@dataclass(frozen=True, slots=True)
class Resumed:
    """The resolve clock runs again."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """A note. ``flagged`` notes (written with a leading ``!``) land in the handover."""

    text: str
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class StepMarked:
    """A runbook step's state changed. ``step`` counts from 1; ``text`` is the step as it read then."""

    step: int
    state: StepState
    text: str
    runbook: str = ""
    result: str = ""


@dataclass(frozen=True, slots=True)
class Mitigated:
    """A fix is in; now watching."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class Recovered:
    """All member alerts have cleared; ``at`` is when the last one did, as far as we know."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Resolved:
    """Over. ``auto``: cleared by itself and then acked or stable (S3, S4)."""

    note: str = ""
    cause: str = ""
    sufficed: Sufficed = Sufficed.UNSAID
    auto: bool = False


@dataclass(frozen=True, slots=True)
class Reopened:
    """A new epoch: fresh targets from the event's time (S7)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Merged:
    """This incident is now part of another."""

    into: str


@dataclass(frozen=True, slots=True)
class Absorbed:
    """Another incident became part of this one; its report time may move our resolve deadline (V16)."""

    child: str
    child_reported_at: datetime


@dataclass(frozen=True, slots=True)
class UpdatePosted:
    """Clients were told; ``outlets`` are where it is to appear, each an effect of kind PUBLISH.

    The comms clock restarts only when every outlet has it (V23), or at once where there are none.
    """

    text: str
    outlets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Nudged:
    """Acked but quiet for too long; the owner was asked "still on it?"."""

    quiet_since: datetime


@dataclass(frozen=True, slots=True)
class StillOn:
    """The owner answered the nudge."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Reviewed and filed."""


@dataclass(frozen=True, slots=True)
class Undone:
    """An earlier event of the same actor is taken back; the fold leaves event ``n`` out."""

    n: int
    what: str


@dataclass(frozen=True, slots=True)
class EffectAsked:
    """A source was asked for something; the engine carries it out from the outbox."""

    effect: str
    source: str
    kind: EffectKind
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class EffectSettled:
    """What became of it. ``text`` says it in the source's terms ("silenced until 21:30").

    ``handle`` is the source's own id of what was made (a silence id), kept for taking it back.
    """

    effect: str
    source: str
    kind: EffectKind
    state: EffectState
    text: str
    handle: str = ""
    until: datetime | None = None


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
    | PrioritySet
    | BreachedOnReclassify
    | Snoozed
    | Woke
    | Paused
    | Resumed
    | Noted
    | StepMarked
    | Mitigated
    | Recovered
    | Resolved
    | Reopened
    | Merged
    | Absorbed
    | UpdatePosted
    | Nudged
    | StillOn
    | Closed
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
