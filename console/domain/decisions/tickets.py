"""Tickets in other systems: asked for, linked, and what they are told when the incident goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from console.domain import commands as cmd
from console.domain import events as ev
from console.domain.actors import ActorKind
from console.domain.aftermath import Ticket
from console.domain.decisions.base import (
    Accepted,
    Context,
    Decision,
    EffectWish,
    NoChange,
    Rejected,
    accept,
    after,
    as_events,
)
from console.domain.decisions.effects import effect_id
from console.domain.fold import fold
from console.domain.human import listed
from console.domain.incident import Effect, Incident
from console.domain.records import replace
from console.domain.text import multi_line
from console.domain.tickets.place import Place, place_named, place_of
from console.domain.vocabulary import EffectKind, EffectState

LONGEST_ANSWER = 4000


def open_ticket(incident: Incident, command: cmd.OpenTicket, context: Context) -> Decision:
    """Ask for a ticket. One place gets one ticket of an incident: a second would split what is said of it."""
    place = _place(command.outlet, context)
    if isinstance(place, Rejected):
        return place
    there = next((one for one in incident.tickets if one.outlet == place.name), None)
    if there is not None:
        return NoChange(f"{incident.id} has {there.key} in {place.name} already")
    if _waits(incident, place):
        return NoChange(f"a ticket of {incident.id} is being made in {place.name}")
    asked = ev.TicketAsked(place.name, _kept(command.actual), _kept(command.ideal))
    wish = _wish(incident, context, place.name, EffectKind.TICKET_OPEN)
    return accept(f"a ticket of {incident.id} is asked for in {place.name}", asked, effects=[wish])


def link_ticket(incident: Incident, command: cmd.LinkTicket, context: Context) -> Decision:
    """Ask for a link to a ticket that exists; it is looked up first."""
    place = _place(command.outlet, context)
    if isinstance(place, Rejected):
        return place
    places = (place,) if command.outlet else context.policy.tickets
    found = place_of(command.ticket, places)
    if found is None:
        return Rejected(f'"{command.ticket}" is no ticket of {", ".join(one.name for one in places)}')
    place, key = found
    if any((one.outlet, one.key) == (place.name, key) for one in incident.tickets):
        return NoChange(f"{incident.id} is linked with {key} already")
    asked = ev.TicketAsked(place.name, key=key)
    wish = _wish(incident, context, place.name, EffectKind.TICKET_LINK, key=key)
    return accept(
        f"{key} of {place.name} is looked up, to be linked with {incident.id}", asked, effects=[wish]
    )


def drop_ticket(incident: Incident, command: cmd.DropTicket, context: Context) -> Decision:
    """Take a link off."""
    named = {command.ticket.strip().casefold()}
    if (found := place_of(command.ticket, context.policy.tickets)) is not None:
        named.add(found[1].casefold())
    ticket = next((one for one in incident.tickets if one.key.casefold() in named), None)
    if ticket is None:
        return Rejected(f"{incident.id} is linked with no ticket {command.ticket}")
    gone = ev.TicketLinked(ticket.outlet, ticket.key, ticket.url, ticket.title, gone=True)
    return accept(f"{ticket.key} is no longer linked with {incident.id}", gone)


def told_there(incident: Incident, decision: Decision, context: Context) -> Decision:
    """Return a decision about an incident together with what its tickets are told of it."""
    if not isinstance(decision, Accepted):
        return decision
    wishes = tuple(_told(incident, decision.bodies, context))
    if not wishes:
        return decision
    asked = accept("", effects=wishes)
    return replace(decision, bodies=(*decision.bodies, *asked.bodies), effects=(*decision.effects, *wishes))


def reassign(incident: Incident, person: str, context: Context) -> tuple[EffectWish, ...]:
    """Return the wishes that give an incident's tickets to somebody, where the config has them follow the owner."""
    return tuple(
        _wish(incident, context, place.name, EffectKind.TICKET_ASSIGN, person, key)
        for place, key in _followed(incident, context)
        if place.follows_owner
    )


def missed(
    incident: Incident, asked: Effect, ticket: ev.TicketLinked, context: Context
) -> tuple[EffectWish, ...]:
    """Return what a ticket is told that is linked only now: what came of the incident since it was asked for.

    One that was made and is nobody's goes to who has the incident, where the product knows them.
    """
    place = place_named(asked.source, context.policy.tickets)
    if place is None:
        return ()
    there = ((place, ticket.key),)
    resolved_at = incident.epoch.resolved_at
    if incident.merged_at is not None and incident.merged_into and incident.merged_at >= asked.asked_at:
        return tuple(_say(incident, _part_of(incident, incident.merged_into), there, context))
    if resolved_at is not None and resolved_at >= asked.asked_at:
        return tuple(_ended(incident, incident, there, context))
    owner = context.policy.people.get(incident.owner)
    unowned = asked.kind is EffectKind.TICKET_OPEN and not ticket.assignee and place.follows_owner
    if not unowned or owner is None or place.contact not in dict(owner.contacts):
        return ()
    kind = EffectKind.TICKET_ASSIGN
    return (_wish(incident, context, place.name, kind, incident.owner, ticket.key),)


def is_linked(incident: Incident, ticket: ev.TicketLinked) -> bool:
    """Return whether an incident is linked with a ticket."""
    return any((one.outlet, one.key) == (ticket.outlet, ticket.key) for one in incident.tickets)


