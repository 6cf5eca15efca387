"""Where failing services probably began to fail, and why we think so.

A guess that can be checked by whoever reads it. A service is the more probable the more of the failing
services stand on it; what stands on it and does not fail counts against it, near ones more than far ones.
Alerts of its own count for it, and so does that they came first: but a root is often the last to be seen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.domain.human import count, length
from console.domain.policy import Grouping
from console.domain.storms.graph import ServiceGraph

QUIET = 0.5
"""What a direct dependent that does not fail takes away, of what one that fails adds; half as much a step further."""
OWN_ALERTS = 3.0
"""What alerts of its own are worth, in failing dependents."""
CAME_FIRST = 2.0
"""What it is worth, at most, that its alerts came before those of its dependents."""
LEAST_SHARE = 0.25
"""So much of what stands on it must fail, weighed by distance; less is a coincidence."""
SILENT_SHARE = 0.6
"""The same where nothing alerts there itself: then there is no other evidence."""
TELLING_LEAD = timedelta(seconds=1)
MOST_CAUSES = 50
"""Of one look; a bound, not a limit anybody meets."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A service that explains failing ones. ``silent``: it has no alert itself. ``why`` is for people."""

    service: str
    explains: frozenset[str]
    silent: bool
    why: str

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
    weights = {name: _Weight(name, failing, graph) for name, hit in stands.items() if len(hit) >= 2}
    found: list[Cause] = []
    for _ in range(MOST_CAUSES):
        best = _best(weights.values(), left, stands, grouping)
        if best is None:
            break
        explains = frozenset(stands[best.name])
        found.append(Cause(best.name, explains, best.silent, _why(best, explains, failing, graph)))
        gone = (explains | {best.name}) & left
        left -= gone
        for service in gone:
            for needed in graph.dependencies(service):
                stands[needed].discard(service)
    return tuple(found)


class _Weight:
    """A candidate and what of its evidence does not depend on the other causes."""

    def __init__(self, name: str, failing: Mapping[str, datetime], graph: ServiceGraph) -> None:
        self.name = name
        self.silent = name not in failing
        self._failing = failing
        self._distances = graph.dependents(name)
        self.quiet = sum(_near(far) for one, far in self._distances.items() if one not in failing)

    def share(self, explains: Collection[str]) -> float:
        """Return how much of what stands on it fails, weighed by distance; what others explain is left aside."""
        hit = sum(_near(self._distances[one]) for one in explains)
        return hit / (hit + self.quiet)

    def score(self, explains: Collection[str]) -> tuple[float, float, str]:
        """Return how good an explanation it is; of equals the nearest to what fails, then by name."""
        score = len(explains) - QUIET * self.quiet
        if not self.silent:
            began = self._failing[self.name]
            later = sum(self._failing[one] >= began for one in explains)
            score += OWN_ALERTS + CAME_FIRST * later / len(explains)
        return score, -sum(self._distances[one] for one in explains), self.name


def _near(steps: int) -> float:
    return 0.5 ** (steps - 1)


def _best(
    weights: Collection[_Weight], left: set[str], stands: Mapping[str, set[str]], grouping: Grouping
) -> _Weight | None:
    """Return the best explanation of what is not explained yet, None where none is good enough."""

    def possible() -> Iterator[_Weight]:
        for one in weights:
            if not one.silent and one.name not in left:
                continue  # its own failing is explained by another
            explains = stands[one.name]
            least, share = (
                (grouping.silent_from, SILENT_SHARE) if one.silent else (grouping.storm_from, LEAST_SHARE)
            )
            if len(explains) >= max(least, 1) and one.share(explains) >= share:
                yield one

    return max(possible(), key=lambda one: one.score(stands[one.name]), default=None)


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
