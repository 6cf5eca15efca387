"""Take back one's own last action, while it is fresh and nobody has built on it."""

from __future__ import annotations

from collections.abc import Iterable

from console.domain import commands as cmd
from console.domain import events as ev
from console.domain.actors import ActorKind
from console.domain.decisions.base import Context, Decision, EffectWish, NoChange, Rejected, accept, as_events
from console.domain.decisions.effects import effect_id, stands
from console.domain.decisions.ownership import unack
from console.domain.decisions.timing import is_paused, runs_again
from console.domain.fold import fold
from console.domain.human import length, listed
from console.domain.incident import Effect, Incident, State
from console.domain.upstream import COUNTER
from console.domain.vocabulary import EffectKind

HANDS = (
    ev.Acked, ev.Unacked, ev.Assigned, ev.Escalated, ev.SeverityRaised, ev.Mitigated, ev.Resolved,
    ev.Reopened, ev.Merged, ev.Closed,
)  # fmt: skip
SNOOZE = (ev.Snoozed, ev.Woke)
PAUSE = (ev.Paused, ev.Resumed)

REVERSIBLE: dict[type[ev.Body], tuple[str, tuple[type[ev.Body], ...]]] = {
    ev.Acked: ("ack", HANDS),
    ev.Unacked: ("giving back", HANDS),
    ev.Assigned: ("assignment", HANDS),
    ev.Mitigated: ("fix is in", HANDS),
    ev.Resolved: ("resolve", HANDS),
    ev.PrioritySet: ("priority", (ev.PrioritySet,)),
    ev.BreachedOnReclassify: ("priority", ()),
    ev.Snoozed: ("snooze", SNOOZE),
    ev.Woke: ("wake", SNOOZE),
    ev.Paused: ("pause", PAUSE),
    ev.Resumed: ("resume", PAUSE),
    ev.Confirmed: ("ack", HANDS),
    ev.Noted: ("note", ()),
    ev.NoiseMarked: ("noise mark", (ev.NoiseMarked,)),
    ev.StepMarked: ("runbook step", ()),
    ev.TrackSet: ("track", (ev.TrackSet,)),
    ev.ReviewMoved: ("review", (ev.ReviewMoved, ev.ReviewWritten, ev.ActionSet)),
    ev.ReviewWritten: ("review's section", (ev.ReviewWritten,)),
    ev.ActionSet: ("action item", (ev.ActionSet,)),
}
"""What can be taken back: its name, and which later events mean that somebody has built on it."""

WHEN_OVER = (ev.Noted, ev.NoiseMarked, ev.ReviewMoved, ev.ReviewWritten, ev.ActionSet)
"""What is also taken back after the incident has ended."""

WHY_NOT: dict[type[ev.Body], str] = {
    ev.Escalated: "a page cannot be taken back: ack it, or tell them",
    ev.Merged: "a merge cannot be taken back: split it off",
    ev.Absorbed: "a merge cannot be taken back: split it off",
    ev.SplitOff: "a split cannot be taken back: merge it",
    ev.Unmerged: "a split cannot be taken back: merge it",
    ev.UpdatePosted: "clients may have read it: post another update",
    ev.UpdateWaived: "post the update after all",
    ev.Opened: "an opened incident stays: resolve it",
    ev.Reopened: "a reopening cannot be taken back: resolve it",
    ev.Closed: "closed stays closed",
    ev.TicketAsked: "a ticket cannot be unmade from here: take the link off, or close it there",
    ev.TicketLinked: "a ticket stays where it was made: take the link off, or close it there",
    ev.HandedOver: "a handover that was accepted stays: hand it back",
    ev.StillOn: "an answer cannot be taken back",
}
"""What cannot, and why. Other events (effects, undos) are no actions and are passed over."""


def undo(incident: Incident, command: cmd.Undo, context: Context) -> Decision:
    """Take back the actor's last action or the one with the op; after the window only an ack, as an un-ack."""
    action = _action(command, context)
    if reason := _not_mine(incident, action, context):
        return Rejected(reason)
    if all(event.n in _undone(context) for event in action):
        return NoChange("undone already")
    if context.now - action[-1].at > context.policy.undo_within:
        acked = any(isinstance(event.body, ev.Acked) for event in action)
        if incident.is_acked and incident.owner == context.actor.name and (acked or not command.op):
            return unack(incident, cmd.Unack("undo"), context)
        return Rejected(f"too late to undo: that goes for {length(context.policy.undo_within)}")
    if reason := _obstacle(incident, action, context):
        return Rejected(reason)
    return _take_back(incident, action, context)


def _undone(context: Context) -> frozenset[int]:
    return frozenset(event.body.n for event in context.events if isinstance(event.body, ev.Undone))


def _action(command: cmd.Undo, context: Context) -> tuple[ev.Event, ...]:
    """Return the events of the action meant: all of one op, else the actor's last one not undone yet."""
    acts = [
        event for event in context.events if type(event.body) in REVERSIBLE or type(event.body) in WHY_NOT
    ]
    if command.op:
        return tuple(event for event in acts if event.op == command.op)
    undone = _undone(context)
    mine = (event for event in reversed(acts) if event.actor == context.actor and event.n not in undone)
    last = next(mine, None)
    if last is None or not last.op:
        return (last,) if last else ()
    return tuple(event for event in acts if event.op == last.op)


