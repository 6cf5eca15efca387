"""Opened, taken, given back, resolved, reopened, merged, closed."""

from __future__ import annotations

from console.domain import events as ev
from console.domain.actors import ActorKind
from console.domain.folds import Steps
from console.domain.folds.parts import (
    chain_anew,
    ended_pauses,
    epochs,
    unacked_state,
    unowned,
    without,
)
from console.domain.incident import Epoch, Incident, State
from console.domain.priority import Priority
from console.domain.records import replace


def opened(event: ev.Event, body: ev.Opened) -> Incident:
    """Return a new incident. Its clocks run from the report, which may lie before the event."""
    return Incident(
        id=event.incident,
        n=event.n,
        title=body.title,
        service=body.service,
        team=body.team,
        key=body.key,
        alert_name=body.alert_name,
        state=State.TRIGGERED,
        reported_at=body.reported_at,
        epochs=(Epoch(body.reported_at),),
        provisional=body.provisional,
        source_started_at=body.source_started_at,
        reporter=body.reporter,
        reported_by=body.reported_by,
        backdated=body.backdated,
        recurrence_of=body.recurrence_of,
        runbook_url=body.runbook_url,
        body=body.body,
        split_from=body.split_from,
    )


def acked(incident: Incident, event: ev.Event, body: ev.Acked) -> Incident:
    """Take it. A bot's ack only halts paging; the first human ack of an epoch stops its clock for good."""
    epoch = incident.epoch
    if event.actor.kind is not ActorKind.HUMAN:
        halted = epochs(incident, first_bot_ack=epoch.first_bot_ack or event.at)
        return replace(incident, bot_acked_at=event.at, epochs=halted)
    at = max(body.made_at or event.at, epoch.started_at)
    if epoch.first_human_ack is None:
        epoch = replace(epoch, first_human_ack=at, first_human=event.actor.name)
    return replace(
        incident,
        state=State.ACKNOWLEDGED if incident.is_open else incident.state,
        epochs=(*incident.epochs[:-1], epoch),
        owner=event.actor.name,
        acked_at=at,
        acked_by=event.actor,
        bot_acked_at=None,
        nudged_at=None,
        chased=without(incident.chased, event.actor.name),
    )


def unacked(incident: Incident, event: ev.Event, _body: ev.Unacked) -> Incident:
    """Nobody has it; the chain starts anew, with whoever is on duty now."""
    return chain_anew(unowned(incident, state=unacked_state(incident)), event.at)


def assigned(incident: Incident, _event: ev.Event, body: ev.Assigned) -> Incident:
    """Change the owner; no clock moves (handover: the clock is the incident's)."""
    return replace(incident, owner=body.to, nudged_at=None) if incident.is_acked else incident


def mitigated(incident: Incident, _event: ev.Event, _body: ev.Mitigated) -> Incident:
    """Watch the fix."""
    return replace(incident, state=State.MONITORING) if incident.is_acked else incident


def resolved(incident: Incident, event: ev.Event, body: ev.Resolved) -> Incident:
    """End the epoch."""
    at = max(body.made_at or event.at, incident.epoch.first_human_ack or incident.epoch.started_at)
    return replace(
        incident,
        state=State.RESOLVED,
        flapping_since=None,
        flaps=0,
        chased=(),
        epochs=epochs(incident, resolved_at=at),
        pauses=ended_pauses(incident, at),
        snoozed_until=None,
        nudged_at=None,
        cause=body.cause,
        resolution=body.note,
        sufficed=body.sufficed,
        answered_for=body.runbook,
        auto_resolved=body.auto,
        resolved_by=event.actor,
        first_resolved_at=incident.first_resolved_at or at,
    )


def reopened(incident: Incident, event: ev.Event, _body: ev.Reopened) -> Incident:
    """Begin a new epoch with fresh targets; the first resolution stays frozen (S7, Plain)."""
    worst = min(
        (member.alert.priority for _, member in incident.members if not member.cleared_at), default=None
    )
    public = incident.priority is not None and incident.priority <= Priority.P2
    fresh = replace(
        incident,
        state=State.TRIGGERED,
        epochs=(*incident.epochs, Epoch(event.at)),
        provisional=worst or incident.provisional,
        paged=(),
        escalated_by_hand_at=None,
        breached_on_reclassify=False,
        auto_resolved=False,
        resolved_by=None,
        public_from=event.at if public else None,
        updated_at=None,
    )
    return chain_anew(unowned(fresh), event.at)


def merged(incident: Incident, event: ev.Event, body: ev.Merged) -> Incident:
    """Lay it over with "part of another"; its own clocks end here, unmeasured (S9)."""
    return replace(
        incident,
        merged_into=body.into,
        chased=(),
        merged_at=event.at,
        pauses=ended_pauses(incident, event.at),
        snoozed_until=None,
        nudged_at=None,
    )


def absorbed(incident: Incident, _event: ev.Event, body: ev.Absorbed) -> Incident:
    """Move the report, and with it the fix clock, back to the earlier one; the ack clock stays (V16)."""
    earliest = min(incident.reported_at, body.child_reported_at)
    return replace(
        incident,
        children=(*incident.children, body.child),
        reported_at=earliest,
        resolve_from=min(incident.resolve_from or earliest, earliest),
    )


def closed(incident: Incident, _event: ev.Event, _body: ev.Closed) -> Incident:
    """File it."""
    return replace(incident, state=State.CLOSED)


STEPS: Steps = {
    ev.Acked: acked,
    ev.Unacked: unacked,
    ev.Assigned: assigned,
    ev.Mitigated: mitigated,
    ev.Resolved: resolved,
    ev.Reopened: reopened,
    ev.Merged: merged,
    ev.Absorbed: absorbed,
    ev.Closed: closed,
}
