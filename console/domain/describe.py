"""Events in words: one readable line each, for the timeline, the command line and the handover."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import singledispatch

from console.domain import events as ev
from console.domain.actors import ActorKind
from console.domain.alert import Alert, AlertRef
from console.domain.human import count, listed, stamp, until
from console.domain.policy import Policy
from console.domain.reporters import reported
from console.domain.text import one_line
from console.domain.vocabulary import EffectState, ReporterKind, StepState

PLACES = ("instance", "pod", "host", "hostname", "node", "device", "queue", "topic")
"""Labels that tell alerts of one rule apart, most telling first."""


@dataclass(frozen=True, slots=True)
class Line:
    """An event as a reader sees it. ``kind`` is stable for scripts; ``undone``: taken back later."""

    n: int
    at: datetime
    actor: str
    actor_kind: ActorKind
    kind: str
    text: str
    undone: bool = False


def timeline(events: Iterable[ev.Event], policy: Policy, zone: tzinfo = UTC) -> tuple[Line, ...]:
    """Return a whole log in words, oldest first. ``actor`` is a display name where the roster has one."""
    log = tuple(events)
    taken_back = {event.body.n for event in log if isinstance(event.body, ev.Undone)}
    firing: dict[AlertRef, bool] = {}
    lines = []
    for event in log:
        text = describe(event, policy, zone, firing)
        actor = policy.name_of(event.actor.name)
        kind = kind_of(event.body)
        undone = event.n in taken_back
        lines.append(Line(event.n, event.at, actor, event.actor.kind, kind, text, undone))
        if isinstance(event.body, ev.AlertsFired):
            firing.update((alert.ref, True) for alert in event.body.alerts)
        elif isinstance(event.body, ev.AlertsCleared):
            firing.update((ref, False) for ref in event.body.refs)
    return tuple(lines)


def describe(
    event: ev.Event,
    policy: Policy,
    zone: tzinfo = UTC,
    firing: Mapping[AlertRef, bool] | None = None,
) -> str:
    """Return one line about an event, without its time and actor. Times in it are local to ``zone``.

    ``firing`` says which alerts the incident had before, and whether they fired then; without it
    every alert is taken to be new.
    """
    return one_line(_words(event.body, _Context(event.at, policy, zone, firing or {})))


def kind_of(body: ev.Body) -> str:
    """Return an event's kind as scripts see it: ``alerts_fired``, ``step_marked``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(body).__name__).lower()


def place(alert: Alert) -> str:
    """Return what tells an alert apart from others of its rule: a label, what it is called there, else its title."""
    called = alert.upstream.reference if alert.upstream is not None else ""
    return next((found for found in map(alert.label, PLACES) if found), called or alert.title or alert.name)


@dataclass(frozen=True, slots=True)
class _Context:
    at: datetime
    policy: Policy
    zone: tzinfo
    firing: Mapping[AlertRef, bool] = field(default_factory=dict)

    def people(self, ids: Iterable[str]) -> str:
        return listed(tuple(self.policy.name_of(one) for one in ids), most=5)

    def when(self, at: datetime) -> str:
        return until(at, self.at, self.zone)


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""


_FIXED: dict[type, str] = {ev.Confirmed: "acked too", ev.StillOn: "still on it", ev.Closed: "closed"}
"""Events of which nothing more can be said."""


@singledispatch
def _words(body: object, context: _Context) -> str:
    if type(body) in _FIXED:
        return _FIXED[type(body)]
    if isinstance(body, ev.Woke | ev.Reopened):
        return kind_of(body) + _because(body.reason)
    raise NotImplementedError(f"no words for {type(body).__name__} at {context.at}")


@_words.register
def _(body: ev.Opened, context: _Context) -> str:
    text = "opened"
    if body.reporter is not ReporterKind.MONITORING:
        text += f", reported {reported(body.reporter, body.reported_by)}"
    if body.backdated:
        text += f" at {stamp(body.reported_at, context.zone)} ({body.backdated})"
    if body.recurrence_of:
        text += f", again after {body.recurrence_of}"
    pruned = f" (its detail was pruned on {body.pruned_at:%Y-%m-%d})" if body.pruned_at else ""
    return f"{text}: {body.title}{pruned}"


@_words.register
def _(body: ev.AlertsFired, context: _Context) -> str:
    joined = tuple(place(alert) for alert in body.alerts if alert.ref not in context.firing)
    again = tuple(place(alert) for alert in body.alerts if context.firing.get(alert.ref) is False)
    changed = tuple(place(alert) for alert in body.alerts if context.firing.get(alert.ref))
    groups = (("joined", joined), ("fired again", again), ("changed", changed))
    return "; ".join(f"{count(len(some), 'alert')} {verb}: {listed(some)}" for verb, some in groups if some)


@_words.register
def _(body: ev.AlertsCleared, context: _Context) -> str:
    left = sum(context.firing.values()) - len(body.refs)
    return f"{count(len(body.refs), 'alert')} cleared" + (f", {left} still firing" if left > 0 else "")


@_words.register
def _(body: ev.SeverityRaised, _context: _Context) -> str:
    return f"severity raised from {body.before.label if body.before else 'P?'} to {body.after.label}"