def _not_mine(incident: Incident, action: tuple[ev.Event, ...], context: Context) -> str:
    """Return why there is nothing of the actor's to undo; empty where there is."""
    if not action:
        return f"nothing of yours to undo on {incident.id}"
    if action[0].actor != context.actor:
        return f"that was done by {context.policy.name_of(action[0].actor.name)}: only they can undo it"
    return ""


def _obstacle(incident: Incident, action: tuple[ev.Event, ...], context: Context) -> str:
    """Return why an action cannot be taken back; empty where it can."""
    for event in action:
        if type(event.body) in WHY_NOT:
            return WHY_NOT[type(event.body)]
    ends = any(isinstance(event.body, ev.Resolved) for event in action)
    only_words = all(isinstance(event.body, WHEN_OVER) for event in action)
    if not incident.is_open and not (only_words or (ends and incident.state is State.RESOLVED)):
        return f"{incident.id} has ended since"
    undone = _undone(context)
    mine = {event.n for event in action}
    for event in action:
        built_on = REVERSIBLE[type(event.body)][1]
        for later in context.events:
            fresh = later.n > event.n and later.n not in mine and later.n not in undone
            if fresh and isinstance(later.body, built_on) and not _beside(event, later):
                by = context.policy.name_of(later.actor.name)
                return f"too late to undo: {by} has changed it since"
    return ""


def _beside(event: ev.Event, later: ev.Event) -> bool:
    """Return whether a later event of such a kind builds on nothing all the same: another track, a machine's."""
    if isinstance(event.body, ev.TrackSet) and isinstance(later.body, ev.TrackSet):
        return event.body.track.casefold() != later.body.track.casefold()
    if isinstance(event.body, ev.ReviewWritten) and isinstance(later.body, ev.ReviewWritten):
        return event.body.section != later.body.section
    if isinstance(event.body, ev.ActionSet) and isinstance(later.body, ev.ActionSet):
        return event.body.action != later.body.action
    return _by_machine(later)


def _by_machine(event: ev.Event) -> bool:
    """Return whether an event is a page by itself or a bot's ack: neither builds on what a person did."""
    if isinstance(event.body, ev.Escalated):
        return event.body.auto
    return isinstance(event.body, ev.Acked) and event.actor.kind is not ActorKind.HUMAN


def _take_back(incident: Incident, action: tuple[ev.Event, ...], context: Context) -> Decision:
    names = list(dict.fromkeys(REVERSIBLE[type(event.body)][0] for event in action))
    asked = _asked(incident, action, context)
    stays = _stays(asked, context)
    bodies = [ev.Undone(event.n, REVERSIBLE[type(event.body)][0] + stays) for event in reversed(action)]
    restored = fold((*context.events, *as_events(incident, bodies, context)))
    runs = runs_again(restored, context)
    if runs and not is_paused(incident):
        return Rejected(f"too late to undo: {runs[0].text}")
    effects = tuple(_counter_effects(incident, restored, asked, context))
    return accept(f"undone: {names[0]} of {incident.id}{stays}", *bodies, *runs, effects=effects)


def _asked(incident: Incident, action: tuple[ev.Event, ...], context: Context) -> tuple[Effect, ...]:
    """Return what the action asked of sources, and what came of it or may yet; tickets follow the owner by themselves."""
    asked = {
        event.body.effect
        for event in context.events
        if isinstance(event.body, ev.EffectAsked)
        and (event.op == action[0].op if event.op else event.at == action[0].at)
    }
    return tuple(
        effect
        for effect in incident.effects
        if effect.id in asked and stands(effect) and effect.kind is not EffectKind.TICKET_ASSIGN
    )


def _counter(effect: Effect, context: Context) -> EffectKind | None:
    """Return what takes an effect back at its source, None where nothing does there."""
    kind = effect.kind if effect.kind is EffectKind.ASSIGN else COUNTER.get(effect.kind)
    known = context.policy.abilities.get(effect.source)
    return kind if kind is None or known is None or known.can(kind) else None


def _stays(asked: Iterable[Effect], context: Context) -> str:
    """Return where the action goes on standing, as nothing takes it back there: a note, PagerDuty's snooze."""
    there = dict.fromkeys(one.source for one in asked if _counter(one, context) is None)
    return f" (it stays at {listed(tuple(there))})" if there else ""


def _counter_effects(
    incident: Incident, restored: Incident, asked: Iterable[Effect], context: Context
) -> Iterable[EffectWish]:
    """Yield the opposite of every effect the action asked for; an assignment goes back to who had it."""
    for effect in asked:
        kind = _counter(effect, context)
        if kind is None:
            continue
        until = restored.snoozed_until if kind is EffectKind.SNOOZE else None
        text = restored.owner if kind is EffectKind.ASSIGN else ""
        name = effect_id(incident, context, effect.source, kind)
        yield EffectWish(name, effect.source, kind, until, effect.handle, text)
