"""Priority, pauses, notes, runbook steps, client updates, upstream effects."""

from __future__ import annotations

from datetime import datetime

from console.domain import events as ev
from console.domain.folds import Steps
from console.domain.folds.parts import ended_pauses
from console.domain.incident import Effect, Incident, Pause, State, StepMark
from console.domain.priority import Priority
from console.domain.records import replace
from console.domain.vocabulary import EffectKind, EffectState, StepState


def priority_set(incident: Incident, event: ev.Event, body: ev.PrioritySet) -> Incident:
    """Set it; clients are owed updates from the moment it first is P1 or P2, a level's timer starts again."""
    public = incident.public_from or event.at
    after = replace(
        incident,
        priority=body.priority,
        priority_set_at=event.at if body.priority else None,
        public_from=public if body.priority is not None and body.priority <= Priority.P2 else None,
    )
    moved = after.effective_priority != incident.effective_priority
    if moved and after.level is not None and after.state is State.TRIGGERED:
        return replace(after, level_at=event.at)
    return after


def breached_on_reclassify(incident: Incident, _event: ev.Event, _body: ev.BreachedOnReclassify) -> Incident:
    """Remember that it was told, so that it is told once."""
    return replace(incident, breached_on_reclassify=True)


def paused(incident: Incident, event: ev.Event, body: ev.Paused) -> Incident:
    """Stop the fix clock."""
    return replace(incident, pauses=(*incident.pauses, Pause(body.reason, event.at, text=body.text)))


def resumed(incident: Incident, event: ev.Event, _body: ev.Resumed) -> Incident:
    """Run the fix clock again."""
    return replace(incident, pauses=ended_pauses(incident, event.at))


def noted(incident: Incident, event: ev.Event, body: ev.Noted) -> Incident:
    """Keep notes flagged for the handover; the others are in the log only."""
    if not body.flagged:
        return incident
    return replace(incident, flagged_notes=(*incident.flagged_notes, (event.at, event.actor.name, body.text)))


def noise_marked(incident: Incident, event: ev.Event, body: ev.NoiseMarked) -> Incident:
    """Keep the mark with its latest reason, or take it off."""
    return replace(incident, noise=body.reason, noise_at=event.at if body.noise else None)


def step_marked(incident: Incident, event: ev.Event, body: ev.StepMarked) -> Incident:
    """Keep the latest mark of each step, in the order of the runbook; notes and runs stay with it."""
    before = _mark(incident, body)
    new = StepMark(body.step, body.state, body.text, event.actor, event.at, body.result, body.runbook)
    if body.note:
        noted = (event.at, event.actor.name, body.note)
        return _with_mark(incident, replace(before or new, notes=(*(before or new).notes, noted)))
    if before is not None:
        new = replace(new, notes=before.notes, run=before.run if body.state is not StepState.TODO else "")
    return _with_mark(incident, new)


def step_ran(incident: Incident, event: ev.Event, body: ev.StepRan) -> Incident:
    """Say at the step how its command ended. Whether that did it is for a person to say: it is being done."""
    before = _mark(incident, body)
    doing = StepMark(body.step, StepState.DOING, body.text, event.actor, event.at, "", body.runbook)
    if before is None or before.state is StepState.TODO:
        before = replace(doing, notes=before.notes if before else ())
    return _with_mark(incident, replace(before, run=body.words))


def _mark(incident: Incident, body: ev.StepMarked | ev.StepRan) -> StepMark | None:
    """Return the mark of the step: that of the same runbook, number and text."""
    place = (body.runbook, body.step, body.text)
    return next((one for one in incident.steps if _place(one) == place), None)


def _place(mark: StepMark) -> tuple[str, int, str]:
    return mark.runbook, mark.step, mark.text


def _with_mark(incident: Incident, mark: StepMark) -> Incident:
    marks = {_place(one): one for one in incident.steps} | {_place(mark): mark}
    return replace(incident, steps=tuple(marks[place] for place in sorted(marks)))


def update_posted(incident: Incident, event: ev.Event, body: ev.UpdatePosted) -> Incident:
    """With no outlet to wait for, clients count as told."""
    told = replace(incident, updates=(*incident.updates, (event.at, event.actor.name, body)))
    return told if body.outlets else replace(told, updated_at=_told_at(told))


def _told_at(incident: Incident) -> datetime | None:
    """Return when the newest update of this epoch was posted that every outlet has; the order of answers is no matter."""
    missing = {
        one.asked_at
        for one in incident.effects
        if one.kind is EffectKind.PUBLISH and one.state is not EffectState.DONE
    }
    told = (at for at, _, _ in incident.updates if at >= incident.epoch_at and at not in missing)
    return max(told, default=None)


def update_waived(incident: Incident, event: ev.Event, _body: ev.UpdateWaived) -> Incident:
    """Nobody waits any more for what was told so far."""
    return replace(incident, waived_at=event.at)


def effect_asked(incident: Incident, event: ev.Event, body: ev.EffectAsked) -> Incident:
    """Hold an effect as pending until its source has answered; what it renews stands as it was so long."""
    asked = Effect(
        body.effect,
        body.source,
        body.kind,
        EffectState.PENDING,
        event.at,
        until=body.until,
        renews=body.renews,
    )
    renewed = next((one for one in incident.effects if one.id == body.renews), None)
    if renewed is not None:
        asked = replace(asked, text=renewed.text, handle=renewed.handle)
    return replace(incident, effects=(*incident.effects, asked))


def effect_settled(incident: Incident, event: ev.Event, body: ev.EffectSettled) -> Incident:
    """Note an effect's outcome; a client update counts once every outlet has it (V23)."""
    effects = tuple(
        _settled(one, body, event.at) if one.id == body.effect else one for one in incident.effects
    )
    after = replace(incident, effects=effects)
    return replace(after, updated_at=_told_at(after)) if body.kind is EffectKind.PUBLISH else after


def _settled(effect: Effect, body: ev.EffectSettled, at: datetime) -> Effect:
    return replace(
        effect,
        state=body.state,
        text=body.text,
        handle=body.handle or effect.handle,
        until=body.until or effect.until,
        settled_at=at,
    )


STEPS: Steps = {
    ev.PrioritySet: priority_set,
    ev.BreachedOnReclassify: breached_on_reclassify,
    ev.Paused: paused,
    ev.Resumed: resumed,
    ev.Noted: noted,
    ev.NoiseMarked: noise_marked,
    ev.StepMarked: step_marked,
    ev.StepRan: step_ran,
    ev.UpdatePosted: update_posted,
    ev.UpdateWaived: update_waived,
    ev.EffectAsked: effect_asked,
    ev.EffectSettled: effect_settled,
}
