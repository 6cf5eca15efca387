"""The roster screen's first page: each role with who has it, until when, who is next, and how to reach them."""

from __future__ import annotations

from itertools import groupby

from console.domain.human import length, span, until
from console.domain.roster import Duty, next_shift
from console.domain.snapshot import Snapshot
from console.ui.text import Spans, width_of, wrap_spans
from console.ui.views.calendars import old_calendar_lines
from console.ui.views.contacts import contact_words, cover_words
from console.ui.views.frame import Frame

Keyed = list[tuple[Spans, str | None]]
"""Lines, each with the role it belongs to (``team/role``), None for lines of no role."""


def duty_key(duty: Duty) -> str:
    """Return what names a role among the lines."""
    return f"{duty.team}/{duty.role}"


def now_lines(snapshot: Snapshot, frame: Frame, width: int) -> Keyed:
    """Return my own duty, then every team's roles; teams in which I have one come first."""
    if not snapshot.duties:
        return [((("no rotation is configured: [[rotations]]", "dim"),), None)]
    lines: Keyed = [(line, None) for line in mine_lines(snapshot, frame, width)]
    mine = {duty.team for duty in snapshot.duties if duty.person == frame.me}
    duties = sorted(snapshot.duties, key=lambda duty: duty.team not in mine)
    label = max(width_of(duty.role) for duty in duties) + 2
    for team, group in groupby(duties, key=lambda duty: duty.team):
        lines += [((), None), (((team, "name"),), None)]
        for duty in group:
            old = old_calendar_lines(duty, snapshot, frame, width, label + 1)
            lines += [(line, duty_key(duty)) for line in _duty(duty, snapshot, frame, label, width) + old]
    return lines


def mine_lines(snapshot: Snapshot, frame: Frame, width: int) -> list[Spans]:
    """Return what I hold now and until when, and when my next shift begins."""
    if frame.me not in snapshot.policy.people:
        return [((f"{frame.me or 'you'}: in no rotation", "dim"),)]
    lines: list[Spans] = []
    for duty in snapshot.duties:
        if duty.person == frame.me:
            held: Spans = (("you have ", "dim"), (f"{duty.role} of {duty.team}", "you bold"))
            lines += wrap_spans((*held, *_end(duty, snapshot, frame)), width, 2)
    later = next_shift(snapshot.policy.roster, frame.me, frame.now)
    if later is not None:
        when = f"{until(later.start, frame.now, frame.zone)} to {until(later.end, frame.now, frame.zone)}"
        words: Spans = (
            ("your next shift: ", "dim"),
            (f"{later.role} of {later.team}", "bold"),
            (f"  {when}", ""),
            (f"  in {length(later.start - frame.now)}", "dim"),
        )
        lines += wrap_spans(words, width, 2)
    return lines or [(("you are not on call, and no shift of yours is planned", "dim"),)]


def _end(duty: Duty, snapshot: Snapshot, frame: Frame) -> Spans:
    """Return until when somebody has a role, how long that is, and who takes over."""
    if duty.until is None:
        return (("  no end in sight", "dim"),)
    who = snapshot.policy.name_of(duty.next_person) if duty.next_person else "NOBODY: a gap"
    style = "you" if duty.next_person == frame.me else "" if duty.next_person else "clock-late bold"
    return (
        (f"  until {until(duty.until, frame.now, frame.zone)}", "dim"),
        (f"  {span(duty.until - frame.now)}", "dim"),
        ("  then ", "dim"),
        (who, style),
    )


def _duty(duty: Duty, snapshot: Snapshot, frame: Frame, label: int, width: int) -> list[Spans]:
    policy = snapshot.policy
    role: Spans = ((f" {duty.role:<{label}}", "dim"),)
    if duty.person is None:
        why = f": {duty.reason}" if duty.reason else ""
        nobody: Spans = (*role, (f"NOBODY {frame.glyphs.dash} gap{why}", "clock-late bold"))
        return wrap_spans((*nobody, *_end(duty, snapshot, frame)), width, label + 1)
    name: Spans = (*role, (policy.name_of(duty.person), "you bold" if duty.person == frame.me else "bold"))
    if duty.covering:
        name = (*name, (f" {cover_words(duty, policy)}", "note"))
    lines = wrap_spans((*name, *_end(duty, snapshot, frame)), width, label + 1)
    contacts = contact_words(policy, duty.person)
    reach: Spans = (
        (" " * (label + 1), ""),
        (frame.glyphs.dot.join(f" {one} " for one in contacts).strip(), "dim"),
    )
    if not contacts:
        reach = ((" " * (label + 1), ""), ("no contact known: nobody can reach them", "clock-warn"))
    return [*lines, *wrap_spans(reach, width, label + 1)]
