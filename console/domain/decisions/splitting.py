"""Taking an incident apart: what the one side gives away, and how the other stands alone again."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from console.domain import commands as cmd
from console.domain import events as ev
from console.domain.alert import AlertRef
from console.domain.decisions.base import Context, Decision, EffectWish, Rejected, accept, after
from console.domain.decisions.effects import ask, outstanding, take_back
from console.domain.decisions.tickets import let_go
from console.domain.human import count, listed
from console.domain.incident import Incident
from console.domain.vocabulary import EffectKind, ReporterKind


def refs_of(incident: Incident, services: Collection[str]) -> tuple[AlertRef, ...]:
    """Return the member alerts of these services."""
    return tuple(ref for ref, member in incident.members if member.alert.service in services)


def split(incident: Incident, command: cmd.Split, context: Context) -> Decision:
    """Give alerts away to ``command.into``, or to the child. No clock of this incident moves."""
    services = () if command.child else tuple(dict.fromkeys(command.services))
    refs = command.refs if command.child else refs_of(incident, services)
    reason = _unknown(incident, command.child, services) or _too_much(incident, command.child, services, refs)
    if reason:
        return Rejected(reason)
    into = command.child or command.into
    left = after(incident, [ev.SplitOff(into, refs)], context)
    given = ev.SplitOff(into, refs, services or _apart(incident, left, refs))
    bodies: list[ev.Body] = [given]
    if incident.firing and left.members and not left.firing:
        bodies.append(ev.Recovered(context.now))
    bodies += let_go(incident, command.tickets)
    effects = tuple(_held_anew(incident, left, refs, context))
    if command.child:
        text = f"split {into} off {incident.id}: it stands alone again"
    else:
        where = f": {into} opened" if into else ""
        text = f"split {listed(services)} ({count(len(refs), 'alert')}) off {incident.id}{where}"
    return accept(text, *bodies, effects=effects)


def _apart(incident: Incident, left: Incident, refs: tuple[AlertRef, ...]) -> tuple[str, ...]:
    """Return the services that leave with a child altogether: no rule brings them back."""
    known = dict(incident.members)
    gone = (known[ref].alert.service for ref in refs if ref in known)
    return tuple(dict.fromkeys(one for one in gone if one not in left.services))


def _unknown(incident: Incident, child: str, services: tuple[str, ...]) -> str:
    """Return why there is no such part; empty where there is."""
    if child:
        return (
            "" if child in incident.children else f"{child} is no part of {incident.id}: {_parts(incident)}"
        )
    if not services:
        return f"say what to split off {incident.id}: a service, or an incident that was merged into it"
    known = tuple(dict.fromkeys(member.alert.service for _, member in incident.members))
    strange = next((one for one in services if one not in known), None)
    if strange is None:
        return ""
    return f'{incident.id} has no alert of "{strange}": its alerts are of {listed(known, 9) or "no service"}'


def _too_much(incident: Incident, child: str, services: tuple[str, ...], refs: tuple[AlertRef, ...]) -> str:
    """Return why just that cannot leave; empty where it can."""
    given = set(refs)
    if services and all(member.cleared_at for ref, member in incident.members if ref in given):
        return f"no alert of {listed(services)} fires any more: there is nothing to split off"
    if incident.reporter is not ReporterKind.MONITORING:
        return ""
    if given and all(ref in given for ref, _ in incident.members):
        whose = f"of {listed(services)}" if services else f"{child}'s"
        return f"nothing would be left of {incident.id}: all its alerts are {whose}"
    if incident.service in services:
        return f"{incident.id} began with {incident.service}: split the other services off instead"
    return ""


def _parts(incident: Incident) -> str:
    if not incident.children:
        return "nothing was merged into it"
    return f"its parts are {listed(incident.children, 9)}"


def _held_anew(
    before: Incident, left: Incident, refs: tuple[AlertRef, ...], context: Context
) -> Iterator[EffectWish]:
    """Yield the wishes that end our holds which cover what is given away, and hold back what is left.

    Without that a silence for this incident's ack would keep the alerts quiet that nobody has acked.
    """
    sources = {ref.source for ref in refs}
    firing = {ref.source for ref, member in left.members if member.cleared_at is None}
    for kind in (EffectKind.ACK, EffectKind.SNOOZE):
        ours = {effect.source for effect in outstanding(before, context, kind)}
        ours = {one for one in ours & sources if context.policy.ability(one).holds}
        yield from (wish for wish in take_back(before, context, kind) if wish.source in ours)
        until = left.snoozed_until if kind is EffectKind.SNOOZE else None
        for wish in ask(left, context, kind, until) if ours & firing else ():
            if wish.source in ours:
                yield EffectWish(wish.id, wish.source, wish.kind, wish.until)


def stand_alone(incident: Incident, command: cmd.StandAlone, _context: Context) -> Decision:
    """Be an incident of its own again."""
    if incident.merged_into != command.out_of:
        return Rejected(f"{incident.id} is no part of {command.out_of} any more")
    bodies: list[ev.Body] = [ev.Unmerged(command.out_of)]
    if command.gone:
        bodies.append(ev.SplitOff("", command.gone))
    return accept(f"{incident.id} stands alone again", *bodies)
