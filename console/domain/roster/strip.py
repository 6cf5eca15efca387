"""Time as a strip: what counts from one instant to the next."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from heapq import heappop, heappush
from typing import Generic, TypeVar

T = TypeVar("T")
Span = tuple[datetime, datetime]

BEGINNING = datetime.min.replace(tzinfo=UTC)
"""Before everything: a span from here has no beginning."""
NEVER = datetime.max.replace(tzinfo=UTC)
"""After everything: a span until then has no end."""


class Strip(Generic[T]):
    """Values over all of time: ``values[0]`` before the first edge, ``values[n]`` from ``edges[n - 1]`` on."""

    def __init__(self, edges: Sequence[datetime], values: Sequence[T | None]) -> None:
        self.edges = edges
        self.values = values

    def find(self, at: datetime) -> tuple[T | None, datetime, datetime]:
        """Return what counts at an instant, and the span around it in which that counts."""
        n = bisect_right(self.edges, at)
        start = self.edges[n - 1] if n else BEGINNING
        return self.values[n], start, self.edges[n] if n < len(self.edges) else NEVER


def layered(spans: Iterable[tuple[datetime, datetime, T]]) -> Strip[T]:
    """Lay spans [start, end) over each other: where several lie, the last one counts. Empty ones are ignored."""
    listed = [span for span in spans if span[0] < span[1]]
    waiting = sorted(range(len(listed)), key=lambda n: listed[n][0], reverse=True)
    begun: list[int] = []  # a heap, the last one on top
    edges = sorted({edge for start, end, _ in listed for edge in (start, end)})
    values: list[T | None] = [None]
    for edge in edges:
        while waiting and listed[waiting[-1]][0] <= edge:
            heappush(begun, -waiting.pop())
        while begun and listed[-begun[0]][1] <= edge:
            heappop(begun)
        values.append(listed[-begun[0]][2] if begun else None)
    return Strip(edges, values)


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order, those that overlap or touch as one; empty ones are left out."""
    found: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
