"""What a log says of each time that a rule fired: how long, whether it cleared by itself, whom it paged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from console.domain import events as ev
from console.domain.actors import ActorKind
from console.domain.alert import Alert, AlertRef
from console.domain.incident import SILENCING
from console.domain.priority import Priority
from console.domain.trim import Log, in_force

CAUSE = "noise"
"""The cause tag of a resolution that counts as a mark."""
MERGED = "incidents merged into another, which has their alerts"
BY_HAND = "incidents that a person reported, which no rule made"
HELD = "alerts that their source held back when they fired (a silence, a downtime)"

AtNight = Callable[[datetime, str, str], bool]
"""(when, person, team) -> whether that is in the person's night."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page to somebody; ``night``: between 22 and 7 where they live."""

    at: datetime
    person: str
    night: bool


@dataclass(frozen=True, slots=True)
class Episode:
    """A rule fired: from its first alert in an incident until none of them fires.

    ``end`` is None while it does. ``longest`` is how long the longest single alert fired: what a
    rule's ``for:`` looks at. ``acked_at`` is when a person first had the incident from ``start`` on.
    """

    incident: str
    service: str
    rule: str
    start: datetime
    end: datetime | None
    longest: timedelta | None
    alerts: frozenset[AlertRef]
    acked_at: datetime | None
    marked: bool
    priority: Priority | None
    pages: tuple[Page, ...] = ()

    @property
    def acked(self) -> bool:
        """Whether a person had it before it cleared."""
        return self.acked_at is not None and (self.end is None or self.acked_at <= self.end)

    @property
    def cleared_alone(self) -> bool:
        """Whether it cleared before a person had it."""
        return self.end is not None and not self.acked

    @property
    def lasted(self) -> timedelta | None:
        """How long it went on, None while it does."""
        return self.end - self.start if self.end is not None else None


@dataclass(slots=True)
class _Stretch:
    """An episode in the making."""

    service: str
    rule: str
    start: datetime
    firing: dict[AlertRef, datetime] = field(default_factory=dict)
    alerts: set[AlertRef] = field(default_factory=set)
    longest: timedelta = timedelta()
    end: datetime | None = None
    worst: Priority | None = None

    def take(self, alert: Alert, at: datetime) -> None:
        self.firing[alert.ref] = at
        self.alerts.add(alert.ref)
        self.worst = min(self.worst or alert.priority, alert.priority)

    def drop(self, ref: AlertRef, at: datetime) -> None:
        self.longest = max(self.longest, at - self.firing.pop(ref))
        if not self.firing:
            self.end = at


class _Reading:
    """One log, walked through once."""

    def __init__(self, opened: ev.Opened) -> None:
        self.opened = opened
        self.stretches: list[_Stretch] = []
        self.held = 0
        self.merged = self.marked = self.cause = False
        self.priority: Priority | None = None
        self.pages: list[tuple[datetime, str]] = []
        self.had: list[tuple[datetime, datetime | None]] = []  # while a person had it
        self._open: dict[tuple[str, str], _Stretch] = {}
        self._of: dict[AlertRef, _Stretch] = {}
        self._held: set[AlertRef] = set()
        self._silenced: set[str] = set()

    def step(self, event: ev.Event) -> None:
        step = _STEPS.get(type(event.body))
        if step is not None:
            step(self, event, event.body)

    def fired(self, event: ev.Event, body: ev.AlertsFired) -> None:
        for alert in body.alerts:
            self._fired(alert, event.at)

    def cleared(self, event: ev.Event, body: ev.AlertsCleared) -> None:
        for ref in body.refs:
            self._cleared(ref, event.at)

    def paged(self, event: ev.Event, body: ev.Escalated | ev.Repaged) -> None:
        self.pages += [(event.at, person) for person in body.to]
        if isinstance(body, ev.Escalated) and not body.auto:
            self.let_go(event, body)

    def taken(self, event: ev.Event, body: ev.Acked | ev.Resolved) -> None:
        if event.actor.kind is ActorKind.HUMAN and not (self.had and self.had[-1][1] is None):
            self.had.append((body.made_at or event.at, None))

    def resolved(self, event: ev.Event, body: ev.Resolved) -> None:
        self.taken(event, body)
        self.cause = body.cause.strip().lower() == CAUSE

    def let_go(self, event: ev.Event, _body: ev.Body) -> None:
        if self.had and self.had[-1][1] is None:
            self.had[-1] = (self.had[-1][0], event.at)

    def asked(self, _event: ev.Event, body: ev.EffectAsked) -> None:
        if body.kind in SILENCING:
            self._silenced.add(body.source)

    def noise_marked(self, _event: ev.Event, body: ev.NoiseMarked) -> None:
        self.marked = body.noise

    def priority_set(self, _event: ev.Event, body: ev.PrioritySet) -> None:
        self.priority = body.priority

    def merge(self, _event: ev.Event, _body: ev.Merged) -> None:
        self.merged = True

    def _fired(self, alert: Alert, at: datetime) -> None:
        ref = alert.ref
        if ref in self._of:
            return  # fires on, with other words
        if alert.muted_until is not None and ref.source not in self._silenced:
            self.held += ref not in self._held
            self._held.add(ref)
            return
        rule = (alert.service or self.opened.service, alert.name or self.opened.alert_name)
        stretch = self._open.get(rule)
        if stretch is None:
            stretch = self._open[rule] = _Stretch(*rule, at)
            self.stretches.append(stretch)
        stretch.take(alert, at)
        self._of[ref] = stretch

    def _cleared(self, ref: AlertRef, at: datetime) -> None:
        self._held.discard(ref)
        stretch = self._of.pop(ref, None)
        if stretch is not None:
            stretch.drop(ref, at)
            if stretch.end is not None:
                del self._open[stretch.service, stretch.rule]


