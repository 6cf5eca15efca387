"""What will be touched by a command for several incidents, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence

from console.domain.human import count
from console.domain.standing import Standing
from console.ports.desk import Asks, Nothing, NotSaved, Outcome, Refused, Saved, Unknown, Waiting
from console.ui.bulk import Bulk, Part
from console.ui.sender import told
from console.ui.text import Spans, wrap_spans

HEADINGS: tuple[tuple[type[Outcome | None], str, str], ...] = (
    (NotSaved, "NOT saved", "clock-late bold"),
    (Unknown, "not known whether saved", "clock-late bold"),
    (type(None), "not sent", "clock-warn bold"),
    (Refused, "refused by the rules", "clock-warn bold"),
    (Asks, "not done: asked first, and not answered with yes", "clock-warn bold"),
    (Waiting, "waits on this machine", "clock-warn bold"),
    (Nothing, "were so already", "bold"),
    (Saved, "saved", "bold"),
)
"""Kinds of outcomes, the worst first: in words, and their style."""


def target_line(standing: Standing) -> Spans:
    """Return one incident that will be touched."""
    row = standing.row
    return ((f"{row.id:<9} ", "bold"), (f"{row.service}  ", "name"), (row.title, ""))


def hidden_words(hidden: Sequence[str]) -> str:
    """Return how many incidents the filter hides, which are left alone."""
    if not hidden:
        return "hidden by the filter: 0"
    named = ", ".join(hidden[:5]) + (f" and {len(hidden) - 5} more" if len(hidden) > 5 else "")
    return f"hidden by the filter: {len(hidden)}, not touched: {named}"


def outcome_lines(bulk: Bulk, width: int) -> list[Spans]:
    """Return what became of each incident, the worst first, so that what failed needs no scrolling."""
    lines: list[Spans] = []
    for kind, heading, style in HEADINGS:
        parts = [part for part in bulk.parts if isinstance(part.outcome, kind)]
        if parts:
            lines += [(), ((f"{heading}: {count(len(parts), 'incident')}", style),)]
            for part in parts:
                lines += wrap_spans(_line(part), width, 12)
    return lines[1:]


def _line(part: Part) -> Spans:
    why = told(part.outcome, "").text if part.outcome is not None else ""
    return ((f"  {part.incident:<9} ", "bold"), (f"{part.title}  ", ""), (why, "dim"))
