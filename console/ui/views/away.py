"""That a screen shows the past, because the store does not answer."""

from __future__ import annotations

from console.domain.human import age, until
from console.domain.snapshot import Snapshot, StoreState
from console.ui.text import Spans, wrap_spans
from console.ui.views.frame import Frame


def as_of(snapshot: Snapshot, frame: Frame) -> str:
    """Return how old what is shown is, ``as of 10:03, 2m ago``; empty while the store answers."""
    seen_at = snapshot.store.seen_at
    if snapshot.store.state is not StoreState.UNREACHABLE:
        return ""
    if seen_at is None:
        return "never heard from the store"
    return f"as of {until(seen_at, frame.now, frame.zone)}, {age(frame.now - seen_at)} ago"


def away_lines(snapshot: Snapshot, frame: Frame, width: int) -> list[Spans]:
    """Return what stands above everything on a screen of its own while the store does not answer."""
    told = as_of(snapshot, frame)
    if not told:
        return []
    words = f"{told}: the store does not answer; what others changed since then is missing here"
    return wrap_spans(((f"{frame.glyphs.broken} ", "clock-late bold"), (words, "clock-late bold")), width, 2)
