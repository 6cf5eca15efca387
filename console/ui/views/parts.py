"""An incident of several services: where it probably begins, and what each service contributes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from console.domain.human import count
from console.domain.incident import Incident
from console.domain.parts import (
    MOST,
    children_of,
    merged_words,
    origin_words,
    parts_of,
    rest_of,
    root_words,
)
from console.domain.policy import Policy
from console.domain.snapshot import Detail
from console.domain.summary import Summary
from console.domain.vocabulary import ReporterKind
from console.ui.text import Spans, width_of, wrap_spans
from console.ui.views.frame import Frame
from console.ui.views.head import INDENT

if TYPE_CHECKING:
    from console.ui.screens.splitting import Piece

WIDEST = 28
"""Cells of a service's name before its numbers."""


def service_shown(row: Summary) -> str:
    """Return the service that stands for an incident in the list: where it probably begins, if that is known."""
    return row.root if row.root and row.services > 1 else row.service


def services_sign(row: Summary) -> Spans:
    """Return what stands before a title, behind the service that is shown: ``+13`` for those that fail with it."""
    return ((f"+{row.services - 1} ", "note bold"),) if row.services > 1 else ()


def head_parts(incident: Incident, key: str) -> list[Spans]:
    """Return where it went or came from, and where it probably begins; ``key`` goes to what it is part of."""
    parts: list[Spans] = []
    if words := origin_words(incident):
        way: Spans = (
            ((f"  {key}", "name bold"), (" goes there", "dim")) if incident.merged_into and key else ()
        )
        style = "note bold" if incident.merged_into else "note"
        parts.append(((words, style), *way))
    if words := root_words(incident):
        parts.append(((f"{'root?':<{INDENT}}", "dim"), (words, "bold")))
    return parts


def part_lines(detail: Detail, policy: Policy, frame: Frame, width: int, key: str) -> list[Spans]:
    """Return the services of an incident, the probable root first; nothing for one service alone."""
    head = head_parts(detail.incident, key)
    lines = [line for part in head for line in wrap_spans(part, width, INDENT)]
    found = parts_of(detail.incident, detail.events, policy)
    if not found:
        return [*lines, ()] if lines else []
    firing = sum(1 for one in found if one.firing)
    lines.append(((f"{count(len(found), 'service')}, {firing} failing", "header"),))
    wide = min(WIDEST, max(width_of(one.service) for one in found[:MOST]))
    for one in found[:MOST]:
        gap = " " * max(1, wide + 2 - width_of(one.service))
        sign = frame.glyphs.firing if one.firing else frame.glyphs.cleared
        root: Spans = (("  root?", "note bold"),) if one.root else ()
        line: Spans = (
            (f"{sign} ", "state-firing" if one.firing else "state-cleared"),
            (one.service, "name bold" if one.root else "name"),
            (gap, ""),
            (one.words(frame.now), "" if one.firing else "dim"),
            *root,
        )
        lines += wrap_spans(line, width, 4)
    for more in (rest_of(found), merged_words(detail.incident)):
        lines += wrap_spans((("  ", ""), (more, "dim")), width, 2) if more else []
    return [*lines, ()]


def pieces(detail: Detail, policy: Policy, now: datetime) -> list[Piece]:
    """Return what can be split off: what was merged into it, and the alerts of each service but its own."""
    from console.ui.screens.splitting import Piece  # noqa: PLC0415 - dialogs load when they are needed

    incident = detail.incident
    found = [
        Piece(child, f"{firing}/{total} firing" if total else "no alert of it is left here", child=True)
        for child, firing, total in children_of(incident, detail.events)
    ]
    own = incident.service if incident.reporter is ReporterKind.MONITORING else ""
    parts = parts_of(incident, detail.events, policy)
    return found + [Piece(one.service, one.words(now)) for one in parts if one.firing and one.service != own]
