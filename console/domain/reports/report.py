"""A report over weeks, made of measures and pages: of the time at which it is asked for it tells which week is not over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from console.domain.measures import Measure, PageCount, Span
from console.domain.metrics import RECURS_WITHIN, occurrences, share, team_zone
from console.domain.policy import Policy
from console.domain.reports.breaches import Breach, breaches_of
from console.domain.reports.numbers import Counted, Numbers, counted, numbers_of
from console.domain.reports.targets import Line, Step, Targets
from console.domain.reports.weeks import Week, week_of, weeks_until

QUARTER = 13
"""Weeks."""
MOST_WEEKS = 520


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

    ``steps`` are where the targets step within the week. ``known`` False: it ended before the first
    incident that the store has. ``partial``: it was not over when it was counted, or cut off by ``until``.
    """

    week: Week
    line: Line
    steps: tuple[Step, ...]
    numbers: Numbers | None
    known: bool
    partial: bool


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


def page_spans(scope: Scope, weeks: Sequence[Week]) -> tuple[Span, ...]:
    """Return the spans whose pages ``make`` needs: the whole one, then each week."""
    _, start, end = span_of(scope, weeks)
    return ((start, end), *((week.start, min(week.end, end)) for week in weeks))


def make(  # noqa: PLR0913 - one argument a fact
    scope: Scope,
    weeks: Sequence[Week],
    measures: Iterable[Measure],
    pages: Sequence[Sequence[PageCount]],
    policy: Policy,
    *,
    now: datetime,
    first: datetime | None,
    unread: tuple[str, ...] = (),
) -> Report:
    """Return the report. ``measures``, by report, reach from ``span_of`` on, ``pages`` are those of ``page_spans``; ``first`` is when anything was reported at all; ``now`` tells which week is not over."""
    _, start, end = span_of(scope, weeks)
    every = [one for one in measures if one.reported_at < end]
    seen = occurrences((one.service, one.rule, one.reported_at) for one in every if not one.merged)
    found = [one for one in every if one.reported_at >= start and _within(one, scope)]
    alone = [one for one in found if not one.merged]
    paged, *by_week = ([one for one in some if _within(one, scope)] for some in pages)
    zone = zone_of(scope, policy)
    targets = Targets(policy, zone)
    ready = counted(alone, seen, targets)

    def numbers(some: Sequence[Counted], told: Sequence[PageCount]) -> Numbers:
        return numbers_of(some, told, policy.reports.tech_ops)

    total = numbers(ready, paged)
    return Report(
        scope=scope,
        zone=str(zone),
        weeks=tuple(
            WeekNumbers(
                week,
                targets.line(week),
                targets.steps(week),
                numbers(some, told) if some or told else None,
                known=first is not None and week.end > first,
                partial=week.end > min(now, end),
            )
            for week, some, told in zip(weeks, _split(ready, weeks), by_week, strict=True)
        ),
        total=total,
        services=_groups(ready, paged, lambda one: one.service, numbers, total),
        teams=_groups(ready, paged, lambda one: one.team, numbers, total),
        rules=_rules(alone),
        people=_people(paged),
        breaches=breaches_of(ready),
        merged=len(found) - len(alone),
        unread=unread,
    )


def _within(one: Measure | PageCount, scope: Scope) -> bool:
    return scope.team in {"", one.team} and scope.service in {"", one.service}


def _split(ready: Sequence[Counted], weeks: Sequence[Week]) -> list[list[Counted]]:
    """Return the incidents of each week; they come by report."""
    found: list[list[Counted]] = [[] for _ in weeks]
    place = 0
    for one in ready:
        while one.measure.reported_at >= weeks[place].end:
            place += 1
        found[place].append(one)
    return found


def _groups(
    incidents: Sequence[Counted],
    pages: Sequence[PageCount],
    name: Callable[[Measure | PageCount], str],
    numbers: Callable[[Sequence[Counted], Sequence[PageCount]], Numbers],
    total: Numbers,
) -> tuple[GroupNumbers, ...]:
    """Return the numbers by name, most incidents first."""
    some: dict[str, list[Counted]] = {}
    told: dict[str, list[PageCount]] = {}
    for one in incidents:
        some.setdefault(name(one.measure), []).append(one)
    for page in pages:
        told.setdefault(name(page), []).append(page)
    if len(some.keys() | told.keys()) == 1:  # it has all there is
        return tuple(GroupNumbers(each, total) for each in some.keys() | told.keys())
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


def _people(pages: Sequence[PageCount]) -> tuple[PersonLoad, ...]:
    """Return who was paged how often, the most first; an incident has one service and one team."""
    of: dict[str, list[PageCount]] = {}
    for one in pages:
        of.setdefault(one.person, []).append(one)
    found = [
        PersonLoad(
            person,
            sum(one.incidents for one in some),
            sum(one.pages for one in some),
            sum(one.night for one in some),
        )
        for person, some in of.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.pages, one.person)))
