"""Let time pass: whatever has fallen due happens, once."""

from __future__ import annotations

from console.domain import commands as cmd
from console.domain import events as ev
from console.domain.decisions.base import Accepted, Context, Decision, EffectWish, NoChange, accept, after
from console.domain.decisions.effects import release, renew, take_back
from console.domain.decisions.paging import page_bodies
from console.domain.due import Due, DueKind, dues, quiet_since
from console.domain.escalation import page_at
from console.domain.everyone import again
from console.domain.human import length, listed
from console.domain.incident import Incident
from console.domain.levels import whom
from console.domain.tracks import next_check
from console.domain.vocabulary import EffectKind

MOST_STEPS = 100
"""More than any chain has levels; a bound, not a limit anybody meets."""


SILENCE_ENDS = (DueKind.AUTO_RESOLVE, DueKind.CALM)
"""What happens because nothing was heard of an alert for a while: it takes a source that can be heard."""


def advance(incident: Incident, command: cmd.Advance, context: Context) -> Decision:
    """Page, wake, resolve, nudge, renew, whatever is due by now. Asked again at the same instant: no change.

    While a source of the incident is dark its silence means nothing: then it is not over (unknown is not quiet).
    """
    bodies: list[ev.Body] = []
    effects: list[EffectWish] = []
    said: list[str] = []
    for _ in range(MOST_STEPS):
        unheard = SILENCE_ENDS if command.dark & set(incident.sources) else ()
        waiting = dues(incident, context.policy, context.now)
        due = next((one for one in waiting if one.kind not in unheard), None)
        if due is None or due.at > context.now:
            break
        step = _step(incident, due, context)
        incident = after(incident, step.bodies, context)
        bodies += step.bodies
        effects += step.effects
        said.append(step.text)
    if not bodies:
        return NoChange(f"nothing is due for {incident.id}")
    return Accepted(tuple(bodies), tuple(effects), f"{incident.id}: {'; '.join(said)}")


def _step(incident: Incident, due: Due, context: Context) -> Accepted:
    """Carry out the thing that is due."""
    policy = context.policy
    if due.kind in {DueKind.WAKE, DueKind.CALM}:
        return accept("woke", ev.Woke("due")) if due.kind is DueKind.WAKE else _calm(incident, context)
    if due.kind is DueKind.AUTO_RESOLVE:
        note = f"all alerts clear for {length(due.at - (incident.epoch.recovered_at or due.at))}"
        effects = release(incident, context)
        return accept("resolved by itself", ev.Resolved(note=note, auto=True), effects=effects)
    if due.kind is DueKind.NUDGE:
        return accept("asked the owner", ev.Nudged(quiet_since(incident)))
    if due.kind is DueKind.UNACK:
        reason = f"{policy.name_of(incident.owner)} did not answer for {length(policy.nudge_answer)}"
        effects = take_back(incident, context, EffectKind.ACK)
        return accept("ack withdrawn", ev.Unacked(reason, auto=True), effects=effects)
    if due.kind is DueKind.RENEW:
        wishes = renew(incident, context)
        asked = listed(tuple(wish.source for wish in wishes))
        return accept(f"asked {asked} to hold the ack longer", effects=wishes)
    return {DueKind.REPAGE: _repage, DueKind.CHECK: _check}.get(due.kind, _page)(incident, context)


def _check(incident: Incident, _context: Context) -> Accepted:
    track = next_check(incident.tracks)
    if track is None or track.check_at is None:
        raise ValueError(f"{incident.id}: no track is to be checked")
    return accept(f"{track.verb} {track.name}", ev.TrackDue(track.name, track.check_at))


def _calm(incident: Incident, context: Context) -> Accepted:
    """End the flapping; what cleared meanwhile counts from now on, and wakes what sleeps (S8)."""
    wakes = incident.snoozed_until is not None and not incident.firing
    woke = [ev.Woke("cleared")] if wakes else []
    effects = take_back(incident, context, EffectKind.SNOOZE) if wakes else ()
    return accept("stopped flapping", ev.FlappingEnded(incident.flaps), *woke, effects=effects)


def _page(incident: Incident, context: Context) -> Accepted:
    plan = page_at(incident, context.policy, context.now)
    names = whom(plan, context.policy)
    verb = "paged" if plan.people else "told"
    text = f"{verb} {names} ({plan.name})" if plan.name else plan.note
    return accept(text, *page_bodies(incident, plan, context, auto=True))


def _repage(incident: Incident, context: Context) -> Accepted:
    plan = again(incident, context.policy, context.now)
    if plan is None:
        raise ValueError(f"{incident.id}: nobody is paged again")
    names = listed(tuple(context.policy.name_of(person) for person in plan.people))
    return accept(f"paged {names} again", ev.Repaged(plan.level, plan.people, plan.time))
