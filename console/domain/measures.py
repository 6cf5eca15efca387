"""What the numbers of an incident are made of: worked out once from its log, counted as often as anybody asks.

A report over a million events cannot fold them all. What ``metrics`` says of one incident is kept beside
its log instead, and is made by ``metrics``: there is one definition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.domain import metrics
from console.domain.incident import Incident
from console.domain.policy import Policy
from console.domain.priority import Priority

MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Measure:
    """The facts of one incident after event ``n``; what they mean is in ``metrics.DEFINITIONS``.

    ``rule`` is the name of its alert. Spans are whole milliseconds, as fifty thousand of them are
    sorted for one report, and None where they are not known. ``chased`` is how many people were
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
    tta: int | None
    strict: int | None
    ttr_first: int | None
    ttr_total: int | None
    recovery: int | None
    paused: int
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


Span = tuple[datetime, datetime]
"""[from, to), UTC."""


@dataclass(frozen=True, slots=True)
class PageCount:
    """Pages that a person got in a span about incidents of a service and a team; about how many, and how many at night."""

    person: str
    service: str
    team: str
    incidents: int
    pages: int
    night: int


def count_pages(pages: Sequence[Page], spans: Sequence[Span]) -> tuple[tuple[PageCount, ...], ...]:
    """Return the counts of each span, by person, service and team."""
    return tuple(_counts([page for page in pages if start <= page.at < end]) for start, end in spans)


def _counts(pages: Sequence[Page]) -> tuple[PageCount, ...]:
    of: dict[tuple[str, str, str], list[Page]] = {}
    for page in pages:
        of.setdefault((page.person, page.service, page.team), []).append(page)
    return tuple(
        PageCount(*name, len({one.incident for one in some}), len(some), sum(one.night for one in some))
        for name, some in sorted(of.items())
    )


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
        unacked=metrics.unacked(incident),
        auto_cleared=metrics.auto_cleared(incident),
        noise=incident.noise_at is not None,
        reclassified=incident.breached_on_reclassify,
        tta=_ms(metrics.tta(incident)),
        strict=_ms(metrics.strict(incident)),
        ttr_first=_ms(metrics.ttr_first(incident)),
        ttr_total=_ms(metrics.ttr_total(incident)),
        recovery=_ms(metrics.recovery(incident)),
        paused=sum((one.until - one.since) // MILLISECOND for one in incident.pauses if one.until),
        acked_by=first.first_human,
        cause=incident.cause,
        sufficed=incident.sufficed.value,
        epochs=len(incident.epochs),
        chased=len({who for at, who in incident.pages if acked is None or at <= acked}),
        flaps=incident.flaps,
    )


def pages_of(incident: Incident, policy: Policy) -> tuple[Page, ...]:
    """Return the pages about an incident, none of one that is merged; whether at night is by the zone that its team lives in now."""
    if incident.merged_into:
        return ()
    zone = metrics.team_zone(incident.team, policy)
    return tuple(
        Page(incident.id, at, person, metrics.at_night(at, zone), incident.service, incident.team)
        for at, person in incident.pages
    )


def _ms(span: timedelta | None) -> int | None:
    return None if span is None else span // MILLISECOND
