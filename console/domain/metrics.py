"""How fast we were: the definitions of the semantics, section 4, computed on read."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TypeVar

from console.domain.incident import Incident, State
from console.domain.policy import Policy, Target

DEFINITIONS: dict[str, str] = {
    "window": "Incidents reported within the span, their first stretch only; merged ones are left out.",
    "tta": "Time to acknowledge: the first ack by a person, minus the report. A bot's ack does not count.",
    "mtta": "Mean TTA over the incidents that a person acked, with n, P50, P90 and the share within target.",
    "strict": "As MTTA, but what was resolved without an ack counts with its time to resolve.",
    "auto_cleared": "Incidents whose alerts had all cleared before a person acked.",
    "unacked": "Incidents that are open and that no person has acked yet.",
    "ttr_first": "Report to first resolution, without pauses. Reopening does not change it.",
    "mttr": "Mean TTR over resolved incidents: all open stretches together, without pauses and without the time between.",
    "recovery": "Report to the moment when the last alert cleared, where that is known.",
    "recurrence": "Share of incidents whose service and alert name occurred in the 30 days before.",
    "pages": "Pages sent within the span, one for each person and level; at night means 22:00-07:00 local.",
    "false_positives": "Share of incidents that cleared by themselves before a person acked.",
    "percentiles": "P50 and P90 are values that occurred (nearest rank), not interpolated.",
}
"""What each number means, for ``?``. Other products differ: PagerDuty leaves out the unacked too,
Grafana OnCall counts any first touch as a response, Moogsoft counts the assignment."""

RECURS_WITHIN = timedelta(days=30)
NIGHT_FROM, NIGHT_UNTIL = 22, 7
_MILLISECOND = timedelta(milliseconds=1)
Value = TypeVar("Value", int, timedelta)


@dataclass(frozen=True, slots=True)
class Stats:
    """Spans in sum: how many, mean, percentiles, and the share (0-1) that met their own target; None of none."""

    n: int
    mean: timedelta | None = None
    p50: timedelta | None = None
    p90: timedelta | None = None
    within: float | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """Pages one person got, and how many of them at night."""

    person: str
    pages: int
    night: int


@dataclass(frozen=True, slots=True)
class Metrics:
    """The numbers of a span. Shares are 0-1, or None where there was nothing to count (``DEFINITIONS``)."""

    incidents: int
    tta: Stats
    strict: Stats
    unacked: int
    auto_cleared: int
    ttr_first: Stats
    ttr_total: Stats
    recovery: Stats
    recurrence: float | None
    false_positives: float | None
    pages: int
    night_pages: int
    load: tuple[Load, ...] = ()
    causes: tuple[tuple[str, int], ...] = ()


def measure(incidents: Iterable[Incident], start: datetime, end: datetime, policy: Policy) -> Metrics:
    """Return the metrics of [start, end), UTC.

    ``incidents`` should reach 30 days further back than ``start``: recurrence looks there. All
    that is outside the span is used for that and for pages sent within the span only.
    """
    every = [one for one in incidents if not one.merged_into]
    window = [one for one in every if start <= one.reported_at < end]
    load = _load(every, start, end, policy)
    cleared = sum(auto_cleared(one) for one in window)
    seen = occurrences((one.service, one.alert_name, one.reported_at) for one in every)
    return Metrics(
        incidents=len(window),
        tta=stats((tta(one), _target(one, policy).ack) for one in window),
        strict=stats((strict(one), _target(one, policy).ack) for one in window),
        unacked=sum(unacked(one) for one in window),
        auto_cleared=cleared,
        ttr_first=stats((ttr_first(one), _target(one, policy).resolve) for one in window),
        ttr_total=stats((ttr_total(one), _target(one, policy).resolve) for one in window),
        recovery=stats((recovery(one), _target(one, policy).resolve) for one in window),
        recurrence=share(
            sum(recurs(one.service, one.alert_name, one.reported_at, seen) for one in window), len(window)
        ),
        false_positives=share(cleared, len(window)),
        pages=sum(one.pages for one in load),
        night_pages=sum(one.night for one in load),
        load=load,
        causes=tuple(Counter(one.cause for one in window if one.cause).most_common()),
    )


def tta(incident: Incident) -> timedelta | None:
    """Return the time to acknowledge, or None where no person acked in the first stretch.

    An absorbed report that is older than ours does not lengthen it (V16).
    """
    first = incident.epochs[0]
    return first.first_human_ack - first.started_at if first.first_human_ack else None


def unacked(incident: Incident) -> bool:
    """Return whether it is open and no person has acked it, in this stretch or one before."""
    return incident.is_open and not any(one.first_human_ack for one in incident.epochs)


def ttr_first(incident: Incident) -> timedelta | None:
    """Return the time to the first resolution without pauses, or None before it."""
    at = incident.first_resolved_at
    return at - incident.reported_at - _paused(incident, incident.reported_at, at) if at else None


def ttr_total(incident: Incident) -> timedelta | None:
    """Return the whole open time without pauses of an incident that is resolved, else None."""
    if incident.state not in {State.RESOLVED, State.CLOSED}:
        return None
    total = timedelta()
    for number, epoch in enumerate(incident.epochs):
        start = epoch.started_at if number else incident.reported_at
        if epoch.resolved_at is not None:
            total += epoch.resolved_at - start - _paused(incident, start, epoch.resolved_at)
    return total


def recovery(incident: Incident) -> timedelta | None:
    """Return the time to the first stretch's recovery, or None where it is not known."""
    at = incident.epochs[0].recovered_at
    return at - incident.reported_at if at else None


