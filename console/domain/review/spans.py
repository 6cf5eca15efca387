"""How long everything took, computed from the log and never typed. The definitions are those of ``metrics``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.domain import events as ev
from console.domain.changes.correlated import began
from console.domain.fold import apply
from console.domain.incident import Incident
from console.domain.metrics import recovery, tta, ttr_first, ttr_total
from console.domain.priority import Priority
from console.domain.trim import in_force

NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Spans:
    """Durations of an incident, None where it is not known or has not happened. All but ``detect`` from the report.

    ``detect``: from when its source says that it began until we knew. ``in_priority``: all open stretches by the
    priority that held then, the worst first, None last; their sum is ``open``. ``paused`` is what of ``open`` the
    fix clock stood still; ``total`` is without it, and None while it is open.
    """

    detect: timedelta | None
    ack: timedelta | None
    mitigate: timedelta | None
    recover: timedelta | None
    first_fix: timedelta | None
    total: timedelta | None
    open: timedelta
    paused: timedelta
    in_priority: tuple[tuple[Priority | None, timedelta], ...]


def spans_of(incident: Incident, events: Iterable[ev.Event], until: datetime) -> Spans:
    """Return the durations; ``until`` (UTC) ends a stretch that is still open."""
    log = in_force(tuple(events))
    stretches = tuple(_stretches(incident, until))
    whole = sum((end - start for start, end in stretches), NOTHING)
    start = began(incident)
    mitigated = next((one.at for one in log if isinstance(one.body, ev.Mitigated)), None)
    return Spans(
        detect=incident.reported_at - start if incident.source_started_at is not None else None,
        ack=tta(incident),
        mitigate=mitigated - incident.reported_at if mitigated else None,
        recover=recovery(incident),
        first_fix=ttr_first(incident),
        total=ttr_total(incident),
        open=whole,
        paused=_paused(incident, stretches, until),
        in_priority=_by_priority(log, stretches),
    )


def _stretches(incident: Incident, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield from when until when it was open, each time; the first counts from the report."""
    merged = incident.merged_at if incident.merged_into else None
    for number, epoch in enumerate(incident.epochs):
        start = epoch.started_at if number else incident.reported_at
        end = epoch.resolved_at or merged or until
        yield start, max(start, end)


def _paused(incident: Incident, stretches: Iterable[tuple[datetime, datetime]], until: datetime) -> timedelta:
    found = NOTHING
    for start, end in stretches:
        for one in incident.pauses:
            found += max(NOTHING, min(one.until or until, end) - max(one.since, start))
    return found


def _by_priority(
    log: tuple[ev.Event, ...], stretches: tuple[tuple[datetime, datetime], ...]
) -> tuple[tuple[Priority | None, timedelta], ...]:
    """Return how long each priority held while it was open."""
    found: dict[Priority | None, timedelta] = {}
    for priority, start, end in _held(log):
        for opened, closed in stretches:
            first = max(start, opened) if start is not None else opened
            last = min(end, closed) if end is not None else closed
            if last > first:
                found[priority] = found.get(priority, NOTHING) + (last - first)
    return tuple(sorted(found.items(), key=lambda one: (one[0] is None, one[0] or 0)))


def _held(log: tuple[ev.Event, ...]) -> Iterator[tuple[Priority | None, datetime | None, datetime | None]]:
    """Yield each priority with from when until when it held; None: since ever, or for good."""
    incident: Incident | None = None
    since: datetime | None = None
    held: Priority | None = None
    for n, event in enumerate(log, 1):
        incident = apply(incident, ev.Event(event.incident, n, event.at, event.actor, event.body, event.op))
        now = incident.effective_priority
        if n == 1:
            held = now
        elif now is not held:
            yield held, since, event.at
            held, since = now, event.at
    yield held, since, None
