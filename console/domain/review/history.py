"""The timeline of a review: what mattered, in UTC, with roles where the log has names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from console.domain import events as ev
from console.domain.actors import ActorKind
from console.domain.changes.correlated import Correlated
from console.domain.changes.words import on_a_line
from console.domain.describe import describe
from console.domain.incident import Incident
from console.domain.policy import Policy
from console.domain.reporters import reported
from console.domain.text import one_line
from console.domain.trim import in_force
from console.domain.vocabulary import ReporterKind, StepState
from console.domain.words.base import because

MOST = 400
"""Moments that are told: the first half and the last half of more."""
LONGEST = 4000
"""Characters of one row: more than a note has."""
ANYBODY = "responder"


@dataclass(frozen=True, slots=True)
class Moment:
    """One row: when (UTC), what sort of thing (for scripts), by which role, in words, and where the data is."""

    at: datetime
    kind: str
    by: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """The rows in order, and how many were left out of the middle."""

    moments: tuple[Moment, ...]
    left_out: int = 0


def history_of(
    incident: Incident, events: Iterable[ev.Event], changes: Iterable[Correlated], policy: Policy
) -> History:
    """Return the timeline of an incident. What was taken back is not in it."""
    log = in_force(tuple(events))
    roles = roles_of(log, policy)
    found = [*_beginning(incident), *_changes(changes)]
    firing: dict[Any, bool] = {}
    for event in log:
        moment = _moment(event, roles, policy, firing)
        if moment is not None:
            found.append(moment)
        if isinstance(event.body, ev.AlertsFired):
            firing.update((alert.ref, True) for alert in event.body.alerts)
        elif isinstance(event.body, ev.AlertsCleared):
            firing.update((ref, False) for ref in event.body.refs)
    found.sort(key=lambda one: one.at)  # stable: of the same instant as they were found
    if len(found) <= MOST:
        return History(tuple(found))
    half = MOST // 2
    return History((*found[:half], *found[-half:]), len(found) - 2 * half)


def roles_of(events: Iterable[ev.Event], policy: Policy) -> Mapping[str, str]:
    """Return what people were in this incident, by id: the level by which they were paged first."""
    roles: dict[str, str] = {}
    for event in events:
        if isinstance(event.body, ev.Escalated):
            name = _level(event.body, policy)
            for person in event.body.to:
                roles.setdefault(person, name)
    return roles


def _level(body: ev.Escalated, policy: Policy) -> str:
    """Return what was paged; a page to one person by name is told without the name."""
    name = one_line(body.name, 60)
    if name in {*body.to, *map(policy.name_of, body.to)}:
        return ANYBODY
    return name or f"level {body.level}"


def _beginning(incident: Incident) -> Iterator[Moment]:
    """Yield when it began as its source says, and when we knew."""
    began = incident.source_started_at
    if began is not None and began < incident.reported_at:
        yield Moment(began, "began", _sources(incident), "trouble began, as its source says")
    how = "by monitoring"
    if incident.reporter is not ReporterKind.MONITORING:
        how = reported(incident.reporter, "")
    alert = f": {incident.alert_name}" if incident.alert_name else ""
    links = [link.url for _, member in incident.members[:1] for link in member.alert.links[:1]]
    late = f", entered later{because(incident.backdated)}" if incident.backdated else ""
    by = _sources(incident) if incident.reporter is ReporterKind.MONITORING else str(incident.reporter.value)
    yield Moment(incident.reported_at, "detected", by, f"detected {how}{alert}{late}", "".join(links))


def _sources(incident: Incident) -> str:
    return ", ".join(incident.sources) or "monitoring"


def _changes(changes: Iterable[Correlated]) -> Iterator[Moment]:
    for one in changes:
        yield Moment(one.change.at, "change", one.change.source or "change", on_a_line(one), one.change.url)


def _moment(
    event: ev.Event, roles: Mapping[str, str], policy: Policy, firing: Mapping[Any, bool]
) -> Moment | None:
    """Return the row of an event; None where it does not matter to a reader."""
    body = event.body
    at = body.at if isinstance(body, ev.Recovered) else getattr(body, "made_at", None) or event.at
    human = event.actor.kind is ActorKind.HUMAN
    by = roles.get(event.actor.name, ANYBODY) if human else event.actor.name
    if isinstance(body, AS_TOLD):
        return Moment(at, AS_TOLD_KIND.get(type(body), "alerts"), by, describe(event, policy, UTC, firing))
    if isinstance(body, ev.Escalated):
        return Moment(at, "escalation", by, one_line(_paged(body, policy), LONGEST))
    made = WORDS.get(type(body))
    if made is None or (isinstance(body, ev.StepMarked) and _idle(body)):
        return None
    kind, words = made
    return Moment(at, kind, by, one_line(words(body), LONGEST), getattr(body, "url", ""))


def _idle(body: ev.StepMarked) -> bool:
    return body.state in {StepState.TODO, StepState.DOING} and not body.note


def _step(body: ev.StepMarked) -> str:
    if body.note:
        return f"note on runbook step {body.step}: {body.note}"
    return f"runbook step {body.step} {body.state.value}: {body.text}" + (
        f" - {body.result}" if body.result else ""
    )


def _paged(body: ev.Escalated, policy: Policy) -> str:
    rooms = f", and {', '.join(body.channels)}" if body.channels else ""
    by_hand = "" if body.auto else " by hand"
    return f"paged{by_hand}: {_level(body, policy)}{rooms}{because(body.reason)}"


def _ticket(body: ev.TicketLinked) -> str:
    return f"ticket {body.key} in {body.outlet}" + (" no longer linked" if body.gone else " linked")


def _track(body: ev.TrackSet) -> str:
    return f"{body.track}: {body.state.value}" + because(body.note or body.what)


AS_TOLD = (
    ev.AlertsFired, ev.AlertsCleared, ev.SeverityRaised, ev.Recovered, ev.CauseNamed, ev.Absorbed, ev.SplitOff,
    ev.Merged, ev.Unmerged, ev.UpdatePosted, ev.FlappingBegan, ev.FlappingEnded,
)  # fmt: skip
"""Events whose usual words name nobody."""
AS_TOLD_KIND: Mapping[type, str] = {
    ev.Recovered: "recovered",
    ev.UpdatePosted: "client update",
    ev.SeverityRaised: "priority",
    ev.CauseNamed: "cause",
    ev.Absorbed: "merged",
    ev.SplitOff: "split",
    ev.Merged: "merged",
    ev.Unmerged: "split",
}
WORDS: Mapping[type, tuple[str, Callable[[Any], str]]] = {
    ev.LevelSkipped: ("escalation", lambda body: f"level {body.level} had nobody to page"),
    ev.Acked: ("acknowledged", lambda _body: "acknowledged"),
    ev.Confirmed: ("acknowledged", lambda _body: "acknowledged by one more"),
    ev.Unacked: (
        "given back",
        lambda body: "given back to the queue" + (": no answer to a nudge" if body.auto else ""),
    ),
    ev.Assigned: ("owner", lambda _body: "given to another responder"),
    ev.PrioritySet: (
        "priority",
        lambda body: f"priority {body.priority.label if body.priority else 'unknown again'}{because(body.reason)}",
    ),
    ev.Mitigated: ("mitigated", lambda body: f"a fix is in, watched from now on{because(body.note)}"),
    ev.Resolved: (
        "resolved",
        lambda body: ("resolved by itself" if body.auto else "resolved") + because(body.note),
    ),
    ev.Reopened: ("reopened", lambda body: f"reopened{because(body.reason)}"),
    ev.Noted: ("note", lambda body: f"note: {body.text}"),
    ev.StepMarked: ("step", _step),
    ev.StepRan: ("step", lambda body: f"runbook step {body.step} ran {body.shown}, {body.words}"),
    ev.TrackSet: ("track", _track),
    ev.Paused: ("pause", lambda body: f"fix clock paused, {body.reason.replace('_', ' for ', 1)}{because(body.text)}"),
    ev.Resumed: ("pause", lambda body: f"fix clock runs again{because(body.text)}"),
    ev.Snoozed: ("pause", lambda body: f"snoozed until {body.until:%Y-%m-%d %H:%M} UTC{because(body.reason)}"),
    ev.Woke: ("pause", lambda body: f"snooze over{because(body.reason)}"),
    ev.TicketLinked: ("ticket", _ticket),
    ev.HandedOver: ("handover", lambda _body: "handed over to the next shift"),
}  # fmt: skip
"""Sort and words of the other events; nobody's name is in them, and nothing about failing to do something."""
