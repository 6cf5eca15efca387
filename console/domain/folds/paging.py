"""Pages, levels, snoozes, nudges."""

from __future__ import annotations

from console.domain import events as ev
from console.domain.folds import Steps
from console.domain.folds.parts import chain_anew, unowned, without
from console.domain.incident import Incident, State
from console.domain.records import replace


def escalated(incident: Incident, event: ev.Event, body: ev.Escalated) -> Incident:
    """Note whom a level paged. By hand it also takes the incident out of its owner's hands (S6)."""
    paged = replace(
        incident,
        level=body.level,
        level_at=event.at,
        level_round=body.round,
        paged=tuple(dict.fromkeys((*incident.paged, *body.to))),
        pages=(*incident.pages, *((event.at, person) for person in body.to)),
        paged_now=body.to or incident.paged_now,
        chain=body.chain,
        chased=body.to if body.everyone else (),
        repages=0,
        repaged_at=None,
    )
    if body.auto or not incident.is_open:
        return paged
    return unowned(paged, state=State.TRIGGERED, escalated_by_hand_at=event.at)


def skipped(incident: Incident, event: ev.Event, body: ev.LevelSkipped) -> Incident:
    """Pass over a level; whoever was paged before stays the one who has not answered."""
    return replace(
        incident,
        level=body.level,
        level_at=event.at,
        level_round=body.round,
        chain=body.chain,
        chased=(),
    )


def repaged(incident: Incident, event: ev.Event, body: ev.Repaged) -> Incident:
    """Count another page to those who have not acked; the level's own timer goes on."""
    return replace(
        incident,
        paged=tuple(dict.fromkeys((*incident.paged, *body.to))),
        pages=(*incident.pages, *((event.at, person) for person in body.to)),
        repages=body.time,
        repaged_at=event.at,
    )


def confirmed(incident: Incident, event: ev.Event, _body: ev.Confirmed) -> Incident:
    """Leave one of those who were paged alone from now on."""
    return replace(incident, chased=without(incident.chased, event.actor.name))


def snoozed(incident: Incident, _event: ev.Event, body: ev.Snoozed) -> Incident:
    """Put it out of sight; its state stays what it was (S5)."""
    return replace(incident, snoozed_until=body.until, chased=())


def woke(incident: Incident, event: ev.Event, _body: ev.Woke) -> Incident:
    """Bring it back as it was; the quiet before a nudge, or the chain where nobody has it, starts anew."""
    awake = replace(incident, snoozed_until=None, last_activity_at=event.at)
    return chain_anew(awake, event.at) if awake.state is State.TRIGGERED else awake


def nudged(incident: Incident, event: ev.Event, _body: ev.Nudged) -> Incident:
    """Note that the owner was asked."""
    return replace(incident, nudged_at=event.at)


def still_on(incident: Incident, _event: ev.Event, _body: ev.StillOn) -> Incident:
    """Take the owner's word for it."""
    return replace(incident, nudged_at=None)


STEPS: Steps = {
    ev.Escalated: escalated,
    ev.LevelSkipped: skipped,
    ev.Repaged: repaged,
    ev.Confirmed: confirmed,
    ev.Snoozed: snoozed,
    ev.Woke: woke,
    ev.Nudged: nudged,
    ev.StillOn: still_on,
}
