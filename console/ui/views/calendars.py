"""Every calendar that shifts are read from: how old what is known is, how far it reaches, what could not be used."""

from __future__ import annotations

from datetime import timedelta

from console.domain.health import CalendarHealth, old_calendar_words, old_calendars
from console.domain.human import age, count, until
from console.domain.roster import Duty
from console.domain.snapshot import Snapshot
from console.ui.text import Spans, wrap_spans
from console.ui.views.frame import Frame

INDENT = 4
SOON = timedelta(days=7)


def calendar_lines(snapshot: Snapshot, frame: Frame, width: int) -> list[Spans]:
    """Return the calendars, those in trouble first; nothing where none is configured."""
    known = snapshot.engine.calendars if snapshot.engine else ()
    lines: list[Spans] = []
    for one in sorted(known, key=lambda one: not one.error and not one.problems):
        lines += wrap_spans(_headline(one, frame), width, INDENT)
        if one.error:
            hint = f": {one.hint}" if one.hint else ""
            lines += _beneath(f"{one.error}{hint}", "clock-late", width)
        for problem in one.problems:
            lines += _beneath(problem, "clock-warn", width)
    return lines


def old_calendar_lines(duty: Duty, snapshot: Snapshot, frame: Frame, width: int, indent: int) -> list[Spans]:
    """Return a line for each calendar of a role that was read too long ago to be relied on."""
    known = snapshot.engine.calendars if snapshot.engine else ()
    lines: list[Spans] = []
    for one in old_calendars(known, frame.now):
        if (one.team, one.role) == (duty.team, duty.role):
            words = (old_calendar_words(one, frame.now), "clock-warn")
            lines += wrap_spans(((" " * indent, ""), words), width, indent)
    return lines


def _headline(one: CalendarHealth, frame: Frame) -> Spans:
    sign, style = (frame.glyphs.failed, "source-failed") if one.error else (frame.glyphs.live, "source-live")
    line: Spans = (
        (f"{sign} ", style),
        (one.name, "bold"),
        (f"  calendar for {one.role} of {one.team}", "dim"),
    )
    if one.last_success is None:
        return (*line, ("  not read yet", "source-stale"))
    old = age(frame.now - one.last_success)
    line = (
        *line,
        (f"  read {old} ago", style if one.error else "dim"),
        (f"  {count(one.count, 'shift')}", "dim"),
    )
    if one.until is not None:
        near = one.until - frame.now < SOON
        line = (
            *line,
            (f"  known to {until(one.until, frame.now, frame.zone)}", "clock-warn" if near else "dim"),
        )
    return line


def _beneath(words: str, style: str, width: int) -> list[Spans]:
    return wrap_spans(((" " * INDENT, ""), (words, style)), width, INDENT)
