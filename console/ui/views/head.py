"""What stands above the timeline: the most needed first, and never in the way of the newest events."""

from __future__ import annotations

from collections.abc import Sequence

from console.ui.text import Spans, fit_spans, wrap_spans

INDENT = 10
"""Cells of a label and the gap behind it."""


def in_room(parts: Sequence[Spans], rows: int, width: int, ellipsis: str = "…") -> list[Spans]:
    """Return the parts in at most half of a pane's rows, an empty line behind them where there is one to spare.

    Each has a line at least; the first are shown whole while that fits, the others are cut. What has no line is left
    out: the last ones.
    """
    most = max(1, rows // 2)
    shown = parts[:most]
    spare = most - len(shown)
    gap = bool(shown) and spare > 0
    spare -= gap
    lines: list[Spans] = []
    for part in shown:
        whole = wrap_spans(part, width, INDENT)
        more = len(whole) - 1
        if more <= spare:
            spare -= more
            lines += whole
        else:
            lines.append(tuple(fit_spans(part, width, ellipsis=ellipsis)))
    return [*lines, *([()] if gap else [])]
