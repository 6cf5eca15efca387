"""What a decision is made from and what it can be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from console.domain.actors import Actor
from console.domain.events import Body, EffectAsked, Event
from console.domain.fold import apply
from console.domain.human import age
from console.domain.incident import Incident
from console.domain.policy import Policy
from console.domain.vocabulary import EffectKind


@dataclass(frozen=True, slots=True)
class Context:
    """Around a command: when (store time, UTC), who, by which rules, on which incident, under which op.

    ``events`` is the incident's log; only ``Undo`` needs it.
    """

    now: datetime
    actor: Actor
    policy: Policy
    incident_id: str
    op: str = ""
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class EffectWish:
    """Something to be asked of a source, for the outbox. ``id`` follows from incident, op, source and kind.

    ``handle`` is the source's id of what is to be changed or taken back, where it is known yet;
    while the first effect is still pending the carrier finds it in the incident later. ``renews``
    is the effect that is prolonged by this one.
    """

    id: str
    source: str
    kind: EffectKind
    until: datetime | None = None
    handle: str = ""
    text: str = ""
    renews: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """These facts, these effects. ``text`` is one line for the person who asked."""

    bodies: tuple[Body, ...]
    effects: tuple[EffectWish, ...]
    text: str


@dataclass(frozen=True, slots=True)
class NoChange:
    """A success that changes nothing: it is so already (S11)."""

    text: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """No, and why, and what to do instead."""

    text: str


@dataclass(frozen=True, slots=True)
class AskFirst:
    """Only after a yes: send the command again with ``field`` True."""

    question: str
    field: str


Decision = Accepted | NoChange | Rejected | AskFirst


def accept(text: str, *bodies: Body, effects: Iterable[EffectWish] = ()) -> Accepted:
    """Return an acceptance that also records each effect as asked for."""
    wishes = tuple(effects)
    asked = tuple(EffectAsked(one.id, one.source, one.kind, one.until, one.renews) for one in wishes)
    return Accepted((*bodies, *asked), wishes, text)


def as_events(incident: Incident | None, bodies: Iterable[Body], context: Context) -> tuple[Event, ...]:
    """Return bodies as the events that follow the incident's last one."""
    first = incident.n + 1 if incident else 1
    return tuple(
        Event(context.incident_id, n, context.now, context.actor, body, context.op)
        for n, body in enumerate(bodies, first)
    )


def after(incident: Incident, bodies: Iterable[Body], context: Context) -> Incident:
    """Return what the incident would be after these bodies (no ``Undone`` among them)."""
    for event in as_events(incident, bodies, context):
        incident = apply(incident, event)
    return incident


def ago(at: datetime | None, context: Context) -> str:
    """Return ``4s ago``, or an empty string where the time is unknown."""
    return f"{age(context.now - at)} ago" if at else ""


def who(name: str, context: Context) -> str:
    """Return a person's name as the one who asked reads it."""
    return "you" if name == context.actor.name else context.policy.name_of(name)


def has(name: str, context: Context) -> str:
    """Return ``you have`` or ``Budi has``."""
    return "you have" if name == context.actor.name else f"{context.policy.name_of(name)} has"


def known_people(policy: Policy) -> frozenset[str]:
    """Return every person id the roster and the people table know."""
    members = (person for rotation in policy.roster.rotations for person in rotation.members)
    return frozenset((*policy.people, *members))


def stranger(person: str, policy: Policy) -> str:
    """Return why a person cannot be paged or given an incident; empty where they can."""
    known = known_people(policy)
    if not person or (known and person not in known):
        return f'nobody is called "{person}"; known: {", ".join(sorted(known)) or "nobody"}'
    return ""
