"""What happened before: the lines above the timeline, and an earlier incident to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.domain.human import age, count, length
from console.domain.policy import Policy
from console.domain.snapshot import Detail
from console.ui.text import Spans, wrap_spans
from console.ui.views.frame import Frame
from console.ui.views.head import INDENT
from console.ui.views.timeline import timeline_lines

if TYPE_CHECKING:
    from console.domain.similar import Memory, Past

_NAMED = 3
"""Similar incidents named above the timeline; the key shows all."""


def memory_parts(memory: Memory, policy: Policy, frame: Frame, key: str) -> list[Spans]:
    """Return how often it was seen, how it ended last time and what was like it; ``key`` opens them."""
    times = (
        "not seen in the 30 days before"
        if not memory.seen
        else f"seen {count(memory.seen, 'time')} in 30 days"
    )
    # The key stands in the first line: there it stays where the others have no room.
    opens: Spans = ((f"  {key}", "name bold"), (" opens similar ones", "dim")) if memory.similar else ()
    parts: list[Spans] = [
        ((f"{'memory':<{INDENT}}", "dim"), (times, "bold" if memory.seen else "dim"), *opens)
    ]
    if memory.last is not None:
        told = f"{memory.last.id}, {how_it_went(memory.last, policy, frame)}"
        parts.append(((f"{'last time':<{INDENT}}", "dim"), (told, "")))
    if memory.similar:
        named = "; ".join(f"{one.past.id} ({', '.join(one.why)})" for one in memory.similar[:_NAMED])
        more = len(memory.similar) - _NAMED
        rest = f"; {more} more" if more > 0 else ""
        parts.append(((f"{'similar':<{INDENT}}", "dim"), (named + rest, "")))
    return parts


def how_it_went(past: Past, policy: Policy, frame: Frame) -> str:
    """Return ``3d ago, 41m, Budi: pool exhausted -> restarted the pool``; what is not known is left out."""
    parts = [f"{age(frame.now - past.reported_at)} ago"]
    if past.lasted is None:
        parts.append(f"merged into {past.merged_into}" if past.merged_into else "not resolved")
    else:
        parts.append(f"took {length(past.lasted)}")
    if past.by:
        parts.append(policy.name_of(past.by))
    ended = " -> ".join(filter(None, (past.cause, past.resolution)))
    return ", ".join(parts) + (f": {ended}" if ended else ", cause and fix not written down")


def past_lines(detail: Detail, policy: Policy, frame: Frame, width: int) -> list[Spans]:
    """Return an earlier incident whole: what it was, how it ended, and its timeline."""
    incident = detail.incident
    priority = incident.effective_priority
    head = " · ".join(
        filter(None, (priority.label if priority else "", incident.service, incident.state.words))
    )
    facts = [
        ("reported", f"{age(frame.now - incident.reported_at)} ago"),
        ("cause", incident.cause or "not written down"),
        ("fix", incident.resolution or "not written down"),
        ("resolved", _resolved(detail, policy)),
        ("runbook", incident.sufficed.words),
    ]
    lines: list[Spans] = [*wrap_spans(((incident.title, "bold title"),), width), ((head, "dim"),), ()]
    for name, told in facts:
        if told:
            lines += wrap_spans(((f"{name:<{INDENT}}", "dim"), (told, "")), width, INDENT)
    return [*lines, (), *timeline_lines(detail, policy, frame, width)]


def _resolved(detail: Detail, policy: Policy) -> str:
    incident = detail.incident
    ended = incident.epoch.resolved_at
    if ended is None:
        return f"merged into {incident.merged_into}" if incident.merged_into else "not yet"
    by = f" by {policy.name_of(incident.resolved_by.name)}" if incident.resolved_by else ""
    return f"after {length(ended - incident.reported_at)}{by}"
