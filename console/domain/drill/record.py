"""Making a drill of a real incident: its alerts and what was done, without people, hosts and secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial

from console.domain import events as ev
from console.domain.actors import ActorKind
from console.domain.alert import Alert, AlertRef
from console.domain.drill.recording import SEVERITIES, Alarm, Recording, Responded
from console.domain.incident import Incident
from console.domain.masking import mask
from console.domain.people import Person
from console.domain.vocabulary import StepState

HOST_LABELS = frozenset(
    {"instance", "host", "hostname", "node", "nodename", "server", "ip", "address", "exported_instance"}
)
"""Labels whose values name machines."""


def record(
    incident: Incident, events: Sequence[ev.Event], people: Iterable[Person], secrets: tuple[str, ...] = ()
) -> Recording:
    """Return the drill that an incident makes.

    Labels are kept: runbooks and grouping go by them. In all text, labels too, people become ``person-1``,
    machines ``host-1`` and secrets ``***``. Of what people did only the times are kept. Raises
    ``ValueError`` where it has no alerts: there would be nothing to replay.
    """
    taken_back = {event.body.n for event in events if isinstance(event.body, ev.Undone)}
    log = [event for event in events if event.n not in taken_back]
    spans = list(_spans(log))
    if not spans:
        raise ValueError("it has no alerts: nothing would be replayed")
    start = min(begin for _, begin, _ in spans)
    anonymous = _Anonymous([alert for alert, _, _ in spans], people, secrets)
    ids = {ref: f"alert-{n}" for n, ref in enumerate(dict.fromkeys(alert.ref for alert, _, _ in spans), 1)}
    return Recording(
        name=incident.id.lower(),
        title=anonymous.text(incident.title),
        about=f"recorded from an incident of {incident.service}",
        alarms=tuple(
            _alarm(
                alert,
                ids[alert.ref],
                _seconds(start, begin),
                None if end is None else _seconds(start, end),
                anonymous,
            )
            for alert, begin, end in sorted(spans, key=lambda span: span[1])
        ),
        responded=_responded(log, incident, partial(_seconds, start), anonymous),
    )


def _seconds(start: datetime, at: datetime) -> float:
    return round((at - start).total_seconds(), 3)


def _spans(log: Sequence[ev.Event]) -> Iterator[tuple[Alert, datetime, datetime | None]]:
    """Yield each alert with when it fired and cleared; one that changed what it says ends and begins anew."""
    firing: dict[AlertRef, tuple[Alert, datetime]] = {}
    for event in log:
        if isinstance(event.body, ev.AlertsFired):
            for alert in event.body.alerts:
                before = firing.get(alert.ref)
                if before is not None and event.at > before[1]:
                    yield (*before, event.at)
                firing[alert.ref] = (alert, event.at)
        elif isinstance(event.body, ev.AlertsCleared):
            for ref in event.body.refs:
                if ref in firing:
                    yield (*firing.pop(ref), event.at)
    for alert, begin in firing.values():
        yield alert, begin, None


def _alarm(alert: Alert, name: str, at: float, until: float | None, anonymous: _Anonymous) -> Alarm:
    return Alarm(
        at=at,
        until=until,
        id=name,
        name=alert.name,
        service=alert.service,
        severity=SEVERITIES[alert.priority],
        title=anonymous.text(alert.title),
        labels=tuple((key, anonymous.text(value)) for key, value in alert.labels),
        description=anonymous.text(alert.description),
        runbook_url=anonymous.text(alert.runbook_url),
    )


def _responded(
    log: Sequence[ev.Event], incident: Incident, since: partial[float], anonymous: _Anonymous
) -> Responded:
    by_hand = [event for event in log if event.actor.kind is ActorKind.HUMAN]

    def first(kind: type[ev.Body]) -> float | None:
        return next((since(event.at) for event in by_hand if isinstance(event.body, kind)), None)

    marks = (event.body for event in by_hand if isinstance(event.body, ev.StepMarked))
    ends = [event for event in by_hand if isinstance(event.body, ev.Resolved)]
    return Responded(
        acked=first(ev.Acked),
        priority=incident.priority,
        priority_set=first(ev.PrioritySet),
        steps=tuple((mark.step, mark.state) for mark in marks if mark.state is not StepState.TODO),
        escalated=first(ev.Escalated),
        noted=first(ev.Noted),
        updates=sum(isinstance(event.body, ev.UpdatePosted) for event in by_hand),
        resolved=since(ends[-1].at) if ends else None,
        cause=anonymous.text(incident.cause),
    )


class _Anonymous:
    """Replaces the names of people and machines, each always by the same word."""

    def __init__(self, alerts: Iterable[Alert], people: Iterable[Person], secrets: tuple[str, ...]) -> None:
        hosts = dict.fromkeys(
            value
            for alert in alerts
            for key, value in alert.labels
            if key.lower() in HOST_LABELS and len(value) > 1
        )
        names: dict[str, str] = {}
        for n, host in enumerate(hosts, 1):
            names[host.lower()] = f"host-{n}"
            bare = host.partition(":")[0].lower()
            if len(bare) > 1:
                names.setdefault(bare, f"host-{n}")
        for n, person in enumerate(people, 1):
            called = (person.id, person.name, *(value for _, value in person.contacts))
            names |= {one.lower(): f"person-{n}" for one in called if len(one) > 1}
        self._names = names
        self._secrets = secrets
        longest = sorted(names, key=len, reverse=True)
        self._any = (
            re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in longest), re.IGNORECASE)
            if longest
            else None
        )

    def text(self, text: str) -> str:
        """Return the text without names and secrets."""
        clean = mask(text, self._secrets)
        return self._any.sub(lambda found: self._names[found[0].lower()], clean) if self._any else clean
