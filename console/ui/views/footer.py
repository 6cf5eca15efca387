"""The bottom line: the keys that are valid now, whole items only."""

from __future__ import annotations

from collections.abc import Sequence

from console.ui.text import Span, Spans, width_of

GAP = "   "


def footer_line(keys: Sequence[tuple[str, str]], always: Sequence[tuple[str, str]], width: int) -> Spans:
    """Return as many (key, label) pairs as fit, in order; those in ``always`` keep their place at the end."""
    kept = list(keys)
    while kept and _length([*kept, *always]) > width:
        kept.pop()
    shown = [*kept, *always]
    while shown and _length(shown) > width:
        shown.pop(0)
    line: list[Span] = []
    for key, label in shown:
        line += [(GAP if line else " ", ""), (key, "name bold"), (f" {label}", "dim")]
    return tuple(line)


def _length(keys: Sequence[tuple[str, str]]) -> int:
    return 1 + sum(width_of(key) + 1 + width_of(label) for key, label in keys) + len(GAP) * (len(keys) - 1)
