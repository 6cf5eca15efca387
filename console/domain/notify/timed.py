"""What the clocks of an open incident tell: most of a target has passed, it was missed, an update is due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.domain.human import length
from console.domain.incident import Incident
from console.domain.notify.matching import About
from console.domain.notify.notification import Notification, Topic
from console.domain.notify.saying import Saying, effective, notifications, titled
from console.domain.policy import Policy
from console.domain.roster import duty, roles
from console.domain.sla import Clock, ack_clock, comms_clock, resolve_clock
from console.domain.summary import Summary, summarise

ACK_WARNING, FIX_WARNING = 0.8, 0.9
"""Shares of a target after which it is warned of (semantics, section 2: where the clock turns red)."""

_TICK = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Moment:
    """Something is to be told at ``at`` (UTC), unless the incident changes before. ``key`` is told once."""

    at: datetime
    key: str
    topic: Topic
    text: str
    clock: str  # "ack", "fix" or "comms"


def moments(incident: Incident, policy: Policy) -> tuple[Moment, ...]:
    """Return what an incident's clocks tell as things stand, past moments included, soonest first.

    Keys hold the epoch and not the deadline: a target that moves over a change of priority is told of
    once (V6). Each client update has a key of its own.
    """
    if not incident.is_open:
        return ()
    row = summarise(incident)
    return tuple(sorted(_moments(row, policy), key=lambda moment: moment.at))


def worth_telling(passed: Sequence[Moment]) -> tuple[Moment, ...]:
    """Return those of the moments that passed together that say something: a breach says more than its warning."""
    missed = {moment.clock for moment in passed if moment.topic is Topic.BREACH}
    return tuple(
        moment for moment in passed if moment.topic is not Topic.WARNING or moment.clock not in missed
    )


def tell(moment: Moment, incident: Incident, policy: Policy, now: datetime) -> tuple[Notification, ...]:
    """Return what is to be sent of a moment: to the owner, else to everybody paged so far, and to the rooms.

    That an update is due is told to who took over telling clients, while they are on duty for the team.
    """
    people = (incident.owner,) if incident.owner else incident.paged
    if moment.topic is Topic.COMMS and (teller := _teller(incident.team, policy, now)):
        people = (teller,)
    about = About(moment.topic, people, effective(incident), incident.team)
    saying = Saying(moment.key, about, titled(incident), moment.text, incident=incident.id)
    return notifications(saying, policy, now)


def _teller(team: str, policy: Policy, now: datetime) -> str:
    """Return who took over telling a team's clients; empty where nobody did, or where they are off duty."""
    person = policy.telling.get(team, "")
    held = (duty(policy.roster, team, role, now).person for role in roles(policy.roster, team))
    return person if person and person in held else ""


def _moments(row: Summary, policy: Policy) -> Iterator[Moment]:
    epoch = f"{row.id}/e{row.epoch}"
    for name, clock, share, words in (
        ("ack", ack_clock(row, policy), ACK_WARNING, "acked"),
        ("fix", resolve_clock(row, policy), FIX_WARNING, "resolved"),
    ):
        if not _runs(clock):
            continue
        whole = length(clock.span)
        left = clock.span * (1 - share)
        soon = f"To be {words} within {length(left)} (of {whole})."
        missed = f"Not {words} within {whole}."
        yield Moment(clock.deadline - left, f"{epoch}/{name}/warning", Topic.WARNING, soon, name)
        yield Moment(clock.deadline + _TICK, f"{epoch}/{name}/breach", Topic.BREACH, missed, name)
    comms = comms_clock(row, policy)
    if comms is not None and _runs(comms):
        key = f"{epoch}/comms/{comms.started_at:%Y%m%dT%H%M%S}"
        yield Moment(comms.deadline, key, Topic.COMMS, "A client update is due now.", "comms")


def _runs(clock: Clock) -> bool:
    return clock.stopped_at is None and clock.paused_since is None
