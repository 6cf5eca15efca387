"""Priority, pauses, notes, steps, updates and upstream effects, in words."""

from __future__ import annotations

from console.domain import events as ev
from console.domain.vocabulary import EffectState, StepState
from console.domain.words.base import Telling, Words, because


def _priority_set(body: ev.PrioritySet, _telling: Telling) -> str:
    text = f"priority {body.priority.label}" if body.priority else "priority unknown again"
    return text + because(body.reason)


def _breached_on_reclassify(body: ev.BreachedOnReclassify, telling: Telling) -> str:
    return f"already past the new deadline, {telling.when(body.deadline)}"


def _paused(body: ev.Paused, _telling: Telling) -> str:
    return f"clock paused, {body.reason.replace('_', ' for ', 1)}{because(body.text)}"


def _resumed(body: ev.Resumed, _telling: Telling) -> str:
    return f"clock runs again{because(body.text)}"


def _noted(body: ev.Noted, _telling: Telling) -> str:
    return ("note for the handover: " if body.flagged else "note: ") + body.text


def _noise_marked(body: ev.NoiseMarked, _telling: Telling) -> str:
    return ("marked as noise" if body.noise else "no longer marked as noise") + because(body.reason)


def _step_marked(body: ev.StepMarked, _telling: Telling) -> str:
    if body.note:
        return f"note on step {body.step}: {body.note}"
    state = "to do again" if body.state is StepState.TODO else body.state.value
    return f"step {body.step} {state}: {body.text}" + (f" - {body.result}" if body.result else "")


def _step_ran(body: ev.StepRan, _telling: Telling) -> str:
    return f"step {body.step} ran {body.shown}, {body.words}" + (f": {body.last}" if body.last else "")


def _update_posted(body: ev.UpdatePosted, _telling: Telling) -> str:
    said = f"told clients, {body.stage.value}" if body.stage else "told clients"
    where = f" ({', '.join(body.outlets)})" if body.outlets else ""
    return f"{said}{where}: {body.impact or body.text}"


def _update_waived(body: ev.UpdateWaived, _telling: Telling) -> str:
    return f"no closing update for clients: {body.reason}"


def _undone(body: ev.Undone, _telling: Telling) -> str:
    return f"undone: {body.what or f'event {body.n}'}"


def _effect_asked(body: ev.EffectAsked, telling: Telling) -> str:
    text = (
        f"asked {body.source} to hold the {body.kind} longer"
        if body.renews
        else f"asked {body.source} to {body.kind}"
    )
    return text + (f" until {telling.when(body.until)}" if body.until else "")


def _effect_settled(body: ev.EffectSettled, _telling: Telling) -> str:
    text = body.text or f"{body.kind} {body.state}"
    if body.state is EffectState.FAILED:
        return f"{body.source}: {body.kind} FAILED{because(body.text)}"
    if body.state is EffectState.PENDING:
        return f"{body.source}: {body.kind} pending{because(body.text)}"
    return f"{body.source}: {text}"


WORDS: Words = {
    ev.PrioritySet: _priority_set,
    ev.BreachedOnReclassify: _breached_on_reclassify,
    ev.Paused: _paused,
    ev.Resumed: _resumed,
    ev.Noted: _noted,
    ev.NoiseMarked: _noise_marked,
    ev.StepMarked: _step_marked,
    ev.StepRan: _step_ran,
    ev.UpdatePosted: _update_posted,
    ev.UpdateWaived: _update_waived,
    ev.Undone: _undone,
    ev.EffectAsked: _effect_asked,
    ev.EffectSettled: _effect_settled,
}
