"""What was done where an incident is kept: acks and resolutions made in PagerDuty, in Jira, on a phone.

They count like our own, with their own time and actor (semantics, section 2). Only what has changed
since the last poll is taken in: an ack that we gave back here is not made again because it still
stands there.
"""

from __future__ import annotations

from console.domain.actors import Actor, ActorKind
from console.domain.alert import Alert, Ended, Ending, Who
from console.domain.commands import Ack, Command, Note, Resolve, Unack
from console.domain.policy import Policy

Told = tuple[tuple[Command, Actor], ...]
"""Commands with the actor of each, to be carried out one after the other."""

_LEFT = {
    Ending.MOVED: "it is still open there, but no longer among what we ask for",
    Ending.GONE: "it is no longer there",
}


def acked_there(before: Alert | None, now: Alert, policy: Policy) -> Told:
    """Return what an incident's record says was done about it since it was like ``before`` (None: it is new)."""
    source, there = now.ref.source, now.upstream
    was = before.upstream if before is not None else None
    if there is None:
        return ()
    if there.acked:
        if was is not None and was.acked and (was.acked_by, was.acked_at) == (there.acked_by, there.acked_at):
            return ()
        return ((Ack(made_at=there.acked_at, via=source), actor_of(there.acked_by, source, policy)),)
    if was is not None and was.acked:
        return ((Unack(f"{source} says that nobody has it any more"), Actor(source, ActorKind.SOURCE)),)
    return ()


def ended_there(ended: Ended, policy: Policy) -> Told:
    """Return what is to be said of an incident that its product no longer lists.

    One that a person resolved there is resolved here. Where a rule or an integration did, or nobody
    knows who, its alert has cleared and our own rules go on from there (S3, S4).
    """
    source = ended.ref.source
    if ended.how in _LEFT:
        more = f": {ended.text}" if ended.text else ""
        return ((Note(f"{source}: {_LEFT[ended.how]}{more}"), Actor(source, ActorKind.SOURCE)),)
    if ended.by.bot or ended.by == Who():
        return ()
    told = Resolve(note=ended.text, made_at=ended.at, via=source)
    return ((told, actor_of(ended.by, source, policy)),)


def actor_of(who: Who, source: str, policy: Policy) -> Actor:
    """Return who that is to us: one of the team by email address or name, else the name they have there.

    Somebody whom the product does not name is still a person, unless it says that it was a machine.
    """
    name = who.name or who.email or who.id
    if who.bot:
        return Actor(name or source, ActorKind.BOT)
    return Actor(_person(who, policy) or name or f"somebody at {source}")


def _person(who: Who, policy: Policy) -> str:
    email, name = who.email.casefold(), who.name.casefold()
    named = ""
    for person in policy.people.values():
        if email and any(kind == "email" and text.casefold() == email for kind, text in person.contacts):
            return person.id
        if name and name in {person.name.casefold(), person.id.casefold()}:
            named = named or person.id
    return named