@_words.register
def _(body: ev.Acked, context: _Context) -> str:
    text = "acked" + (f" in {body.via}" if body.via else "")
    if body.made_at is not None:
        text += f", made at {context.when(body.made_at)}"
    return text + (", taking it from whom it was paged to" if body.took else "")


@_words.register
def _(body: ev.Unacked, _context: _Context) -> str:
    return ("ack withdrawn, no answer" if body.auto else "given back") + _because(body.reason)


@_words.register
def _(body: ev.Assigned, context: _Context) -> str:
    return f"assigned to {context.policy.name_of(body.to)}"


@_words.register
def _(body: ev.Escalated, context: _Context) -> str:
    level = f" ({body.name or f'level {body.level}'})"
    verb = "paged" if body.auto else "escalated to"
    again = f", round {body.round + 1}" if body.round else ""
    rooms = listed(tuple(f"#{room}" for room in body.channels), most=5)
    if not body.to:
        return f"told {rooms}{level}{again}{_because(body.reason)}"
    told = f", told {rooms}" if rooms else ""
    all_of_them = ", each has to ack" if body.everyone else ""
    return f"{verb} {context.people(body.to)}{level}{again}{all_of_them}{told}{_because(body.reason)}"


@_words.register
def _(body: ev.Repaged, context: _Context) -> str:
    return f"paged {context.people(body.to)} again, no ack from them yet ({body.time})"


@_words.register
def _(body: ev.LevelSkipped, _context: _Context) -> str:
    return f"level {body.level} skipped{_because(body.reason)}"


@_words.register
def _(body: ev.PrioritySet, _context: _Context) -> str:
    text = f"priority {body.priority.label}" if body.priority else "priority unknown again"
    return text + _because(body.reason)


@_words.register
def _(body: ev.BreachedOnReclassify, context: _Context) -> str:
    return f"already past the new deadline, {context.when(body.deadline)}"


@_words.register
def _(body: ev.Snoozed, context: _Context) -> str:
    return f"snoozed until {context.when(body.until)}{_because(body.reason)}"


@_words.register
def _(body: ev.Paused, _context: _Context) -> str:
    return f"clock paused, {body.reason.replace('_', ' for ', 1)}{_because(body.text)}"


@_words.register
def _(body: ev.Resumed, _context: _Context) -> str:
    return f"clock runs again{_because(body.text)}"


@_words.register
def _(body: ev.Noted, _context: _Context) -> str:
    return ("note for the handover: " if body.flagged else "note: ") + body.text


@_words.register
def _(body: ev.NoiseMarked, _context: _Context) -> str:
    return ("marked as noise" if body.noise else "no longer marked as noise") + _because(body.reason)


@_words.register
def _(body: ev.StepMarked, _context: _Context) -> str:
    if body.note:
        return f"note on step {body.step}: {body.note}"
    state = "to do again" if body.state is StepState.TODO else body.state.value
    return f"step {body.step} {state}: {body.text}" + (f" - {body.result}" if body.result else "")


@_words.register
def _(body: ev.StepRan, _context: _Context) -> str:
    return f"step {body.step} ran {body.shown}, {body.words}" + (f": {body.last}" if body.last else "")


@_words.register
def _(body: ev.Mitigated, _context: _Context) -> str:
    return f"fix is in, watching{_because(body.note)}"


@_words.register
def _(body: ev.Recovered, context: _Context) -> str:
    return f"all alerts clear since {context.when(body.at)}"


@_words.register
def _(body: ev.Resolved, context: _Context) -> str:
    text = "resolved by itself" if body.auto else "resolved"
    text += f" in {body.via}" if body.via else ""
    text += f", at {context.when(body.made_at)}" if body.made_at else ""
    text += f" ({body.cause})" if body.cause else ""
    text += f", {body.sufficed.words}" if body.sufficed.words else ""
    return text + _because(body.note)


@_words.register
def _(body: ev.Merged, _context: _Context) -> str:
    return f"merged into {body.into}"


@_words.register
def _(body: ev.Absorbed, _context: _Context) -> str:
    return f"{body.child} merged into this one"


@_words.register
def _(body: ev.UpdatePosted, _context: _Context) -> str:
    where = ", ".join(body.outlets)
    return f"told clients ({where}): {body.text}" if where else f"told clients: {body.text}"


@_words.register
def _(body: ev.Nudged, context: _Context) -> str:
    return f"asked: still on it? Quiet since {context.when(body.quiet_since)}"


@_words.register
def _(body: ev.Undone, _context: _Context) -> str:
    return f"undone: {body.what or f'event {body.n}'}"


@_words.register
def _(body: ev.EffectAsked, context: _Context) -> str:
    text = (
        f"asked {body.source} to hold the {body.kind} longer"
        if body.renews
        else f"asked {body.source} to {body.kind}"
    )
    return text + (f" until {context.when(body.until)}" if body.until else "")


@_words.register
def _(body: ev.EffectSettled, _context: _Context) -> str:
    text = body.text or f"{body.kind} {body.state}"
    if body.state is EffectState.FAILED:
        return f"{body.source}: {body.kind} FAILED{_because(body.text)}"
    if body.state is EffectState.PENDING:
        return f"{body.source}: {body.kind} pending{_because(body.text)}"
    return f"{body.source}: {text}"