def taken_along(incident: Incident, tickets: Iterable[Ticket]) -> tuple[ev.TicketLinked, ...]:
    """Return the links to a part's tickets: how the part ends is known by the whole."""
    return tuple(link for link in map(_link, tickets) if not is_linked(incident, link))


def let_go(incident: Incident, tickets: Iterable[Ticket]) -> tuple[ev.TicketLinked, ...]:
    """Return that the tickets of a part are no longer linked: it stands alone again, and they with it."""
    links = (link for link in map(_link, tickets) if is_linked(incident, link))
    return tuple(replace(link, gone=True) for link in links)


def _link(ticket: Ticket) -> ev.TicketLinked:
    return ev.TicketLinked(ticket.outlet, ticket.key, ticket.url, ticket.title, ticket.assignee, ticket.state)


def _told(incident: Incident, bodies: tuple[ev.Body, ...], context: Context) -> Iterator[EffectWish]:
    for body in bodies:
        if isinstance(body, ev.Resolved):
            ended = after(incident, [body], context)
            yield from _ended(incident, ended, _followed(incident, context), context)
        elif isinstance(body, ev.Undone) and body.what.startswith("assignment"):
            before = fold((*context.events, *as_events(incident, bodies, context))).owner
            yield from reassign(incident, before, context) if before else ()
        elif isinstance(body, ev.Noted) and context.actor.kind is ActorKind.HUMAN:
            said = f"{context.policy.name_of(context.actor.name)}: {body.text}"
            yield from _comment(incident, said, context, only_notes=True)
        elif isinstance(body, ev.Assigned):
            yield from reassign(incident, body.to, context)
        elif news := _news(incident, body):
            yield from _comment(incident, news, context)


def _news(incident: Incident, body: ev.Body) -> str:
    """Return what tickets are told of an event besides the end, in words; empty where it is nothing to them."""
    match body:
        case ev.Reopened():
            return f"{incident.id} is open again" + (f": {body.reason}" if body.reason else "")
        case ev.Undone() if body.what.startswith("resolve"):
            return f"{incident.id} is open again: the resolve was taken back"
        case ev.Merged():
            return _part_of(incident, body.into)
        case ev.Unmerged():
            return f"{incident.id} stands alone again: it is no part of {body.out_of}"
        case ev.SplitOff() if body.into and body.into not in incident.children:
            return f"{body.into} was split off {incident.id}: {listed(body.services, 9)} is looked at there"
        case _:
            return ""


def _ended(
    incident: Incident, ended: Incident, there: Iterable[tuple[Place, str]], context: Context
) -> Iterator[EffectWish]:
    """Yield what tickets are told of the end, then what moves them; ``ended`` is the incident as it is then."""
    from console.domain.tickets.text import outcome_of  # noqa: PLC0415 - nothing else decides by it

    tickets = tuple(there)
    yield from _say(incident, outcome_of(ended, context.policy), tickets, context)
    for place, key in tickets:
        if place.transition:
            yield _wish(incident, context, place.name, EffectKind.TICKET_MOVE, place.transition, key)


def _part_of(incident: Incident, parent: str) -> str:
    return f"{incident.id} is part of {parent} now"


def _comment(
    incident: Incident, text: str, context: Context, *, only_notes: bool = False
) -> Iterator[EffectWish]:
    followed = _followed(incident, context)
    wanted = [(place, key) for place, key in followed if place.mirror_notes or not only_notes]
    yield from _say(incident, text, wanted, context)


def _say(
    incident: Incident, text: str, there: Iterable[tuple[Place, str]], context: Context
) -> Iterator[EffectWish]:
    from console.domain.masking import mask  # noqa: PLC0415 - only where something leaves

    for place, key in there:
        yield _wish(incident, context, place.name, EffectKind.TICKET_COMMENT, mask(text), key)


def _followed(incident: Incident, context: Context) -> Iterator[tuple[Place, str]]:
    """Yield the places that the config still knows of linked tickets, and their keys there."""
    for ticket in incident.tickets:
        place = next((one for one in context.policy.tickets if one.name == ticket.outlet), None)
        if place is not None:
            yield place, ticket.key


def _wish(  # noqa: PLR0913, PLR0917 - what one is made of
    incident: Incident, context: Context, outlet: str, kind: EffectKind, text: str = "", key: str = ""
) -> EffectWish:
    made = effect_id(incident, context, outlet, kind)
    return EffectWish(f"{made}:{key}" if key else made, outlet, kind, handle=key, text=text)


def _place(name: str, context: Context) -> Place | Rejected:
    places = context.policy.tickets
    place = place_named(name, places)
    if place is not None:
        return place
    known = ", ".join(one.name for one in places)
    return Rejected(
        f'no [[tickets]] is called "{name}"; there are: {known}'
        if places
        else "no ticket system is configured: add [[tickets]] to the config"
    )


def _waits(incident: Incident, place: Place) -> bool:
    return any(
        one.source == place.name and one.kind is EffectKind.TICKET_OPEN and one.state is EffectState.PENDING
        for one in incident.effects
    )


def _kept(text: str) -> str:
    return multi_line(text.strip(), LONGEST_ANSWER, 100)
