"""A report over weeks, made of measures and pages: nothing in it depends on the time at which it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import TypeVar

from console.domain.measures import Measure, Page
from console.domain.metrics import RECURS_WITHIN, occurrences, share, team_zone
from console.domain.policy import Policy
from console.domain.reports.breaches import Breach, breaches_of
from console.domain.reports.numbers import Numbers, numbers_of
from console.domain.reports.targets import Line, Targets
from console.domain.reports.weeks import Week, week_of, weeks_until

QUARTER = 13
"""Weeks."""
MOST_WEEKS = 520
One = TypeVar("One", Measure, Page)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a report is about. ``team`` and ``service`` empty: all. ``until`` None: to the end of the present week.

    With ``until`` (UTC) only incidents reported before it count, with all that became of them since.
    """

    weeks: int = QUARTER
    team: str = ""
    service: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class WeekNumbers:
    """A week, the targets that it is drawn against, and its numbers: None where there is nothing to count.

    ``known`` False: it ended before the first incident that the store has.
    """

    week: Week
    line: Line
    numbers: Numbers | None
    known: bool


@dataclass(frozen=True, slots=True)
class GroupNumbers:
    """The numbers of one service or one team."""

    name: str
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class RuleNumbers:
    """What a rule of a service did; ``false`` counts what cleared before a person acked or was marked as noise."""

    service: str
    rule: str
    incidents: int
    auto_cleared: int
    noise: int
    false: int
    share: float


@dataclass(frozen=True, slots=True)
class PersonLoad:
    """Pages somebody got, about how many incidents, and how many at night."""

    person: str
    incidents: int
    pages: int
    night: int


@dataclass(frozen=True, slots=True)
class Report:
    """See ``numbers.DEFINITIONS`` and ``metrics.DEFINITIONS`` for what each number means.

    ``zone`` names the zone of the weeks. ``merged`` incidents are in no number. ``unread`` are incidents whose
    logs could not be read: they are missing here.
    """

    scope: Scope
    zone: str
    weeks: tuple[WeekNumbers, ...]
    total: Numbers
    services: tuple[GroupNumbers, ...]
    teams: tuple[GroupNumbers, ...]
    rules: tuple[RuleNumbers, ...]
    people: tuple[PersonLoad, ...]
    breaches: tuple[Breach, ...]
    merged: int
    unread: tuple[str, ...]

    @property
    def unknown_weeks(self) -> int:
        """How many weeks lie before the first incident that the store has."""
        return sum(not one.known for one in self.weeks)


def weeks_of(scope: Scope, now: datetime, policy: Policy) -> tuple[Week, ...]:
    """Return the weeks of a report, oldest first, in the zone of its team, else of the first team.

    The last one is that of ``until``, else of ``now``; one that would hold nothing, as ``until`` is its very
    beginning, is not the last.
    """
    zone = zone_of(scope, policy)
    end = scope.until - timedelta(milliseconds=1) if scope.until else now
    return weeks_until(week_of(end, zone), scope.weeks, zone)


def zone_of(scope: Scope, policy: Policy) -> tzinfo:
    """Return the zone that the weeks of a report are in."""
    team = scope.team or (policy.team_of(scope.service) if scope.service else "")
    return team_zone(team or next(iter(policy.teams), ""), policy)


def span_of(scope: Scope, weeks: Sequence[Week]) -> tuple[datetime, datetime, datetime]:
    """Return from when measures are needed, and the span [start, end) that is counted."""
    start, end = weeks[0].start, weeks[-1].end
    return start - RECURS_WITHIN, start, min(end, scope.until) if scope.until else end