_STEPS: dict[type[ev.Body], Callable[[_Reading, ev.Event, Any], None]] = {
    ev.AlertsFired: _Reading.fired,
    ev.AlertsCleared: _Reading.cleared,
    ev.Escalated: _Reading.paged,
    ev.Repaged: _Reading.paged,
    ev.Acked: _Reading.taken,
    ev.Resolved: _Reading.resolved,
    ev.Unacked: _Reading.let_go,
    ev.SeverityRaised: _Reading.let_go,
    ev.Reopened: _Reading.let_go,
    ev.EffectAsked: _Reading.asked,
    ev.NoiseMarked: _Reading.noise_marked,
    ev.PrioritySet: _Reading.priority_set,
    ev.Merged: _Reading.merge,
}


def episodes_of(log: Log, team: str, at_night: AtNight, left_out: Counter[str]) -> tuple[Episode, ...]:
    """Return what rules did in an incident of ``team`` (empty: any), oldest first; count in ``left_out`` what is not meant.

    Events that were taken back do not count. Two in a row: an alert that clears and fires again is two episodes.
    """
    events = in_force(log)
    if not events or not isinstance(events[0].body, ev.Opened):
        return ()
    reading = _Reading(events[0].body)
    if team and reading.opened.team != team:
        return ()
    for event in events:
        reading.step(event)
    if reading.merged:
        left_out[MERGED] += 1
        return ()
    if reading.held:
        left_out[HELD] += reading.held
    elif not reading.stretches:
        left_out[BY_HAND] += 1
    return tuple(_made(log[0].incident, reading, at_night))


def _made(incident: str, reading: _Reading, at_night: AtNight) -> Iterator[Episode]:
    pages = _by_stretch(reading)
    for number, one in enumerate(reading.stretches):
        yield Episode(
            incident,
            one.service,
            one.rule,
            one.start,
            one.end,
            one.longest if one.end is not None else None,
            frozenset(one.alerts),
            _acked_at(reading.had, one.start),
            reading.marked or reading.cause,
            reading.priority or one.worst,
            tuple(Page(at, who, at_night(at, who, reading.opened.team)) for at, who in pages[number]),
        )


def _by_stretch(reading: _Reading) -> list[list[tuple[datetime, str]]]:
    """Return the pages of each stretch: each belongs to the last one that had begun by then."""
    pages: list[list[tuple[datetime, str]]] = [[] for _ in reading.stretches]
    for page in reading.pages if pages else ():
        begun = (n for n, one in enumerate(reading.stretches) if one.start <= page[0])
        pages[max(begun, default=0)].append(page)
    return pages


def _acked_at(had: list[tuple[datetime, datetime | None]], start: datetime) -> datetime | None:
    later = (since for since, until in had if since >= start or until is None or until > start)
    first = next(later, None)
    return max(first, start) if first is not None else None
