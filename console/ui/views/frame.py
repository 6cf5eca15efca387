"""What every view needs besides its data, and how lines are put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from console.ui.glyphs import Glyphs
from console.ui.text import Span, Spans, fit_spans, width_of


@dataclass(frozen=True, slots=True)
class Frame:
    """The signs to draw with, the zone to tell times in, the store's time, and who looks."""

    glyphs: Glyphs
    zone: tzinfo
    now: datetime
    me: str


def cells(spans: Spans) -> int:
    """Return how many cells a line takes."""
    return sum(width_of(text) for text, _ in spans)


def between(left: Spans, right: Spans, width: int) -> Spans:
    """Return a line with one part at each edge; the left part is cut where they meet."""
    room = max(0, width - cells(right) - 1)
    return (*fit_spans(left, room), (" ", ""), *right) if room else right


def joined(parts: Sequence[Spans], gap: Span) -> Spans:
    """Return the parts in a row with a gap between those that are not empty."""
    line: list[Span] = []
    for part in parts:
        if part:
            line += [gap, *part] if line else part
    return tuple(line)
