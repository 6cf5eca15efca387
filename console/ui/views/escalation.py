"""What escalating by hand would do: who is paged, by which channels they hear of it, and what follows."""

from __future__ import annotations

from console.domain.byhand import afterwards, heard
from console.domain.escalation import Planned
from console.domain.human import until
from console.domain.notify.heard import spoken
from console.domain.policy import Policy
from console.domain.summary import Summary
from console.domain.vocabulary import EffectKind
from console.ui.text import Spans
from console.ui.views.clocks import ahead_lines
from console.ui.views.frame import Frame
from console.ui.views.there import there_lines

_WIDTH = 60
"""Cells of what follows."""


def page_lines(row: Summary, plan: Planned, policy: Policy, frame: Frame, there: EffectKind) -> list[Spans]:
    """Return the lines of the dialog; ``there`` is what its sources are asked for."""
    lines: list[Spans] = [((row.service, "name"), ("  ", ""), (row.title, "")), ()]
    lines += [_reach(person, plan.name, policy) for person in plan.people]
    lines += _heard_lines(row, plan, policy, frame)
    if plan.everyone:
        lines.append((("each of them has to ack: whoever has not is paged again", "dim"),))
    if plan.note:
        lines.append(((plan.note, "clock-warn"),))
    if row.owner:
        lines.append(((f"{policy.name_of(row.owner)} no longer has it then: it waits for an ack", "dim"),))
    lines += there_lines(row.sources.split(), there, policy)
    after = afterwards(row, plan, policy)
    return [*lines, (), *ahead_lines(after, policy, frame, _WIDTH, "then, if nobody acks")]


def _reach(person: str, role: str, policy: Policy) -> Spans:
    known = policy.people.get(person)
    contacts = "  ".join(f"{kind} {value}" for kind, value in known.contacts) if known else ""
    return (
        ("page ", "dim"),
        (policy.name_of(person), "bold"),
        (f"  {role}", "dim"),
        (f"  {contacts}" if contacts else "  no contact known", "" if contacts else "clock-warn"),
    )


def _heard_lines(row: Summary, plan: Planned, policy: Policy, frame: Frame) -> list[Spans]:
    said = spoken(heard(row, plan, policy), policy, frame.now, lambda at: until(at, frame.now, frame.zone))
    return [(("  ", ""), (text, "" if told else "clock-warn")) for text, told in said]
