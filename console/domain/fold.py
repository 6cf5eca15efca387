"""A log becomes an incident. There is no other way to make or change one."""

from __future__ import annotations

from collections.abc import Iterable

from console.domain import events as ev
from console.domain.actors import ActorKind
from console.domain.folds import Steps, aftermath, alerts, flapping, lifecycle, paging, storm, tracks, work
from console.domain.incident import Incident
from console.domain.records import replace

STEPS: Steps = {
    **lifecycle.STEPS,
    **alerts.STEPS,
    **flapping.STEPS,
    **paging.STEPS,
    **storm.STEPS,
    **tracks.STEPS,
    **work.STEPS,
    **aftermath.STEPS,
}

ACTIVITY = (
    ev.Acked, ev.Assigned, ev.PrioritySet, ev.Snoozed, ev.Woke, ev.Paused, ev.Resumed, ev.Noted,
    ev.StepMarked, ev.StepRan, ev.Mitigated, ev.UpdatePosted, ev.StillOn, ev.TrackSet,
)  # fmt: skip
"""What a person did that shows they are on it (semantics, "Ack nudge"); looking does not count."""


def fold(events: Iterable[ev.Event]) -> Incident:
    """Return the incident that a whole log describes, events taken back by ``Undone`` left out.

    Raises ``ValueError`` where the log is empty, has a gap, or speaks of several incidents.
    """
    log = tuple(events)
    undone = {event.body.n for event in log if isinstance(event.body, ev.Undone)}
    incident: Incident | None = None
    for event in log:
        if incident is not None and (event.n in undone or isinstance(event.body, ev.Undone)):
            _check(incident, event)
            incident = replace(incident, n=event.n)
        else:
            incident = _step(incident, event)
    if incident is None:
        raise ValueError("an empty log describes nothing")
    return incident


def apply(incident: Incident | None, event: ev.Event) -> Incident:
    """Return the incident after one more event; None before the first.

    Raises ``ValueError`` where the event is not the next one, and on ``Undone``, which changes
    what came before: then ``fold`` the whole log again.
    """
    body = event.body
    if isinstance(body, ev.Undone):
        raise ValueError(f"event {event.n} takes back event {body.n}: fold the log again")  # noqa: TRY004 - the type is right, the way is wrong
    return _step(incident, event)


def _step(incident: Incident | None, event: ev.Event) -> Incident:
    body = event.body
    if incident is None:
        if event.n != 1 or not isinstance(body, ev.Opened):
            raise ValueError(f"the log of {event.incident} does not begin with its opening")
        return lifecycle.opened(event, body)
    _check(incident, event)
    after = STEPS[type(body)](incident, event, body)
    if event.actor.kind is ActorKind.HUMAN and isinstance(body, ACTIVITY):
        return replace(after, n=event.n, last_activity_at=event.at, nudged_at=None)
    return replace(after, n=event.n)


def _check(incident: Incident, event: ev.Event) -> None:
    if event.incident != incident.id:
        raise ValueError(f"an event of {event.incident} stands in the log of {incident.id}")
    if event.n != incident.n + 1:
        raise ValueError(f"event {incident.n + 1} of {incident.id} is missing (found {event.n})")
    if isinstance(event.body, ev.Opened):
        raise ValueError(f"{incident.id} is opened twice")  # noqa: TRY004 - the type is right, the place is wrong
