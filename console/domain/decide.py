"""The rules' door: a command against an incident becomes facts, or a sentence saying why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from console.domain import commands as cmd
from console.domain.decisions import (
    advancing,
    causes,
    ending,
    escalating,
    observing,
    ownership,
    reviewing,
    splitting,
    tickets,
    timing,
    tracks,
    undoing,
    writing,
)
from console.domain.decisions.base import (
    Accepted,
    AskFirst,
    Context,
    Decision,
    EffectWish,
    NoChange,
    Rejected,
    ago,
    as_events,
    who,
)
from console.domain.incident import Incident, State

__all__ = [
    "Accepted",
    "AskFirst",
    "Context",
    "Decision",
    "EffectWish",
    "NoChange",
    "Rejected",
    "as_events",
    "decide",
]

RULES: Mapping[type, Callable[[Incident, Any, Context], Decision]] = {
    cmd.Ack: ownership.ack,
    cmd.Unack: ownership.unack,
    cmd.Assign: ownership.assign,
    cmd.AnswerNudge: ownership.answer_nudge,
    cmd.Escalate: escalating.escalate,
    cmd.SetPriority: timing.set_priority,
    cmd.Snooze: timing.snooze,
    cmd.Wake: timing.wake,
    cmd.PauseClock: timing.pause,
    cmd.ResumeClock: timing.resume,
    cmd.Note: writing.note,
    cmd.MarkNoise: writing.mark_noise,
    cmd.MarkStep: writing.mark_step,
    cmd.RecordRun: writing.record_run,
    cmd.SetTrack: tracks.set_track,
    cmd.PostUpdate: writing.post_update,
    cmd.WaiveUpdate: writing.waive_update,
    cmd.SettleEffect: writing.settle,
    cmd.Mitigate: ending.mitigate,
    cmd.Resolve: ending.resolve,
    cmd.Reopen: ending.reopen,
    cmd.Close: ending.close,
    cmd.StartReview: reviewing.start_review,
    cmd.MoveReview: reviewing.move_review,
    cmd.WriteSection: reviewing.write_section,
    cmd.SetAction: reviewing.set_action,
    cmd.OpenTicket: tickets.open_ticket,
    cmd.LinkTicket: tickets.link_ticket,
    cmd.DropTicket: tickets.drop_ticket,
    cmd.MergeInto: ending.merge_into,
    cmd.Absorb: ending.absorb,
    cmd.Split: splitting.split,
    cmd.StandAlone: splitting.stand_alone,
    cmd.NameCause: causes.name_cause,
    cmd.ObserveAlerts: observing.observe,
    cmd.Undo: undoing.undo,
    cmd.Advance: advancing.advance,
}

ALWAYS = (cmd.RecordRun, cmd.SettleEffect, cmd.ObserveAlerts, cmd.Advance, cmd.StandAlone)
REVIEW = (cmd.StartReview, cmd.MoveReview, cmd.WriteSection, cmd.SetAction)
LAST_WORD = (cmd.PostUpdate, cmd.WaiveUpdate)
"""Clients are told that it is over once it is, also of what was merged: what they follow ends there."""
TICKETS = (cmd.OpenTicket, cmd.LinkTicket, cmd.DropTicket)
WHEN_RESOLVED = (
    cmd.Note, cmd.MarkNoise, cmd.SetTrack, cmd.Resolve, cmd.Reopen, cmd.Close, cmd.Undo,
    *LAST_WORD, *REVIEW, *TICKETS,
)  # fmt: skip
WHEN_CLOSED = (cmd.MarkNoise, cmd.Close, *LAST_WORD, *REVIEW, *TICKETS)


def decide(incident: Incident | None, command: cmd.Command, context: Context) -> Decision:
    """Return what a command does to an incident; None stands for one that does not exist yet.

    Pure: the caller stamps the bodies (``as_events``), appends them at ``incident.n`` and, where
    somebody else was first, loads the incident and decides again.
    """
    if isinstance(command, cmd.Open):
        if incident is not None:
            return Rejected(f"{incident.id} exists already")
        return observing.open_new(command, context)
    if incident is None:
        return Rejected(f"there is no incident {context.incident_id or 'without an id'}")
    if reason := _over(incident, command, context):
        if isinstance(command, cmd.Ack) and command.made_at and incident.state is State.RESOLVED:
            return ownership.late_ack(incident, command, context)
        return Rejected(reason)
    decision = RULES[type(command)](incident, command, context)
    return tickets.told_there(incident, decision, context) if incident.tickets else decision


def _over(incident: Incident, command: cmd.Command, context: Context) -> str:
    """Return why an incident that is over does not take this command; empty where it does."""
    if isinstance(command, ALWAYS):
        return ""
    if incident.merged_into and not isinstance(command, LAST_WORD):
        return f"{incident.id} is part of {incident.merged_into}: act on {incident.merged_into}"
    if incident.state is State.CLOSED and not isinstance(command, WHEN_CLOSED):
        return f"{incident.id} is closed: open a new incident if it is back"
    if incident.state is State.RESOLVED and not isinstance(command, WHEN_RESOLVED):
        by = f" by {who(incident.resolved_by.name, context)}" if incident.resolved_by else ""
        return (
            f"{incident.id} was resolved{by} {ago(incident.epoch.resolved_at, context)}: reopen it to go on"
        )
    return ""
