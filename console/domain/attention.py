"""What makes a console ring for the person in front of it, and when. Each key rings once.

Semantics, section 2: a bell where a clock turns red and where it is missed, once per transition.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.domain.human import length
from console.domain.incident import State
from console.domain.notify.timed import ACK_WARNING, FIX_WARNING
from console.domain.policy import Policy
from console.domain.roster import Duty
from console.domain.roster.ahead import next_shift
from console.domain.sla import Clock, ack_clock, resolve_clock
from console.domain.summary import Summary
from console.domain.tracks import checks

SHIFT_AHEAD = timedelta(minutes=15)
"""How long before a shift begins the person is told."""

_TICK = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Ring:
    """At ``at`` (UTC) something concerns the person; the past: it does already. ``text`` is one line."""

    key: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Listener:
    """Whom a console rings for. ``primary``: the teams for which they are the one to go first now."""

    id: str
    primary: frozenset[str]


def listener(me: str, duties: tuple[Duty, ...]) -> Listener:
    """Return who listens, from who holds which role now."""
    return Listener(
        me, frozenset(duty.team for duty in duties if duty.person == me and duty.role == "primary")
    )


def of_row(row: Summary, who: Listener, policy: Policy) -> tuple[Ring, ...]:
    """Return when an incident rings for somebody, as things stand. It does not depend on the time."""
    mine = row.owner == who.id
    if not who.id or not row.is_open:
        return ()
    rings = tuple(_of_checks(row, who)) if row.track_at is not None else ()
    if mine:
        return (*rings, *_of_owner(row, policy))
    return (*rings, *_calls(row, who, policy)) if _called(row, who) else rings


def of_shift(policy: Policy, me: str, now: datetime) -> tuple[Ring, ...]:
    """Return what rings for somebody whose next shift begins soon."""
    shift = next_shift(policy.roster, me, now) if me else None
    if shift is None or shift.start - now > SHIFT_AHEAD:
        return ()
    text = f"you are {shift.role} of {shift.team} in {length(shift.start - now)}"
    return (
        Ring(f"shift/{shift.team}/{shift.role}/{shift.start.isoformat()}", shift.start - SHIFT_AHEAD, text),
    )


def _of_checks(row: Summary, who: Listener) -> Iterator[Ring]:
    """Yield the checks of parallel work: the track's owner's, else the incident's, else of who goes first."""
    theirs = row.owner == who.id if row.owner else row.team in who.primary
    for check in checks(row.track):
        if check.owner == who.id if check.owner else theirs:
            key = f"{row.id}/track/{check.name}/{check.at.isoformat()}"
            yield Ring(key, check.at, f"{check.words}: {_named(row)}")


def _called(row: Summary, who: Listener) -> bool:
    """Return whether nobody has it yet and this person should: paged, or the team's first one."""
    if row.state is not State.TRIGGERED or row.snoozed_until is not None:
        return False
    return who.id in row.paged_now or who.id in row.chased or row.team in who.primary


def _calls(row: Summary, who: Listener, policy: Policy) -> Iterator[Ring]:
    epoch, named = f"{row.id}/e{row.epoch}", _named(row)
    paged = who.id in row.paged_now
    again = row.repages if who.id in row.chased else 0
    # That it opened and the first page to whoever goes first are one call: no second bell a moment later.
    step = (row.level or 0, row.level_round) if paged else (0, 0)
    at = (row.repaged_at if again else row.level_at) if paged or again else None
    said = "page" if paged or again else "open"
    yield Ring(f"{epoch}/call/{step[0]}.{step[1]}.{again}", at or row.epoch_at, f"{said}: {named}")
    yield from _clock(f"{epoch}/ack", ack_clock(row, policy), ACK_WARNING, "ack", named)


def _of_owner(row: Summary, policy: Policy) -> Iterator[Ring]:
    epoch, named = f"{row.id}/e{row.epoch}", _named(row)
    if row.nudged_at is not None:
        yield Ring(f"{epoch}/nudge/{row.nudged_at.isoformat()}", row.nudged_at, f"still on it? {named}")
    yield from _clock(f"{epoch}/fix", resolve_clock(row, policy), FIX_WARNING, "fix", named)


def _clock(key: str, clock: Clock, share: float, name: str, named: str) -> Iterator[Ring]:
    if clock.stopped_at is not None or clock.paused_since is not None:
        return
    left = clock.span * (1 - share)
    yield Ring(f"{key}/warning", clock.deadline - left, f"{name} due in {length(left)}: {named}")
    yield Ring(f"{key}/breach", clock.deadline + _TICK, f"{name} overdue: {named}")


def _named(row: Summary) -> str:
    priority = row.effective_priority
    return f"{priority.label if priority else 'P?'} {row.title} ({row.id})"
