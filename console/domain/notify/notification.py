"""One message to one person or room: what it says and how its delivery stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Topic(StrEnum):
    """What a notification is about. The values are the words of the config and the stored format."""

    OPENED = "opened"
    PAGED = "paged"  # escalated to you
    ACKED = "acked"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    NUDGE = "nudge"  # still on it?
    WARNING = "warning"  # most of a deadline has passed
    BREACH = "breach"
    SKIPPED = "skipped"  # a level had nobody to page
    COMMS = "comms"  # a client update is due, also the last one
    JOINED = "joined"  # an urgent service joined what you have acked
    TRACK = "track"  # a check of parallel work is due
    HANDOVER = "handover"
    REVIEW = "review"  # a review of yours is overdue, or due by tomorrow
    BLIND = "blind"  # a source went blind, or sees again
    ROSTER = "roster"  # your shift has moved, a role has nobody
    DIGEST = "digest"  # many at once
    TEST = "test"


class Delivery(StrEnum):
    """How a delivery stands; shown as it is, never as sent before it is."""

    PENDING = "pending"
    SENDING = "sending"  # an engine has begun; after a crash nobody knows whether it arrived
    SENT = "sent"
    FAILED = "failed"  # given up: the dead letter list
    DROPPED = "dropped"  # no longer of use: acked before its time, or told in a digest


@dataclass(frozen=True, slots=True)
class Notification:
    """``id`` is the dedup key: the same fact makes the same id for the same person and channel, on every engine.

    ``person`` is empty where a channel is a room. ``due_at``: not before (quiet hours, a rule's delay, a retry).
    ``said`` is what the channel answered or why it failed; ``handle`` is the channel's own id of the message.
    ``digest`` is the id of the notification that tells it together with others; there, ``pages`` are the incidents
    of urgent pages in it. ``urgent`` ones are not held back by quiet hours or rate limits.
    """

    id: str
    topic: Topic
    channel: str
    person: str
    incident: str
    title: str
    text: str
    made_at: datetime
    due_at: datetime
    urgent: bool = False
    priority: int | None = None
    state: Delivery = Delivery.PENDING
    attempts: int = 0
    said: str = ""
    handle: str = ""
    settled_at: datetime | None = None
    digest: str = ""
    pages: tuple[str, ...] = ()

    @property
    def tried(self) -> bool:
        """Whether it may have arrived already; also where somebody sends it again, which counts from none."""
        return bool(self.attempts or self.said)
