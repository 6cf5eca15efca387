"""Changes of the world around an incident: the likeliest above the timeline, all of them on it."""

from __future__ import annotations

from datetime import datetime

from console.domain.changes.correlated import Correlated, best
from console.domain.changes.words import actor_of, in_a_sentence, on_a_line, told_late
from console.domain.human import clock, count
from console.domain.policy import Policy
from console.domain.snapshot import Detail
from console.ui.text import Spans, wrap_spans
from console.ui.views.frame import Frame
from console.ui.views.head import INDENT


def likeliest_parts(detail: Detail, policy: Policy) -> list[Spans]:
    """Return what stands above the timeline: how the likeliest change lies to the incident; nothing where none is."""
    one = best(detail.changes)
    if one is None:
        return []
    more = len(detail.changes) - 1
    told: Spans = (
        (f"{'change':<{INDENT}}", "dim"),
        (in_a_sentence(one, policy), "bold" if one.before else ""),
        (f"  and {count(more, 'other change')} below" if more else "", "dim"),
    )
    return [told]


def change_paragraphs(
    detail: Detail, policy: Policy, frame: Frame, width: int
) -> list[tuple[datetime, list[Spans]]]:
    """Return a paragraph for each change with its time, marked as what is no event of the incident's own."""
    return [(one.change.at, wrap_spans(_line(one, policy, frame), width, INDENT)) for one in detail.changes]


def _line(one: Correlated, policy: Policy, frame: Frame) -> Spans:
    change = one.change
    who = actor_of(change, policy) or change.source
    late = told_late(change, frame.now, frame.zone)
    link = f" link={change.url}" if change.url else ""
    return (
        (clock(change.at, frame.zone), "dim"),
        ("  ", ""),
        (f"{frame.glyphs.change} change ", "note"),
        (on_a_line(one), f"note{link}"),
        (f"  {who}" if who else "", "dim"),
        (f"  {late}" if late else "", "dim"),
    )
