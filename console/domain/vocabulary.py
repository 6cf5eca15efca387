"""Words with a fixed meaning that facts, commands and the state share. Their values are the stored format."""

from __future__ import annotations

from enum import StrEnum


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
    DOING = "doing"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


class Sufficed(StrEnum):
    """Answer to "was the runbook adequate?", asked at resolve."""

    YES = "yes"
    NO = "no"
    NO_RUNBOOK = "none"
    UNSAID = "unsaid"

    @property
    def words(self) -> str:
        """The answer in words, empty where nothing was said. ``NO`` says that the steps were wrong."""
        return {
            "yes": "the runbook sufficed",
            "no": "the runbook's steps were wrong",
            "none": "no runbook",
        }.get(self.value, "")


class ReviewState(StrEnum):
    """How far the review of an incident is (PagerDuty: draft, in review, reviewed, closed)."""

    NONE = ""
    DRAFT = "draft"
    IN_REVIEW = "in review"
    CLOSED = "closed"


class ActionKind(StrEnum):
    """What an action item is for (Google SRE book: prevent, mitigate, detect; the rest is repair and process)."""

    PREVENT = "prevent"
    MITIGATE = "mitigate"
    DETECT = "detect"
    REPAIR = "repair"
    PROCESS = "process"


class ActionState(StrEnum):
    """How an action item stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class Stage(StrEnum):
    """How far we are, as clients are told (Statuspage's words)."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"


class ComponentState(StrEnum):
    """How a component of a status page stands."""

    OPERATIONAL = "operational"
    DEGRADED = "degraded"
    PARTIAL = "partial"  # some clients, or some of what it does
    MAJOR = "major"  # a full outage


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
    REOPEN = "reopen"
    NOTE = "note"
    ASSIGN = "assign"  # ``text`` of the effect is the person's id
    ESCALATE = "escalate"  # ``text`` of the effect is the level, counted from 0
    PUBLISH = "publish"  # a client update on an outlet: status page, chat
    TICKET_OPEN = "open a ticket"
    TICKET_LINK = "link a ticket"  # ``handle`` of the effect is its key, as with those below
    TICKET_COMMENT = "comment on the ticket"
    TICKET_MOVE = "move the ticket"  # ``text`` of the effect is the transition
    TICKET_ASSIGN = "assign the ticket"  # ``text`` of the effect is the person's id


class EffectState(StrEnum):
    """How an upstream effect stands; shown as it is, never as done before it is."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


class TrackState(StrEnum):
    """How a track of parallel work stands."""

    DOING = "doing"
    WAITING = "waiting"  # for somebody outside: a vendor, a client
    DONE = "done"
