"""The roster screen's third page: what the days ahead ask of each person, how to reach them, who is ready."""

from __future__ import annotations

from datetime import timedelta

from console.domain.human import count, until
from console.domain.roster.load import Load, load
from console.domain.snapshot import Snapshot
from console.domain.team.readiness import readiness_words
from console.ui.text import Spans, fit, width_of, wrap_spans
from console.ui.views.checklists import readiness_style
from console.ui.views.contacts import contact_words
from console.ui.views.frame import Frame

WEEKS = 4
AHEAD = timedelta(weeks=WEEKS)
BAR = 12


def people_lines(snapshot: Snapshot, frame: Frame, width: int) -> list[Spans]:
    """Return everybody on call in the weeks ahead with hours and nights, then those who never are."""
    policy = snapshot.policy
    if not policy.people:
        return [(("no people are configured: [[people]]", "dim"),)]
    loads = load(policy.roster, frame.now, frame.now + AHEAD)
    label = max(width_of(one.name) for one in policy.people.values()) + 2
    end = until(frame.now + AHEAD, frame.now, frame.zone)
    head = f"on call in the next {WEEKS} weeks, to {end}; nights are 22-07 of each one's own zone"
    lines = [*wrap_spans(((head, "dim"),), width), ()]
    for one in loads:
        lines += _person(one, snapshot, frame, label, width)
    busy = {one.person for one in loads}
    idle = [policy.name_of(person) for person in policy.people if person not in busy]
    if idle:
        lines += [(), *wrap_spans((("in no shift: ", "dim"), (", ".join(idle), "")), width, 2)]
    return lines


def _person(one: Load, snapshot: Snapshot, frame: Frame, label: int, width: int) -> list[Spans]:
    policy = snapshot.policy
    mine = one.person == frame.me
    filled, track = frame.glyphs.bar(one.share / 100, BAR)
    hours = one.on_call // timedelta(hours=1)
    line: Spans = (
        (fit(policy.name_of(one.person), label), "you bold" if mine else "bold"),
        (filled, "name"),
        (track, "faint"),
        (f" {one.share:3.0f} %  {hours:4d} h  {count(one.shifts, 'shift'):<9}", ""),
        (f"  nights {one.asleep // timedelta(hours=1)} h ({one.asleep_share:.0f} %)", "dim"),
    )
    words = readiness_words(policy, snapshot.team, one.person, frame.now, frame.zone)
    contacts = "  ".join(contact_words(policy, one.person))
    more: Spans = ((" " * label, ""), (contacts or "no contact known", "dim" if contacts else "clock-warn"))
    if words:
        more = (*more, (f"  {words}", readiness_style(words)))
    return [*wrap_spans(line, width, label), *wrap_spans(more, width, label)]
