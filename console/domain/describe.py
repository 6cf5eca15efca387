"""Events in words: one readable line each, for the timeline, the command line and the handover."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from console.domain import events as ev
from console.domain.actors import ActorKind
from console.domain.alert import AlertRef
from console.domain.policy import Policy
from console.domain.text import one_line
from console.domain.words import aftermath, alerts, flapping, lifecycle, paging, storm, tracks, work
from console.domain.words.base import Telling, Words

WORDS: Words = {
    **lifecycle.WORDS,
    **alerts.WORDS,
    **flapping.WORDS,
    **paging.WORDS,
    **storm.WORDS,
    **tracks.WORDS,
    **work.WORDS,
    **aftermath.WORDS,
}


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
    return one_line(WORDS[type(event.body)](event.body, Telling(event.at, policy, zone, firing or {})))


def kind_of(body: ev.Body) -> str:
    """Return an event's kind as scripts see it: ``alerts_fired``, ``step_marked``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(body).__name__).lower()
