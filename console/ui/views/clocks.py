"""The clocks of one incident, and who is paged next if nobody does anything."""

from __future__ import annotations

from datetime import datetime

from console.domain.escalation import Planned, preview, standstill
from console.domain.everyone import again
from console.domain.human import length, listed, span, until
from console.domain.incident import Pause
from console.domain.levels import whom
from console.domain.pauses import pause_words
from console.domain.policy import Policy
from console.domain.sla import Clock, ack_clock, comms_clock, resolve_clock
from console.domain.summary import Summary
from console.ui.text import Spans, wrap_spans
from console.ui.views.frame import Frame

ACK_RED = 0.8
RESOLVE_RED = 0.9
"""Shares of a target at which a reading turns red (semantics, section 2: Warn)."""

LEVELS = 3
"""How many coming pages are shown."""


def tone(clock: Clock, now: datetime, warn: float) -> str:
    """Return the style of a reading: ok, near (amber from ``warn``), late (red); idle once stopped in time."""
    if clock.stopped_at is not None:
        return "clock-late" if clock.breached(now) else "clock-ok"
    if clock.paused_since is not None:
        return "clock-idle"
    used = clock.used(now)
    red = ACK_RED if warn <= 0.5 else RESOLVE_RED
    return "clock-ok" if used < warn else "clock-warn" if used < red else "clock-late"


def clock_lines(  # noqa: PLR0913 - what is known of one incident, and how it is to be shown
    row: Summary,
    policy: Policy,
    frame: Frame,
    width: int,
    looking: str = "",
    *,
    wants: Spans = (),
    pause: Pause | None = None,
) -> list[Spans]:
    """Return the pane for one incident; ``looking`` says who else looks at it, ``wants`` what is to be done."""
    sign = frame.glyphs.looked_at
    lines: list[Spans] = [
        ((row.id, "bold"), ("  ", ""), *priority_badge(row), ("  ", ""), (row.service, "name")),
        ((f"{sign} {looking}", "note"),) if looking else (),
    ]
    lines += _reading("ACK", ack_clock(row, policy), policy.warn_ack, frame, width)
    lines += _reading("RESOLVE", resolve_clock(row, policy), policy.warn_resolve, frame, width)
    if (comms := comms_clock(row, policy)) is not None:
        lines += _reading("CLIENTS", comms, 0.8, frame, width)
    if row.paused_since is not None:
        since = f"since {until(row.paused_since, frame.now, frame.zone)}"
        told = pause_words(pause, frame.now, frame.zone) if pause else since
        lines += wrap_spans(((f"paused: {told}", "note"),), width, 8)
    lines += [*(wrap_spans(wants, width, 7) if wants else ()), ()]
    return lines + ahead_lines(row, policy, frame, width)


def ahead_lines(
    row: Summary, policy: Policy, frame: Frame, width: int, title: str = "if you do nothing"
) -> list[Spans]:
    """Return who is paged and when if nobody does anything, or why nobody will be."""
    if not row.is_open:
        return []
    planned = preview(row, policy, frame.now, LEVELS)
    if not planned:
        lines = wrap_spans(((f"nobody is paged by itself: {standstill(row, policy)}", "dim"),), width)
        return [*lines, *_again_lines(row, policy, frame, width)]
    lines = [((title, "dim"),)]
    for step in planned:
        lines += wrap_spans(_step(step, policy, frame), width, 10)
    return [*lines, *_again_lines(row, policy, frame, width)]


def _again_lines(row: Summary, policy: Policy, frame: Frame, width: int) -> list[Spans]:
    """Return who has still to ack of a level that everyone has to, and when they are paged again."""
    repage = again(row, policy, frame.now)
    if repage is None:
        return []
    names = listed(tuple(policy.name_of(person) for person in repage.people))
    left = span(repage.at - frame.now) if repage.at > frame.now else "due"
    when: Spans = ((f"{left:>7} ", "clock-warn bold"), (f"{frame.glyphs.arrow} ", "dim"))
    return wrap_spans((*when, (names, ""), ("  paged again until each has acked", "dim")), width, 10)


def _step(step: Planned, policy: Policy, frame: Frame) -> Spans:
    left = span(step.at - frame.now) if step.at > frame.now else "due"
    when: Spans = ((f"{left:>7} ", "clock-warn bold"), (f"{frame.glyphs.arrow} ", "dim"))
    held = f"  {step.hold.words(lambda at: until(at, frame.now, frame.zone))}" if step.hold else ""
    if not step.tells:
        return (*when, ("nobody", "clock-late bold"), (f"  {step.note}", "dim"), (held, "clock-warn"))
    note = f"  {step.note}" if step.note else ""
    return (*when, (whom(step, policy), ""), (f"  {step.name}", "dim"), (note + held, "clock-warn"))


def priority_badge(row: Summary) -> Spans:
    """Return the priority: a block once a person set it, ``P?1`` while it is the source's guess."""
    if row.priority is not None:
        return ((f" {row.priority.label} ", f"badge-sev-{row.priority.label.lower()}"),)
    if row.provisional is not None:
        return ((f" P?{int(row.provisional)}", f"sev-{row.provisional.label.lower()} bold"),)
    return ((" P? ", "sev-none bold"),)


def _reading(name: str, clock: Clock, warn: float, frame: Frame, width: int) -> list[Spans]:
    style = tone(clock, frame.now, warn)
    if clock.stopped_at is not None:
        mark = frame.glyphs.failed if clock.breached(frame.now) else frame.glyphs.done
        taken = clock.taken
        words = f"{mark} {span(taken) if taken is not None else ''}"
    elif clock.paused_since is not None:
        words = f"paused, {span(clock.remaining(frame.now))} left"
    else:
        words = span(clock.remaining(frame.now))
    head: Spans = ((f"{name:<8} ", "dim"), (words, f"{style} bold"), (f"  of {length(clock.span)}", "dim"))
    if clock.stopped_at is None and clock.breached(frame.now):
        head = (*head, ("  breached", f"{style} bold"))
    full, track = frame.glyphs.bar(clock.used(frame.now), max(4, min(width, 40)))
    return [head, ((full, style), (track, "faint"))]
