"""Mitigated, resolved, reopened, merged, closed."""

from __future__ import annotations

from console.domain import commands as cmd
from console.domain import events as ev
from console.domain.actors import ActorKind
from console.domain.decisions.base import (
    AskFirst,
    Context,
    Decision,
    NoChange,
    Rejected,
    accept,
    after,
    ago,
    who,
)
from console.domain.decisions.effects import ask, release, take_back
from console.domain.decisions.tickets import taken_along
from console.domain.decisions.timing import newly_breached, runs_again, snooze_moved
from console.domain.decisions.tracks import moved_tracks, tracks_open
from console.domain.human import count, length
from console.domain.incident import Incident, State
from console.domain.upstream import latest
from console.domain.vocabulary import EffectKind, EffectState, ReviewState, Sufficed


def mitigate(incident: Incident, command: cmd.Mitigate, _context: Context) -> Decision:
    """Say that a fix is in and is being watched."""
    if incident.state is State.MONITORING:
        return NoChange(f"{incident.id} is being watched already")
    if not incident.is_acked:
        return Rejected(f"nobody has {incident.id}: ack it first")
    return accept(f"{incident.id}: fix is in, watching", ev.Mitigated(command.note))


def resolve(incident: Incident, command: cmd.Resolve, context: Context) -> Decision:
    """End it, here and where it is kept. While alerts fire it asks first (OnCall #5392); our holds end.

    What its own product says is over needs no question; while others fire it goes on.
    """
    if incident.state is State.RESOLVED:
        by = f" by {who(incident.resolved_by.name, context)}" if incident.resolved_by else ""
        return NoChange(f"{incident.id} was resolved{by} {ago(incident.epoch.resolved_at, context)}")
    back = latest(incident, EffectKind.RESOLVE).get(command.via)
    if back is not None and back.kind is EffectKind.REOPEN and back.state is EffectState.PENDING:
        return NoChange(f"{incident.id} is over at {command.via}, which has been asked to reopen it")
    firing = incident.firing
    ended_there = [
        ref.source
        for ref, member in incident.members
        if member.cleared_at is None and context.policy.ability(ref.source).can(EffectKind.RESOLVE)
    ]
    if command.via and firing:
        return NoChange(f"{incident.id}: over at {command.via}, but {count(firing, 'alert')} still fire here")
    if firing > len(ended_there) and not command.despite_firing:
        total = len(incident.members)
        verb = "still fires" if firing == 1 else "still fire"
        return AskFirst(f"{firing} of {count(total, 'alert')} {verb} — resolve anyway?", "despite_firing")
    if not command.via and not command.despite_tracks and (question := tracks_open(incident)):
        return AskFirst(question, "despite_tracks")
    made_at = command.made_at if command.made_at and command.made_at < context.now else None
    runbook = command.runbook if command.sufficed is not Sufficed.UNSAID else ""
    body = ev.Resolved(
        command.note, command.cause, command.sufficed, made_at=made_at, via=command.via, runbook=runbook
    )
    there = ask(incident, context, EffectKind.RESOLVE, text=command.note)
    return accept(f"resolved {incident.id}", body, effects=(*there, *release(incident, context)))


def reopen(incident: Incident, command: cmd.Reopen, context: Context) -> Decision:
    """Begin a new epoch, within the window only (S7)."""
    if incident.state is not State.RESOLVED:
        return NoChange(f"{incident.id} is open")
    window = context.policy.grouping.reopen_window
    at = incident.epoch.resolved_at
    if at is None or context.now - at > window:
        return Rejected(
            f"{incident.id} was resolved {ago(at, context)}, more than {length(window)}: "
            "open a new incident, it will be linked"
        )
    human = context.actor.kind is ActorKind.HUMAN  # where the product reopened it itself it knows
    there = take_back(incident, context, EffectKind.RESOLVE) if human else ()
    bodies: list[ev.Body] = [ev.Reopened(command.reason)]
    if incident.review.state is ReviewState.CLOSED:  # it does not tell of what comes now
        bodies.append(ev.ReviewMoved(ReviewState.IN_REVIEW, text="the incident was reopened"))
    return accept(f"reopened {incident.id}", *bodies, effects=there)


def close(incident: Incident, _command: cmd.Close, _context: Context) -> Decision:
    """File what is resolved and reviewed."""
    if incident.state is State.CLOSED:
        return NoChange(f"{incident.id} is closed already")
    if incident.state is not State.RESOLVED:
        return Rejected(f"{incident.id} is open: resolve it first")
    return accept(f"closed {incident.id}", ev.Closed())


def merge_into(incident: Incident, command: cmd.MergeInto, context: Context) -> Decision:
    """Become part of another incident; the clocks of this one end unmeasured (S9)."""
    if command.parent in {incident.id, ""}:
        return Rejected(f"{incident.id} cannot be merged into itself: choose another incident")
    if command.parent in incident.children:
        return Rejected(f"{command.parent} is part of {incident.id}: merge it the other way round")
    effects = release(incident, context)
    return accept(f"merged {incident.id} into {command.parent}", ev.Merged(command.parent), effects=effects)


def absorb(incident: Incident, command: cmd.Absorb, context: Context) -> Decision:
    """Take another incident in: its report may move our fix deadline, never our ack clock (V16)."""
    if command.child in incident.children:
        return NoChange(f"{command.child} is part of {incident.id} already")
    if command.child == incident.id:
        return Rejected(f"{incident.id} cannot be merged into itself: choose another incident")
    bodies: list[ev.Body] = [ev.Absorbed(command.child, command.child_reported_at)]
    if command.alerts:
        bodies.append(ev.AlertsFired(command.alerts))
    bodies += moved_tracks(incident, command.tracks)
    bodies += taken_along(incident, command.tickets)
    bodies += runs_again(after(incident, bodies, context), context)
    changed = after(incident, bodies, context)
    late = newly_breached(incident, changed, context) is not None
    moved = snooze_moved(changed, context, now_late=late)
    effects = take_back(incident, context, EffectKind.SNOOZE) if isinstance(moved, ev.Woke) else ()
    return accept(
        f"{command.child} is part of {incident.id} now", *bodies, *([moved] if moved else []), effects=effects
    )
