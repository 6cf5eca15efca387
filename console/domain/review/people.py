"""Who was there: the only part of a review that names people, so that they can be asked and thanked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from console.domain import events as ev
from console.domain.actors import ActorKind
from console.domain.policy import Policy
from console.domain.review.history import ANYBODY, roles_of
from console.domain.trim import in_force

AFTERWARDS = (ev.ReviewMoved, ev.ReviewWritten, ev.ActionSet, ev.Closed, ev.NoiseMarked, ev.TicketLinked)
"""What is done when it is over: who only did that was no responder."""


@dataclass(frozen=True, slots=True)
class Responder:
    """Somebody who was paged or did something. ``did`` counts what they did; times are UTC, None: never."""

    person: str
    name: str
    role: str
    paged_at: datetime | None
    joined_at: datetime | None
    did: int


def responders(events: Iterable[ev.Event], policy: Policy) -> tuple[Responder, ...]:
    """Return who was paged and who joined, in the order in which they came into it."""
    log = in_force(tuple(events))
    roles = roles_of(log, policy)
    paged: dict[str, datetime] = {}
    joined: dict[str, datetime] = {}
    did: dict[str, int] = {}
    order: dict[str, None] = {}
    for event in log:
        if isinstance(event.body, ev.Escalated):
            for person in event.body.to:
                paged.setdefault(person, event.at)
                order.setdefault(person)
        if event.actor.kind is ActorKind.HUMAN and not isinstance(event.body, AFTERWARDS):
            who = event.actor.name
            joined.setdefault(who, getattr(event.body, "made_at", None) or event.at)
            did[who] = did.get(who, 0) + 1
            order.setdefault(who)
    return tuple(
        Responder(
            one,
            policy.name_of(one),
            roles.get(one, ANYBODY),
            paged.get(one),
            joined.get(one),
            did.get(one, 0),
        )
        for one in order
    )