def _paused(incident: Incident, start: datetime, end: datetime) -> timedelta:
    spans = ((max(one.since, start), min(one.until or end, end)) for one in incident.pauses)
    return sum((until - since for since, until in spans if until > since), timedelta())


def _target(incident: Incident, policy: Policy) -> Target:
    return policy.target(incident.effective_priority)


def strict(incident: Incident) -> timedelta | None:
    """Return ``tta``; for what was resolved without an ack the time to that."""
    first = incident.epochs[0]
    if first.first_human_ack is None and first.resolved_at is not None:
        return first.resolved_at - first.started_at
    return tta(incident)


def auto_cleared(incident: Incident) -> bool:
    """Return whether its alerts had all cleared before a person acked."""
    first = incident.epochs[0]
    if first.recovered_at is None:
        return False
    return first.first_human_ack is None or first.recovered_at < first.first_human_ack


Seen = dict[tuple[str, str], list[datetime]]
"""When each rule of each service was reported, in order: (service, rule) -> times."""


def occurrences(every: Iterable[tuple[str, str, datetime]]) -> Seen:
    """Return when each rule of each service was reported, of (service, rule, reported at); what has no rule is left out."""
    found: Seen = {}
    for service, rule, at in every:
        if rule:
            found.setdefault((service, rule), []).append(at)
    return {name: sorted(times) for name, times in found.items()}


def recurs(service: str, rule: str, at: datetime, seen: Seen) -> bool:
    """Return whether a rule of a service had been reported in the 30 days before."""
    times = seen.get((service, rule), [])
    place = bisect_left(times, at)
    return place > 0 and at - times[place - 1] <= RECURS_WITHIN


def stats(spans: Iterable[tuple[timedelta | None, timedelta]]) -> Stats:
    """Return what (span, its target) come to; those that are None do not count."""
    known = [(span, target) for span, target in spans if span is not None]
    return stats_of(
        [span // _MILLISECOND for span, _ in known], sum(span <= target for span, target in known)
    )


def stats_of(spans: Iterable[int], met: int) -> Stats:
    """Return what spans in milliseconds come to, so many of which met their targets."""
    values = sorted(spans)
    n = len(values)
    if not n:
        return Stats(0)
    return Stats(
        n,
        _MILLISECOND * sum(values) / n,
        _MILLISECOND * rank(values, 0.5),
        _MILLISECOND * rank(values, 0.9),
        met / n,
    )


def rank(values: list[Value], share: float) -> Value:
    """Return the smallest value that at least this share of them does not exceed."""
    return values[max(0, math.ceil(share * len(values)) - 1)]


def share(part: int, whole: int) -> float | None:
    """Return a share (0-1), None of nothing."""
    return part / whole if whole else None


def _load(every: list[Incident], start: datetime, end: datetime, policy: Policy) -> tuple[Load, ...]:
    pages: Counter[str] = Counter()
    night: Counter[str] = Counter()
    for incident in every:
        zone = team_zone(incident.team, policy)
        for at, person in incident.pages:
            if start <= at < end:
                pages[person] += 1
                night[person] += at_night(at, zone)
    return tuple(Load(person, pages[person], night[person]) for person in sorted(pages))


def at_night(at: datetime, zone: tzinfo) -> bool:
    """Return whether an instant lies between 22 and 7 in a zone."""
    hour = at.astimezone(zone).hour
    return hour >= NIGHT_FROM or hour < NIGHT_UNTIL


def team_zone(team: str, policy: Policy) -> tzinfo:
    """Return the zone a team lives in: that of its first rotation, else UTC."""
    return next((one.timezone for one in policy.roster.rotations if one.team == team), UTC)