def make(  # noqa: PLR0913 - one argument a fact
    scope: Scope,
    weeks: Sequence[Week],
    measures: Iterable[Measure],
    pages: Iterable[Page],
    policy: Policy,
    *,
    first: datetime | None,
    unread: tuple[str, ...] = (),
) -> Report:
    """Return the report. ``measures`` and ``pages`` reach from ``span_of`` on; ``first`` is when anything was reported at all."""
    _, start, end = span_of(scope, weeks)
    every = [one for one in measures if one.reported_at < end]
    seen = occurrences((one.service, one.rule, one.reported_at) for one in every if not one.merged)
    found = [one for one in every if one.reported_at >= start and _within(one, scope)]
    counted = [one for one in found if not one.merged]
    paged = [one for one in pages if start <= one.at < end and _within(one, scope)]
    zone = zone_of(scope, policy)
    targets = Targets(policy, zone)

    def numbers(some: Sequence[Measure], told: Sequence[Page]) -> Numbers:
        return numbers_of(some, told, seen, targets, policy.reports.tech_ops)

    by_week = _split(counted, lambda one: one.reported_at, weeks)
    pages_by_week = _split(paged, lambda one: one.at, weeks)
    return Report(
        scope=scope,
        zone=str(zone),
        weeks=tuple(
            WeekNumbers(
                week,
                targets.line(week),
                numbers(some, told) if some or told else None,
                known=first is not None and week.end > first,
            )
            for week, some, told in zip(weeks, by_week, pages_by_week, strict=True)
        ),
        total=numbers(counted, paged),
        services=_groups(counted, paged, lambda one: one.service, numbers),
        teams=_groups(counted, paged, lambda one: one.team, numbers),
        rules=_rules(counted),
        people=_people(paged),
        breaches=breaches_of(counted, targets),
        merged=len(found) - len(counted),
        unread=unread,
    )


def _within(one: Measure | Page, scope: Scope) -> bool:
    return scope.team in {"", one.team} and scope.service in {"", one.service}


def _split(some: Sequence[One], at: Callable[[One], datetime], weeks: Sequence[Week]) -> list[list[One]]:
    """Return what belongs to each week."""
    found: list[list[One]] = [[] for _ in weeks]
    place = 0
    for one in sorted(some, key=at):
        while at(one) >= weeks[place].end:
            place += 1
        found[place].append(one)
    return found


def _groups(
    measures: Sequence[Measure],
    pages: Sequence[Page],
    name: Callable[[Measure | Page], str],
    numbers: Callable[[Sequence[Measure], Sequence[Page]], Numbers],
) -> tuple[GroupNumbers, ...]:
    """Return the numbers by name, most incidents first."""
    some: dict[str, list[Measure]] = {}
    told: dict[str, list[Page]] = {}
    for one in measures:
        some.setdefault(name(one), []).append(one)
    for page in pages:
        told.setdefault(name(page), []).append(page)
    names = sorted(some.keys() | told.keys(), key=lambda each: (-len(some.get(each, ())), each))
    return tuple(GroupNumbers(each, numbers(some.get(each, ()), told.get(each, ()))) for each in names)


def _rules(measures: Sequence[Measure]) -> tuple[RuleNumbers, ...]:
    """Return the rules, most false alarms first."""
    by_rule: dict[tuple[str, str], list[Measure]] = {}
    for one in measures:
        if one.rule:
            by_rule.setdefault((one.service, one.rule), []).append(one)
    found = [_rule(service, rule, some) for (service, rule), some in by_rule.items()]
    return tuple(sorted(found, key=lambda one: (-one.false, -one.share, one.service, one.rule)))


def _rule(service: str, rule: str, some: Sequence[Measure]) -> RuleNumbers:
    false = sum(one.auto_cleared or one.noise for one in some)
    return RuleNumbers(
        *(service, rule, len(some)),
        auto_cleared=sum(one.auto_cleared for one in some),
        noise=sum(one.noise for one in some),
        false=false,
        share=share(false, len(some)) or 0.0,
    )


def _people(pages: Sequence[Page]) -> tuple[PersonLoad, ...]:
    """Return who was paged how often, the most first."""
    of: dict[str, list[Page]] = {}
    for page in pages:
        of.setdefault(page.person, []).append(page)
    found = [
        PersonLoad(person, len({one.incident for one in some}), len(some), sum(one.night for one in some))
        for person, some in of.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.pages, one.person)))
