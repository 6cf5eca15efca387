"""An old log cut down to what the numbers are made of: who did what when stays, the words go.

"Numbers" are the incident's row and everything that ``metrics`` and reports count. Whatever a log
says, they come out the same: a cut that would change one of them is not made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from console.domain import events as ev
from console.domain.actors import ActorKind
from console.domain.alert import Alert, AlertRef
from console.domain.fold import ACTIVITY, fold
from console.domain.incident import SILENCING, Incident
from console.domain.summary import summarise
from console.domain.vocabulary import EffectKind

Log = tuple[ev.Event, ...]

WORDS: Mapping[type, Mapping[str, Any]] = {
    ev.Opened: {"reported_by": "", "backdated": "", "runbook_url": "", "body": ""},
    ev.Unacked: {"reason": ""},
    ev.Escalated: {"reason": ""},
    ev.PrioritySet: {"reason": ""},
    ev.Snoozed: {"reason": ""},
    ev.Paused: {"text": ""},
    ev.Resumed: {"text": ""},
    ev.Noted: {"text": "", "flagged": False},
    ev.NoiseMarked: {"reason": ""},
    ev.StepMarked: {"text": "", "result": "", "note": ""},
    ev.StepRan: {"text": "", "command": "", "output": "", "ended": "", "host": ""},
    ev.Mitigated: {"note": ""},
    ev.Resolved: {"note": ""},
    ev.Reopened: {"reason": ""},
    ev.UpdatePosted: {"text": "", "impact": ""},
    ev.UpdateWaived: {"reason": ""},
    ev.TrackSet: {"what": "", "note": ""},
}
"""What people and sources wrote, by kind of event, and what is left in its place."""

DETAIL = (ev.Noted, ev.StepMarked, ev.StepRan, ev.Nudged, ev.StillOn, ev.TrackSet, ev.TrackDue)
"""Events that count for nothing, unless one is the last sign of life."""


def trim(log: Log, at: datetime) -> Log | None:
    """Return the log without its detail, numbered anew; ``at`` (UTC) is when that was done.

    The incident must be over. None where the numbers would come out differently.
    """
    before = numbers(fold(log))
    for cut in (_lean, _wordless):
        events = _numbered(cut(in_force(log)), at)
        if events and numbers(fold(events)) == before:
            return events
    return None


def numbers(incident: Incident) -> tuple[object, ...]:
    """Return everything about an incident that reports and lists count; two alike are counted alike."""
    pauses = tuple((one.reason, one.since, one.until) for one in incident.pauses)
    return (
        replace(summarise(incident), n=0),
        incident.epochs,
        pauses,
        incident.pages,
        incident.paged,
        incident.first_resolved_at,
        incident.priority_set_at,
        incident.breached_on_reclassify,
        incident.cause,
        incident.sufficed,
        incident.auto_resolved,
        incident.resolved_by,
        incident.reporter,
        incident.children,
        incident.noise_at,
    )


def pruned_at(log: Iterable[ev.Event]) -> datetime | None:
    """Return when a log was trimmed (UTC), None where all of it is there."""
    first = next(iter(log), None)
    return first.body.pruned_at if first is not None and isinstance(first.body, ev.Opened) else None


def in_force(log: Log) -> Log:
    """Return the events that count: without those taken back, as ``fold`` leaves them out."""
    undone = {event.body.n for event in log if isinstance(event.body, ev.Undone)}
    if not undone:
        return log
    return tuple(
        event for event in log if event.n == 1 or not (event.n in undone or isinstance(event.body, ev.Undone))
    )


def _numbered(events: Iterable[ev.Event], at: datetime) -> Log:
    made = [replace(event, n=n, body=_wordless_body(event.body)) for n, event in enumerate(events, 1)]
    if made and isinstance(made[0].body, ev.Opened):
        made[0] = replace(made[0], body=replace(made[0].body, pruned_at=at))
    return tuple(made)


def _wordless_body(body: Any) -> ev.Body:
    if isinstance(body, ev.AlertsFired):
        return ev.AlertsFired(tuple(map(_bare, body.alerts)))
    words = WORDS.get(type(body))
    found: ev.Body = replace(body, **words) if words else body
    return found


def _bare(alert: Alert) -> Alert:
    """Return what counts of an alert: which one, what rule, how bad, held back until when."""
    return Alert(alert.ref, alert.name, "", alert.service, alert.priority, muted_until=alert.muted_until)


def _wordless(log: Log) -> Iterable[ev.Event]:
    return log


def _lean(log: Log) -> Iterator[ev.Event]:
    """Yield the events that some number comes from."""
    alive = max((event.n for event in log if _is_activity(event)), default=0)
    wanted = _wanted_effects(log)
    news = _News()
    for event in log:
        body = event.body
        if isinstance(body, ev.EffectAsked | ev.EffectSettled):
            if wanted(body):
                yield event
        elif isinstance(body, ev.AlertsFired | ev.AlertsCleared):
            if kept := news.of(body):
                yield replace(event, body=kept)
        elif event.n == alive or not isinstance(body, DETAIL):
            yield event


def _is_activity(event: ev.Event) -> bool:
    return event.actor.kind is ActorKind.HUMAN and isinstance(event.body, ACTIVITY)


def _wanted_effects(log: Log) -> Callable[[ev.EffectAsked | ev.EffectSettled], bool]:
    """Return what tells the upstream effects that count.

    Those are the first silence asked of each source (by it a held-back alert is told from one that we
    hold back), what clients were told, and the last one, which the row shows.
    """
    asked = [event.body for event in log if isinstance(event.body, ev.EffectAsked)]
    first = {one.source: one.effect for one in reversed(asked) if one.kind in SILENCING}
    last = asked[-1].effect if asked else ""

    def wanted(body: ev.EffectAsked | ev.EffectSettled) -> bool:
        if body.kind is EffectKind.PUBLISH or body.effect == last:
            return True
        return isinstance(body, ev.EffectAsked) and first.get(body.source) == body.effect

    return wanted


class _News:
    """Leaves out alerts that fire on with other words only: often the longest part of a log."""

    def __init__(self) -> None:
        self._firing: dict[AlertRef, Alert] = {}

    def of(self, body: ev.AlertsFired | ev.AlertsCleared) -> ev.Body | None:
        """Return what is new in an event, None where nothing is."""
        if isinstance(body, ev.AlertsCleared):
            for ref in body.refs:
                self._firing.pop(ref, None)
            return body
        fresh = []
        for alert in map(_bare, body.alerts):
            if self._firing.get(alert.ref) != alert:
                self._firing[alert.ref] = alert
                fresh.append(alert)
        return ev.AlertsFired(tuple(fresh)) if fresh else None
