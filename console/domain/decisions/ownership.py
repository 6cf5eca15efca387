"""Take it, give it back, make it somebody's, still on it."""

from __future__ import annotations

from console.domain import commands as cmd
from console.domain import events as ev
from console.domain.actors import ActorKind
from console.domain.decisions.base import (
    Accepted,
    AskFirst,
    Context,
    Decision,
    NoChange,
    Rejected,
    accept,
    ago,
    has,
    stranger,
    who,
)
from console.domain.decisions.effects import ask, outstanding, release, stays, take_back
from console.domain.decisions.paging import page_bodies
from console.domain.escalation import Planned, chain_of, place
from console.domain.incident import Incident, State
from console.domain.roster import duty, roles
from console.domain.vocabulary import EffectKind

NOT_PAGED = "you were not paged — take it?"


def ack(incident: Incident, command: cmd.Ack, context: Context) -> Decision:
    """Take it (S10, S11). An ack that comes second is a success; one made offline leaves a note (V18)."""
    if context.actor.kind is not ActorKind.HUMAN:
        return _bot_ack(incident, command, context)
    if incident.is_acked:
        return _second_ack(incident, command, context)
    made_at = command.made_at if command.made_at and command.made_at < context.now else None
    if made_at and len(incident.epochs) > 1 and made_at < incident.epoch.started_at:
        return late_ack(incident, command, context)  # it meant the stretch before the reopening
    entitled = may_ack(incident, context)
    if not (entitled or command.take or command.via):
        return AskFirst(NOT_PAGED, "take")
    took = not entitled and not command.via  # whom the product itself paged, we do not know
    taken = ev.Acked(took, made_at, command.via)
    if incident.state is State.CLEARED_UNACKED:
        seen = ev.Resolved(note="cleared by itself, seen", auto=True)
        effects = release(incident, context)
        return accept(f"acked {incident.id}: it had cleared, so it is resolved", taken, seen, effects=effects)
    return accept(
        f"acked {incident.id}", taken, effects=ask(incident, context, EffectKind.ACK, via=command.via)
    )


def may_ack(incident: Incident, context: Context) -> bool:
    """Return whether an ack needs no question: paged, on duty for the team, or in its rotations (S10).

    Where nobody has been paged and nobody is ever on call for it, anyone may.
    """
    roster, team = context.policy.roster, incident.team
    people = {person for one in roster.rotations if one.team == team for person in one.members}
    people |= {
        person for role in roles(roster, team) if (person := duty(roster, team, role, context.now).person)
    }
    people |= set(incident.paged)
    return not people or context.actor.name in people


def late_ack(incident: Incident, command: cmd.Ack, context: Context) -> Accepted:
    """Keep an ack that was made offline and came too late to count (V18)."""
    made = f"{command.made_at:%H:%M}" if command.made_at else "an unknown time"
    text = f"also acked {f'in {command.via}' if command.via else 'offline'} at {made} (delivered {context.now:%H:%M} UTC)"
    return accept(
        f"{incident.id}: your ack from {made} UTC came too late and was kept as a note", ev.Noted(text)
    )


def _bot_ack(incident: Incident, command: cmd.Ack, context: Context) -> Decision:
    if incident.is_acked or incident.bot_acked_at:
        return NoChange(f"{incident.id} is acked already")
    by = context.policy.name_of(context.actor.name)
    return accept(f"{incident.id}: {by} halted paging; a person still has to ack", ev.Acked(via=command.via))


def _second_ack(incident: Incident, command: cmd.Ack, context: Context) -> Decision:
    by = incident.acker or incident.owner
    if command.via and any(
        one.source == command.via for one in outstanding(incident, context, EffectKind.ACK)
    ):
        return NoChange(f"{command.via} shows the ack that we asked it for")
    if context.actor.name in incident.chased:
        taken_by = f"{has(incident.owner, context)} it, "
        return accept(f"{incident.id}: {taken_by}you have it too", ev.Confirmed())
    if by != context.actor.name and command.made_at and command.made_at < context.now:
        return late_ack(incident, command, context)
    moved_on = "" if incident.owner == by else f", {has(incident.owner, context)} it now"
    return NoChange(f"acked by {who(by, context)} {ago(incident.acked_at, context)}{moved_on}")


def unack(incident: Incident, command: cmd.Unack, context: Context) -> Decision:
    """Give it back; it is paged again from the first level."""
    if not incident.is_acked and incident.bot_acked_at is None:
        return NoChange(f"nobody has {incident.id}")
    bodies: list[ev.Body] = [ev.Unacked(command.reason)]
    kinds = [EffectKind.ACK]
    if incident.snoozed_until:
        bodies.append(ev.Woke("given back"))
        kinds.append(EffectKind.SNOOZE)
    itself = context.actor.name if context.actor.kind is ActorKind.SOURCE else ""
    effects = [wish for wish in take_back(incident, context, *kinds) if wish.source != itself]
    there = stays(incident, context, *kinds)
    return accept(f"{incident.id} is nobody's again{there}", *bodies, effects=effects)


def assign(incident: Incident, command: cmd.Assign, context: Context) -> Decision:
    """Make somebody the owner. What nobody has acked cannot be given away: then they are paged instead."""
    if reason := stranger(command.to, context.policy):
        return Rejected(reason)
    name = context.policy.name_of(command.to)
    if incident.is_acked:
        if incident.owner == command.to:
            return NoChange(f"{has(command.to, context)} {incident.id} already")
        there = ask(incident, context, EffectKind.ASSIGN, text=command.to)
        return accept(f"{incident.id} is {name}'s now", ev.Assigned(command.to), effects=there)
    if command.to == context.actor.name:
        return ack(incident, cmd.Ack(take=True), context)
    if command.to in incident.paged_now:
        return NoChange(f"{name} was paged {ago(incident.level_at, context)} and has not acked yet")
    level, turn = place(incident, chain_of(incident, context.policy))
    plan = Planned(context.now, level or 0, (command.to,), "assigned", round=turn)
    page = page_bodies(incident, plan, context, auto=False)
    bodies = (ev.Woke("assigned"), *page) if incident.snoozed_until else page
    there = ask(incident, context, EffectKind.ASSIGN, text=command.to)
    woken = take_back(incident, context, EffectKind.SNOOZE) if incident.snoozed_until else ()
    effects = (*there, *woken)
    return accept(f"nobody had acked {incident.id}: paged {name}", *bodies, effects=effects)


def answer_nudge(incident: Incident, _command: cmd.AnswerNudge, context: Context) -> Decision:
    """Note that the owner is still on it."""
    if not incident.is_acked:
        return Rejected(f"nobody has {incident.id}: ack it to take it")
    if incident.owner != context.actor.name:
        return Rejected(f"{context.policy.name_of(incident.owner)} has {incident.id}: only they can say so")
    if incident.nudged_at is None:
        return NoChange(f"nobody has asked about {incident.id}")
    return accept(f"{incident.id}: still on it", ev.StillOn())
