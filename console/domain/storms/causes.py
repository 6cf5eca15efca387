"""Where failing services probably began to fail, and why we think so.

A guess that can be checked by whoever reads it. A service is the more probable the more of the failing
services stand on it; those that the trouble has reached and that do not fail count against it, near ones more
than far ones. Alerts of its own count for it, and a little that they came first: a root is often seen last.

The numbers were chosen on made-up outages of 300 services (``tests/domain/storms``) and are no more exact than that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.domain.human import count, length
from console.domain.policy import Grouping
from console.domain.storms.graph import ServiceGraph

NEARER = 0.9
"""What a failing service adds to the score of what it stands on, for each step between them; the first one adds 1."""
QUIET = 1.5
"""What a service takes away that the trouble has reached and that does not fail."""
CLOSER = 0.5
"""How much of that is left with each step: trouble does not spread for ever."""
OWN_ALERTS = 2.0
"""What alerts of its own are worth, unless something that it stands on directly fails as well."""
CAME_FIRST = 0.5
"""What it is worth, at most, that its alerts came before those of its dependents."""
LEAST_SCORE = 2.0
"""What a silent one must be worth at least, in failing dependents: then there is no other evidence."""
LEAST_SHARE = 0.4
"""So much of what the trouble has reached must fail, near ones counting more; less is a coincidence."""
SILENT_SHARE = 0.6
"""The same where nothing alerts there itself."""
TELLING_LEAD = timedelta(seconds=1)
MOST_CAUSES = 50
"""Of one look; a bound, not a limit anybody meets."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A service that explains failing ones. ``since`` (UTC): its own first alert, None where it has none.

    ``why`` is for people.
    """

    service: str
    explains: frozenset[str]
    since: datetime | None
    why: str

    @property
    def silent(self) -> bool:
        """Whether nothing alerts there itself."""
        return self.since is None

    @property
    def covers(self) -> frozenset[str]:
        """What fails by this cause, itself included."""
        return self.explains | {self.service}


def causes(failing: Mapping[str, datetime], graph: ServiceGraph, grouping: Grouping) -> tuple[Cause, ...]:
    """Return the probable roots of what fails (service: when that began), the best explanation first.

    Each failing service is explained once. What no service explains well enough is left out.
    """
    left = set(failing)
    stands: dict[str, set[str]] = {}
    for service in failing:
        for needed in graph.dependencies(service):
            stands.setdefault(needed, set()).add(service)
    weights = {name: _Weight(name, hit, failing, graph) for name, hit in stands.items() if len(hit) >= 2}
    found: list[Cause] = []
    for _ in range(MOST_CAUSES):
        best = _best(weights.values(), left, stands, grouping)
        if best is None:
            break
        explains = best.hit(stands[best.name])
        found.append(Cause(best.name, explains, failing.get(best.name), _why(best, explains, failing, graph)))
        gone = (explains | {best.name}) & left
        left -= gone
        for service in gone:
            for needed in graph.dependencies(service):
                stands[needed].discard(service)
    return tuple(found)


class _Weight:
    """A candidate, and what of its evidence does not depend on the other causes.

    Trouble spreads step by step: ``reached`` is what stands directly on the candidate or on what fails above it.
    """

    def __init__(
        self, name: str, above: Collection[str], failing: Mapping[str, datetime], graph: ServiceGraph
    ) -> None:
        self.name = name
        self.silent = name not in failing
        self._distances = graph.dependents(name)
        self._failing = failing
        self._reached = graph.direct(name).union(*map(graph.direct, above)) - {name}
        self.quiet = sum(CLOSER ** self._steps(one) for one in self._reached if one not in failing)
        below = graph.needs(name)
        self._first = not self.silent and not any(one in failing and one not in above for one in below)

    def _steps(self, service: str) -> int:
        return self._distances[service] - 1

    def hit(self, stands: Collection[str]) -> frozenset[str]:
        """Return what it explains of failing services that stand on it: those that trouble can have come to."""
        return self._reached.intersection(stands)

    def share(self, explains: Collection[str]) -> float:
        """Return how much of what the trouble has reached fails; what others explain is left aside."""
        hit = sum(CLOSER ** self._steps(one) for one in explains)
        return hit / (hit + self.quiet) if hit else 0.0

    def nearness(self, explains: Collection[str]) -> tuple[int, datetime, str]:
        """Return what sorts those that stand on each other and explain the same: the nearest to what fails first."""
        return sum(self._distances[one] for one in explains), self._failing[self.name], self.name

    def score(self, explains: Collection[str]) -> float:
        """Return how good an explanation it is."""
        score = sum(NEARER ** self._steps(one) for one in explains) - QUIET * self.quiet
        if not self.silent:
            began = self._failing[self.name]
            later = sum(self._failing[one] >= began for one in explains)
            score += OWN_ALERTS * self._first + CAME_FIRST * later / len(explains)
        return score


def _best(
    weights: Collection[_Weight], left: set[str], stands: Mapping[str, set[str]], grouping: Grouping
) -> _Weight | None:
    """Return the best explanation of what is not explained yet, None where none is good enough."""

    def possible() -> Iterator[tuple[float, str, _Weight]]:
        for one in weights:
            if not one.silent and one.name not in left:
                continue  # its own failing is explained by another
            explains = one.hit(stands[one.name])
            least, share = (
                (grouping.silent_from, SILENT_SHARE) if one.silent else (grouping.storm_from, LEAST_SHARE)
            )
            if len(explains) < max(least, 1) or one.share(explains) < share:
                continue
            score = one.score(explains)
            if score >= LEAST_SCORE or not one.silent:
                yield score, one.name, one

    found = sorted(possible(), key=lambda one: one[:2], reverse=True)
    if not found:
        return None
    best = found[0][2]
    if best.silent:
        return best
    covers = stands[best.name] | {best.name}
    circle = [one for _, _, one in found if not one.silent and stands[one.name] | {one.name} == covers]
    return min(circle, key=lambda one: one.nearness(stands[one.name]))


def _why(
    weight: _Weight, explains: frozenset[str], failing: Mapping[str, datetime], graph: ServiceGraph
) -> str:
    """Return the reasons with their numbers, for whoever has to judge them."""
    dependents = len(graph.dependents(weight.name))
    if len(explains) == dependents:
        what = f"all {count(dependents, 'service')} that depend on it fail"
    else:
        what = f"{len(explains)} of the {count(dependents, 'service')} that depend on it fail"
    if weight.silent:
        return f"{what}; nothing alerts there itself"
    lead = min(failing[one] for one in explains) - failing[weight.name]
    if lead >= TELLING_LEAD:
        return f"{what}, its first alert came {length(lead)} before theirs"
    if lead <= -TELLING_LEAD:
        return f"{what}; its own first alert came {length(-lead)} after the first of theirs"
    return f"{what}, and it alerts itself"
