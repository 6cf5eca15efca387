"""From spans that may overlap to shifts that do not: exactly one holds a role.

Where spans overlap, one of somebody known goes before one of somebody unknown; then who started last
holds it, as an override entered later does; of those that start together the last in the file. When it
ends the role falls back to whoever still has it.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from console.domain.roster import Shift


@dataclass(frozen=True, slots=True)
class Span:
    """Somebody has the role in [start, end), UTC. An empty ``person`` is not known; ``reason`` says who."""

    person: str
    start: datetime
    end: datetime
    order: int = 0
    reason: str = ""


def one_holder(team: str, role: str, spans: Iterable[Span]) -> tuple[Shift, ...]:
    """Return the shifts of a role in order, none overlapping; neighbours of the same person are one."""
    waiting = sorted((span for span in spans if span.start < span.end), key=lambda span: span.start)
    edges = sorted({edge for span in waiting for edge in (span.start, span.end)})
    active: list[tuple[bool, float, int, int, Span]] = []
    shifts: list[Shift] = []
    taken = 0
    for here, there in pairwise(edges):
        while taken < len(waiting) and waiting[taken].start <= here:
            span = waiting[taken]
            rank = (not span.person, -span.start.timestamp(), -span.order, -taken)
            heapq.heappush(active, (*rank, span))
            taken += 1
        while active and active[0][-1].end <= here:
            heapq.heappop(active)
        if active:
            _add(shifts, Shift(team, role, active[0][-1].person, here, there, active[0][-1].reason))
    return tuple(shifts)


def _add(shifts: list[Shift], new: Shift) -> None:
    last = shifts[-1] if shifts else None
    if last is not None and last.end == new.start and (last.person, last.reason) == (new.person, new.reason):
        shifts[-1] = Shift(last.team, last.role, last.person, last.start, new.end, last.reason)
    else:
        shifts.append(new)
