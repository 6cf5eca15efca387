"""The clocks of an incident: when they started, what stops them, when they are due.

Remaining time is never stored: a ``Clock`` holds instants, and ``now`` is an argument. Reaching
the deadline exactly is met; one millisecond later is a breach (semantics, section 2).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from console.domain.incident import State
from console.domain.policy import Policy, Target
from console.domain.priority import Priority
from console.domain.summary import Summary


@dataclass(frozen=True, slots=True)
class Clock:
    """One deadline. ``stopped_at`` None while it runs; ``paused`` while it stands still.

    ``deadline`` of a paused clock is what it would be if it ran again now; it moves on while
    paused. ``span`` is the whole target, for bars and "of 5m".
    """

    started_at: datetime
    deadline: datetime
    span: timedelta
    stopped_at: datetime | None = None
    paused_since: datetime | None = None

    def breached(self, now: datetime) -> bool:
        """Return whether the target was or is missed; meeting it exactly is not a breach."""
        return (self.stopped_at or self.paused_since or now) > self.deadline

    def remaining(self, now: datetime) -> timedelta:
        """Return the time left (negative once breached), as of its end where it has stopped."""
        return self.deadline - (self.stopped_at or self.paused_since or now)

    def used(self, now: datetime) -> float:
        """Return the used share of the target: 0 at the start, 1 at the deadline, more beyond it."""
        left = self.remaining(now)
        return 1.0 - left / self.span if self.span else 1.0

    @property
    def taken(self) -> timedelta | None:
        """Return how long it ran, once stopped."""
        return self.stopped_at - self.started_at if self.stopped_at else None


def target_of(row: Summary, policy: Policy) -> Target:
    """Return the targets that apply: of the set priority, else of the provisional one.

    With neither known the incident counts as P1 (PagerDuty: unsure, treat as the higher).
    """
    return policy.target(row.effective_priority)


def ack_clock(row: Summary, policy: Policy) -> Clock:
    """Return the clock to the first human ack. It never pauses and no later event resets it within an epoch."""
    span = target_of(row, policy).ack
    stopped = row.human_ack_at
    if stopped is None and not row.is_open:
        stopped = (
            row.merged_at or row.resolved_at
        )  # over without an ack: no longer counting; metrics count it apart
    return Clock(row.epoch_at, row.epoch_at + span, span, stopped)


def resolve_clock(row: Summary, policy: Policy) -> Clock:
    """Return the clock to the resolution, shifted by pauses; an absorbed child's report may start it earlier."""
    span = target_of(row, policy).resolve
    started = row.epoch_at
    if row.epoch == 1 and row.resolve_from is not None:
        started = min(started, row.resolve_from)
    stopped = row.resolved_at or row.merged_at
    return Clock(started, started + span + row.paused, span, stopped, row.paused_since)


class AckOutcome(StrEnum):
    """What became of an epoch's ack target."""

    RUNNING = "running"  # nobody has acked, and it may have been missed already (``Clock.breached``)
    MET = "met"
    BREACHED = "breached"
    MERGED = "merged"  # became part of another incident first: measured nowhere (S9)
    NONE = "none"  # resolved without an ack


def ack_outcome(row: Summary, policy: Policy) -> AckOutcome:
    """Return what became of the ack target; it does not depend on now."""
    if row.human_ack_at is not None:
        met = not ack_clock(row, policy).breached(row.human_ack_at)
        return AckOutcome.MET if met else AckOutcome.BREACHED
    if row.merged_into:
        return AckOutcome.MERGED
    return AckOutcome.RUNNING if row.is_open else AckOutcome.NONE


@dataclass(frozen=True, slots=True)
class Pressing:
    """The clock that counts now, for the list: which one, and its reading."""

    name: str  # "ack" or "fix"
    clock: Clock


def pressing(row: Summary, policy: Policy) -> Pressing:
    """Return the clock a list shows: to the ack until a human acked this epoch, then to the fix.

    An incident that lost its ack (escalated by hand, severity raised) has met its ack target or
    not for good (V4), so the fix clock shows.
    """
    if row.human_ack_at is None and row.state in {State.TRIGGERED, State.CLEARED_UNACKED}:
        return Pressing("ack", ack_clock(row, policy))
    return Pressing("fix", resolve_clock(row, policy))


def update_due(
    row: Summary, policy: Policy, first_need: datetime | None, last_update: datetime | None
) -> datetime | None:
    """Return when the next client update is due, or None where none is owed.

    ``first_need`` is when P1/P2 was set or a status page opened. The first message is due
    ``first_update`` later (PagerDuty: 5 min), later ones ``update_every`` after the last, hourly
    once the incident has been public for two hours (PagerDuty, Eshopbox).
    """
    target = target_of(row, policy)
    if first_need is None or target.first_update is None or target.update_every is None:
        return None
    if last_update is None:
        return first_need + target.first_update
    if last_update - first_need >= timedelta(hours=2):
        return last_update + max(target.update_every, timedelta(minutes=60))
    return last_update + target.update_every


def comms_clock(row: Summary, policy: Policy) -> Clock | None:
    """Return the clock to the next client update, or None where none is owed.

    It runs from the moment the incident was set to P1/P2, then from when the newest update was posted that every
    outlet has; an outlet that failed leaves it running (V23). It stops with the incident.
    """
    due = update_due(row, policy, row.public_from, row.updated_at)
    if due is None or row.public_from is None:
        return None
    started = max(row.updated_at or row.public_from, row.public_from)
    return Clock(started, due, due - started, None if row.is_open else row.merged_at or row.resolved_at)


LAST_WORD_WITHIN = timedelta(minutes=5)
"""How soon clients are to hear that it is over: as soon as the first word (PagerDuty)."""


def ended_at(row: Summary) -> datetime:
    """Return when an incident that is over ended (UTC)."""
    return row.merged_at or row.resolved_at or row.recovered_at or row.reported_at


def urgency(row: Summary, policy: Policy) -> tuple[datetime, Priority, str]:
    """Return the sort key of "least time left first"; ties by priority, then by id. It does not depend on now."""
    return pressing(row, policy).clock.deadline, row.effective_priority or Priority.P1, row.id
