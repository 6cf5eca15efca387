"""Which changes may have to do with an incident, likeliest first. A coincidence in time, never a cause.

Worked out whenever an incident is read, so that one that was told late is found, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from console.domain.change import Change
from console.domain.incident import Incident
from console.domain.policy import Policy
from console.domain.storms.graph import graph_of

DEEPEST = 5
"""Steps along ``depends_on`` that are followed: what stands further below is another story."""
EVERYTHING = DEEPEST + 1
"""The distance of a change that concerns all services: behind what is known to be near."""


@dataclass(frozen=True, slots=True)
class Correlated:
    """A change, and how it lies to an incident.

    ``distance``: 0 for a service of the incident's own or its probable root, else the steps along ``depends_on``
    to it, ``EVERYTHING`` for a change of no service. ``reopened`` counts how often the incident had been reopened
    in the stretch that the change lies at; ``gap`` is from the change to the start of that; below zero it came after.
    """

    change: Change
    distance: int
    gap: timedelta
    reopened: int = 0

    @property
    def before(self) -> bool:
        """Whether it took effect before the incident started or was reopened, or as it did."""
        return self.gap >= timedelta(0)


def began(incident: Incident) -> datetime:
    """Return when it began: as its source says, else when it was reported."""
    return incident.source_started_at or incident.reported_at


def last_began(incident: Incident) -> datetime:
    """Return when it was reopened last, else when it began."""
    return incident.epoch.started_at if len(incident.epochs) > 1 else began(incident)


def span(incident: Incident, policy: Policy, now: datetime) -> tuple[datetime, datetime]:
    """Return [from, to) of the changes to look at; both UTC.

    From ``[grouping] change_window`` before it began until it was resolved or merged, at the latest ``now``.
    """
    *_, (_, ended) = _stretches(incident, now)
    return began(incident) - policy.grouping.change_window, ended + timedelta(milliseconds=1)


def correlate(
    incident: Incident, changes: Iterable[Change], policy: Policy, now: datetime
) -> tuple[Correlated, ...]:
    """Return the changes that may have to do with it, by time: of its services, of what they stand on, of all.

    One from while it was resolved counts to its reopening, if it lies within the window before that.
    """
    near = concerned(incident, policy)
    window, stretches = policy.grouping.change_window, _stretches(incident, now)
    found = []
    for one in changes:
        if one.service in near:
            at = (n for n, (begun, end) in enumerate(stretches) if begun - window <= one.at <= end)
            found += [Correlated(one, near[one.service], stretches[n][0] - one.at, n) for n in islice(at, 1)]
    return tuple(sorted(found, key=lambda one: (one.change.at, one.change.id)))


def concerned(incident: Incident, policy: Policy) -> dict[str, int]:
    """Return whose changes may have to do with it and how far they are; the empty name is that of all services."""
    return {**distances((incident.root, *incident.services), policy), "": EVERYTHING}


def _stretches(incident: Incident, now: datetime) -> list[tuple[datetime, datetime]]:
    """Return from when until when it was open, each time: its beginning first, then each reopening."""
    merged = incident.merged_at if incident.merged_into else None
    begun = [began(incident), *(epoch.started_at for epoch in incident.epochs[1:])]
    ended = [epoch.resolved_at or merged or now for epoch in incident.epochs]
    return [(start, min(end, now)) for start, end in zip(begun, ended, strict=True)]


def ranked(found: Iterable[Correlated]) -> list[Correlated]:
    """Return the likeliest first: before it began, the last reopening, the nearest service, the shortest gap."""
    return sorted(
        found, key=lambda one: (not one.before, -one.reopened, one.distance, abs(one.gap), one.change.id)
    )


def best(found: Iterable[Correlated]) -> Correlated | None:
    """Return the likeliest, or None where there is none."""
    return next(iter(ranked(found)), None)


def distances(services: Iterable[str], policy: Policy) -> dict[str, int]:
    """Return services and what they stand on, with the least steps to each, ``DEEPEST`` at most."""
    graph = graph_of(policy)
    near = dict.fromkeys(filter(None, services), 0)
    for service in tuple(near):
        for name, steps in graph.dependencies(service).items():
            if steps <= DEEPEST:
                near[name] = min(steps, near.get(name, steps))
    return near
