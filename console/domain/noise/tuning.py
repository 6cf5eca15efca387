"""The tuning list: what each alert rule cost people in a span, the costliest first. Computed on read."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from console.domain.metrics import at_night, rank
from console.domain.noise.advice import TOGETHER, Advice, advise
from console.domain.noise.episodes import Episode, episodes_of
from console.domain.policy import Policy
from console.domain.trim import Log
from console.domain.zones import zone_of

FLAP = timedelta(minutes=10)
NEIGHBOURS = 200
"""Of what came together with an episode so many are looked at: in a storm there may be thousands."""

DEFINITIONS: dict[str, str] = {
    "rule": "An alert name of a service.",
    "fired": "Times that it fired within the span: from its first alert in an incident until none of them fires.",
    "self": "Of those, cleared before a person had acked. Times are those at which a poll saw it.",
    "flaps": "Of those, fired again with the same alert within 10 minutes of clearing.",
    "marks": "Incidents marked as noise, or resolved with the cause noise.",
    "FP": "Share of what fired that cleared by itself before an ack or is marked.",
    "pages": "Pages that it caused, one for each person and level; night: 22-07 where that person lives.",
    "cleared": "Time until it cleared: P50, P90 (nearest rank) and the longest.",
    "for": "On top of what the rule waits already. An alert that lasts as long or longer comes later by it.",
    "order": "Night pages first, then pages, then how often it fired.",
}
"""What the numbers mean, for the list's foot."""

Rule = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Spread:
    """How long episodes that are over took; None of none."""

    n: int
    p50: timedelta | None = None
    p90: timedelta | None = None
    longest: timedelta | None = None


@dataclass(frozen=True, slots=True)
class RuleNoise:
    """One rule's row. ``false`` is the share (0-1) of what fired for nothing; ``people`` ids of who was paged."""

    service: str
    rule: str
    fired: int
    auto_cleared: int
    acked: int
    flaps: int
    marks: int
    false: float
    pages: int
    night_pages: int
    people: tuple[str, ...]
    clear: Spread
    advice: Advice
    episodes: tuple[Episode, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """All rows together."""

    fired: int = 0
    auto_cleared: int = 0
    flaps: int = 0
    marks: int = 0
    pages: int = 0
    night_pages: int = 0


@dataclass(frozen=True, slots=True)
class Noise:
    """The tuning list of [start, end), UTC. ``left_out``: what was not counted and how much of it."""

    start: datetime
    end: datetime
    team: str
    incidents: int
    rules: tuple[RuleNoise, ...]
    left_out: tuple[tuple[str, int], ...] = ()

    @property
    def totals(self) -> Totals:
        """The sums of the rows."""
        return Totals(
            *(sum(getattr(one, name) for one in self.rules) for name in Totals.__dataclass_fields__)
        )


class Tally:
    """Takes in logs, a few at a time, and makes the list of [start, end) from them."""

    def __init__(self, policy: Policy, start: datetime, end: datetime, team: str = "") -> None:
        self._policy = policy
        self._start, self._end, self._team = start, end, team
        self._rules: dict[Rule, list[Episode]] = {}
        self._left_out: Counter[str] = Counter()
        self._incidents = 0
        zone = cache(lambda person, team: zone_of(person, team, policy))
        self._at_night = lambda at, person, team: at_night(at, zone(person, team))

    def add(self, logs: Iterable[Log]) -> None:
        """Count what some incidents' logs say."""
        for log in logs:
            found = episodes_of(log, self._team, self._at_night, self._left_out)
            inside = [one for one in found if self._start <= one.start < self._end]
            self._incidents += bool(inside)
            for one in inside:
                self._rules.setdefault((one.service, one.rule), []).append(one)

    def leave_out(self, what: str, count: int) -> None:
        """Say of something that it was not even read."""
        self._left_out[what] += count

    def noise(self) -> Noise:
        """Return the list of what has been taken in."""
        for episodes in self._rules.values():
            episodes.sort(key=lambda one: (one.start, one.incident))
        services: dict[str, list[tuple[datetime, str, str]]] = {}
        for (service, rule), episodes in self._rules.items():
            services.setdefault(service, []).extend((one.start, one.incident, rule) for one in episodes)
        for starts in services.values():
            starts.sort()
        by = self._policy.grouping.by
        rows = [
            _row(name, episodes, advise(episodes, _together(episodes, services[name[0]]), by, self._end))
            for name, episodes in self._rules.items()
        ]
        rows.sort(key=lambda one: (-one.night_pages, -one.pages, -one.fired, one.service, one.rule))
        left_out = tuple(sorted(self._left_out.items()))
        return Noise(self._start, self._end, self._team, self._incidents, tuple(rows), left_out)


def _row(name: Rule, episodes: Sequence[Episode], advice: Advice) -> RuleNoise:
    alone = sum(one.cleared_alone for one in episodes)
    pages = [page for one in episodes for page in one.pages]
    return RuleNoise(
        service=name[0],
        rule=name[1],
        fired=len(episodes),
        auto_cleared=alone,
        acked=sum(one.acked for one in episodes),
        flaps=_flaps(episodes),
        marks=len({one.incident for one in episodes if one.marked}),
        false=sum(one.cleared_alone or one.marked for one in episodes) / len(episodes),
        pages=len(pages),
        night_pages=sum(page.night for page in pages),
        people=tuple(sorted({page.person for page in pages})),
        clear=_spread(sorted(one.lasted for one in episodes if one.lasted is not None)),
        advice=advice,
        episodes=tuple(episodes),
    )


def _spread(lasted: list[timedelta]) -> Spread:
    if not lasted:
        return Spread(0)
    return Spread(len(lasted), rank(lasted, 0.5), rank(lasted, 0.9), lasted[-1])


def _flaps(episodes: Sequence[Episode]) -> int:
    """Count those that began with an alert that had cleared at most ten minutes before."""
    cleared: dict[object, datetime] = {}
    flaps = 0
    for one in episodes:
        ended = (cleared[ref] for ref in one.alerts if ref in cleared)
        flaps += any(timedelta(0) <= one.start - at <= FLAP for at in ended)
        if one.end is not None:
            cleared.update(dict.fromkeys(one.alerts, one.end))
    return flaps


def _together(episodes: Sequence[Episode], starts: list[tuple[datetime, str, str]]) -> tuple[int, str]:
    """Count those that began close to another rule's of the service in another incident, and say whose mostly."""
    others: Counter[str] = Counter()
    many = 0
    for one in episodes:
        first = bisect_left(starts, (one.start - TOGETHER, "", ""))
        last = bisect_right(starts, (one.start + TOGETHER, "\U0010ffff", ""))
        near = {
            rule
            for _, incident, rule in starts[first : min(last, first + NEIGHBOURS)]
            if rule != one.rule and incident != one.incident
        }
        many += bool(near)
        others.update(near)
    return many, min(others, key=lambda rule: (-others[rule], rule), default="")
