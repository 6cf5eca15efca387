"""What the numbers of an incident are made of: worked out once from its log, counted as often as anybody asks.

A report over a million events cannot fold them all. What ``metrics`` says of one incident is kept beside
its log instead, and is made by ``metrics``: there is one definition.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from console.domain import metrics
from console.domain.incident import Incident
from console.domain.policy import Policy
from console.domain.priority import Priority


@dataclass(frozen=True, slots=True)
class Measure:
    """The facts of one incident after event ``n``; what they mean is in ``metrics.DEFINITIONS``.

    ``rule`` is the name of its alert. Spans are None where they are not known. ``chased`` is how many people were
    paged until one acked. ``paused`` is the sum of its finished pauses. ``reclassified``: it was
    late the moment somebody set another priority.
    """

    incident: str
    n: int
    title: str
    service: str
    team: str
    rule: str
    reported_at: datetime
    priority: Priority | None
    provisional: Priority | None
    is_open: bool
    merged: bool
    unacked: bool
    auto_cleared: bool
    noise: bool
    reclassified: bool
    tta: timedelta | None
    strict: timedelta | None
    ttr_first: timedelta | None
    ttr_total: timedelta | None
    recovery: timedelta | None
    paused: timedelta
    acked_by: str
    cause: str
    sufficed: str
    epochs: int
    chased: int
    flaps: int

    @property
    def effective_priority(self) -> Priority | None:
        """The priority that was set, else the provisional one of the source."""
        return self.priority or self.provisional


@dataclass(frozen=True, slots=True)
class Page:
    """A page to somebody about an incident of a service and a team; ``night`` by ``metrics.DEFINITIONS``."""

    incident: str
    at: datetime
    person: str
    night: bool
    service: str
    team: str


def measure_of(incident: Incident) -> Measure:
    """Return what an incident counts for."""
    first = incident.epochs[0]
    acked = first.first_human_ack
    return Measure(
        incident=incident.id,
        n=incident.n,
        title=incident.title,
        service=incident.service,
        team=incident.team,
        rule=incident.alert_name,
        reported_at=incident.reported_at,
        priority=incident.priority,
        provisional=incident.provisional,
        is_open=incident.is_open,
        merged=bool(incident.merged_into),
        unacked=incident.is_open and acked is None,
        auto_cleared=metrics.auto_cleared(incident),
        noise=incident.noise_at is not None,
        reclassified=incident.breached_on_reclassify,
        tta=metrics.tta(incident),
        strict=metrics.strict(incident),
        ttr_first=metrics.ttr_first(incident),
        ttr_total=metrics.ttr_total(incident),
        recovery=metrics.recovery(incident),
        paused=sum((one.until - one.since for one in incident.pauses if one.until), timedelta()),
        acked_by=first.first_human,
        cause=incident.cause,
        sufficed=incident.sufficed.value,
        epochs=len(incident.epochs),
        chased=len({who for at, who in incident.pages if acked is None or at <= acked}),
        flaps=incident.flaps,
    )


def pages_of(incident: Incident, policy: Policy) -> tuple[Page, ...]:
    """Return the pages about an incident; whether at night is by the zone that its team lives in now."""
    zone = metrics.team_zone(incident.team, policy)
    return tuple(
        Page(incident.id, at, person, metrics.at_night(at, zone), incident.service, incident.team)
        for at, person in incident.pages
    )
