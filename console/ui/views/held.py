"""What is held back and when it comes back; that none is, and where it is not known, is said in words."""

from __future__ import annotations

from datetime import datetime

from console.domain.human import until
from console.domain.returning import Held, Known, held_back, not_known
from console.domain.snapshot import Snapshot
from console.ui.text import Spans, wrap_spans
from console.ui.views.frame import Frame

INDENT = 4


def known_of(snapshot: Snapshot) -> Known:
    """Return what a snapshot says about it."""
    return Known(snapshot.rows, snapshot.policy, snapshot.sources, snapshot.engine)


def held_lines(snapshot: Snapshot, frame: Frame, width: int) -> list[Spans]:
    """Return a line for each, what comes back first before the others."""

    def clock(at: datetime) -> str:
        return until(at, frame.now, frame.zone)

    known = known_of(snapshot)
    found = held_back(known, frame.now, clock)
    lines: list[Spans] = [(("Held back", "title bold"),)]
    for one in found:
        lines += _line(one, known, frame, width)
    if not found:
        lines.append((("  none: no maintenance, silence, snooze or paused clock", "dim"),))
    for words in not_known(known, frame.now, clock):
        lines += wrap_spans((("  ", ""), (words, "clock-warn")), width, INDENT)
    return lines


def _line(one: Held, known: Known, frame: Frame, width: int) -> list[Spans]:
    soon = one.until is not None and one.until - frame.now <= known.policy.warn_holds
    words = one.words(frame.now, lambda at: until(at, frame.now, frame.zone))
    sign = frame.glyphs.broken if soon or one.unknown else frame.glyphs.mark
    style = "clock-warn" if soon or one.unknown else ""
    return wrap_spans(((f"  {sign} ", style or "dim"), (words, style)), width, INDENT)
