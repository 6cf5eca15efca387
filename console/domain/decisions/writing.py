"""Notes, runbook steps, client updates, and what became of upstream effects."""

from __future__ import annotations

from console.domain import commands as cmd
from console.domain import events as ev
from console.domain.actors import ActorKind
from console.domain.comms.following import followed
from console.domain.decisions.base import (
    AskFirst,
    Context,
    Decision,
    EffectWish,
    NoChange,
    Rejected,
    accept,
    ago,
    who,
)
from console.domain.decisions.effects import ask, effect_id
from console.domain.decisions.tickets import is_linked, missed
from console.domain.incident import Incident
from console.domain.vocabulary import EffectKind, EffectState, StepState


def note(incident: Incident, command: cmd.Note, context: Context) -> Decision:
    """Write something down, line breaks and all; a leading ``!`` flags it for the handover.

    A person's note also goes to where the incident is kept.
    """
    text = command.text.strip()
    flagged = text.startswith("!")
    text = text.lstrip("!").strip() if flagged else text
    if not text:
        return Rejected("the note is empty: nothing was saved")
    human = context.actor.kind is ActorKind.HUMAN
    there = ask(incident, context, EffectKind.NOTE, text=text) if human else ()
    return accept(f"note saved on {incident.id}", ev.Noted(text, flagged), effects=there)


def mark_noise(incident: Incident, command: cmd.MarkNoise, context: Context) -> Decision:
    """Mark an incident as noise or take that back; also long after, when the rules are looked through."""
    marked = incident.noise_at is not None
    if not command.noise:
        if not marked:
            return NoChange(f"{incident.id} is not marked as noise")
        return accept(f"{incident.id} is no longer marked as noise", ev.NoiseMarked(noise=False))
    reason = command.reason.strip()
    if not reason:
        return Rejected("say why it is noise: whoever tunes the rule has to know")
    if marked and incident.noise == reason:
        return NoChange(f"{incident.id} was marked as noise {ago(incident.noise_at, context)}")
    return accept(f"{incident.id} marked as noise", ev.NoiseMarked(reason))


def mark_step(incident: Incident, command: cmd.MarkStep, _context: Context) -> Decision:
    """Set a runbook step's state."""
    if command.step < 1:
        return Rejected(f"steps count from 1, not {command.step}")
    known = [one for one in incident.steps if (one.runbook, one.text) == (command.runbook, command.text)]
    before = next((one for one in known if one.step == command.step), None)
    state = before.state if before else StepState.TODO
    note = command.note.strip()
    if note:
        said = ev.StepMarked(command.step, state, command.text, command.runbook, note=note)
        return accept(f"note on step {command.step} saved", said)
    moved = bool(known) and before is None  # marked under another number, before the runbook changed
    if state is command.state and not moved and (before.result if before else "") == command.result:
        return NoChange(f"step {command.step} is {state.value} already")
    body = ev.StepMarked(command.step, command.state, command.text, command.runbook, command.result)
    return accept(f"step {command.step} {command.state.value}", body)


def record_run(incident: Incident, command: cmd.RecordRun, _context: Context) -> Decision:
    """Write down how a step's command ended: it has run, so this is never refused while the incident is kept."""
    return accept(f"step {command.ran.step} of {incident.id}: {command.ran.words}", command.ran)


def post_update(incident: Incident, command: cmd.PostUpdate, context: Context) -> Decision:
    """Tell clients: to the timeline first, then to each outlet (semantics, section 6).

    What a client must not read is refused here, so that no way leads around the linter.
    """
    from console.domain.comms.draft import render  # noqa: PLC0415 - nothing else decides by these
    from console.domain.comms.lint import lint, lint_text  # noqa: PLC0415 - see above

    draft = command.draft
    if draft is None and incident.merged_into:
        return Rejected(f"{incident.id} is part of {incident.merged_into}: post it there")
    text = render(draft) if draft else command.text.strip()
    if not text:
        return Rejected("the update is empty: nothing was saved")
    found = (
        lint(draft, incident, context.policy, context.now)
        if draft
        else lint_text(text, incident, context.policy)
    )
    wrong = next((one for one in found if one.error), None)
    if wrong is not None:
        return Rejected(f"clients must not read this: {wrong.words}")
    if command.seen is not None and len(incident.updates) > command.seen and not command.despite_newer:
        at, by, newer = incident.updates[-1]
        stage = f" ({newer.stage.value})" if newer.stage else ""
        question = f"{who(by, context)} told clients {ago(at, context)}{stage}: post this all the same?"
        return AskFirst(question, "despite_newer")
    outlets = tuple(dict.fromkeys(command.outlets))
    unknown = [
        one for one in outlets if draft and one not in {outlet.name for outlet in context.policy.outlets}
    ]
    if unknown:
        return Rejected(f'there is no outlet called "{unknown[0]}": nothing was saved')
    kind = EffectKind.PUBLISH
    effects = [
        EffectWish(effect_id(incident, context, outlet, kind), outlet, kind, text=text) for outlet in outlets
    ]
    body = ev.UpdatePosted(text, outlets)
    if draft is not None:
        more = (draft.stage, draft.next_at, draft.impact, draft.components, draft.failing)
        body = ev.UpdatePosted(text, outlets, *more)
    return accept(f"update of {incident.id} saved", body, effects=effects)


def waive_update(incident: Incident, command: cmd.WaiveUpdate, _context: Context) -> Decision:
    """Let clients be without a word that it is over: that is said once, with a reason, and only once it is."""
    if incident.is_open:
        return Rejected(f"{incident.id} is open: clients wait for updates until it is over")
    if not followed(incident):
        return NoChange(f"no client waits to hear that {incident.id} is over")
    reason = command.reason.strip()
    if not reason:
        return Rejected("say why clients need no update that says it is over")
    return accept(f"no closing update for {incident.id}", ev.UpdateWaived(reason))


def settle(incident: Incident, command: cmd.SettleEffect, context: Context) -> Decision:
    """Note what became of an effect; the same outcome is noted once.

    A ticket that is new here is told what it has missed; one whose link was taken off meanwhile stays off.
    """
    asked = next((one for one in incident.effects if one.id == command.effect), None)
    if asked is None:
        return Rejected(f"{incident.id} never asked {command.source} for {command.effect}")
    same = (asked.state, asked.text) == (command.state, command.text)
    if asked.state is EffectState.DONE or same:
        return NoChange(f"{command.source}: {asked.text}")
    settled = ev.EffectSettled(
        command.effect,
        command.source,
        command.kind,
        command.state,
        command.text,
        command.handle,
        command.until,
    )
    text = f"{command.source}: {command.text}"
    ticket = command.ticket
    if ticket is None:
        return accept(text, settled)
    if command.kind in {EffectKind.TICKET_OPEN, EffectKind.TICKET_LINK}:
        return accept(text, settled, ticket, effects=missed(incident, asked, ticket, context))
    return accept(text, settled, *([ticket] if is_linked(incident, ticket) else []))
