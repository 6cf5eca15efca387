"""Who is on call, how to reach them, who is next, and where nobody is."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from console.domain.human import age, until
from console.domain.kept import name_there
from console.domain.oncall import OnCall
from console.domain.policy import Policy
from console.domain.roster import Duty, next_shift
from console.domain.snapshot import Snapshot
from console.domain.team.state import TeamState
from console.ui.text import Span, Spans, width_of, wrap_spans
from console.ui.views.calendars import old_calendar_lines
from console.ui.views.contacts import contact_words, cover_words
from console.ui.views.frame import Frame, between, cells


def roster_lines(snapshot: Snapshot, frame: Frame, width: int, *, ready: bool = True) -> list[Spans]:
    """Return every team's roles; the viewer's teams come first. ``ready``: say who of them is not ready."""
    elsewhere = elsewhere_lines(snapshot, frame, width)
    if not snapshot.duties:
        return [(("no rotation is configured: [[rotations]]", "dim"),), *elsewhere]
    policy = snapshot.policy
    mine = {duty.team for duty in snapshot.duties if duty.person == frame.me}
    duties = sorted(snapshot.duties, key=lambda duty: duty.team not in mine)
    near = mine | {one.team for one in policy.roster.rotations if frame.me in one.members} if ready else set()
    page = _Page(policy, snapshot.team, frame, width, near, max(width_of(duty.role) for duty in duties) + 1)
    lines: list[Spans] = []
    for team, group in groupby(duties, key=lambda duty: duty.team):
        roles = list(group)
        ends = {duty.until for duty in roles if duty.person is not None}
        end = ends.pop() if len(ends) == 1 else None
        head: Spans = ((f"until {until(end, frame.now, frame.zone)}", "dim"),) if end else ()
        lines.append(between(((team, "name"),), head, width) if head else ((team, "name"),))
        for duty in roles:
            lines += _role(duty, page, own_end=end is None)
            lines += old_calendar_lines(duty, snapshot, frame, width, page.role_width + 1)
        lines += _next(roles, page)
    return [*lines, *_mine_next(snapshot, frame, width), *elsewhere]


def _mine_next(snapshot: Snapshot, frame: Frame, width: int) -> list[Spans]:
    """Return when the viewer's next shift begins."""
    later = next_shift(snapshot.policy.roster, frame.me, frame.now)
    said = any(
        (one.team, one.role, one.next_person, one.until) == (later.team, later.role, frame.me, later.start)
        for one in snapshot.duties
        if later is not None
    )
    if later is None or said:
        return []
    when = until(later.start, frame.now, frame.zone)
    return wrap_spans((("your next shift ", "dim"), (f"{when}  {later.role} of {later.team}", "")), width, 1)


def elsewhere_lines(snapshot: Snapshot, frame: Frame, width: int) -> list[Spans]:
    """Return who other products say is on call, each with the age of what it said."""
    lines: list[Spans] = []
    for source in snapshot.engine.sources if snapshot.engine else ():
        if source.on_call_at is None:
            continue
        told = f"said {age(frame.now - source.on_call_at)} ago"
        lines.append(between(((f"at {source.name}", "name"),), ((told, "dim"),), width))
        for schedule, group in groupby(source.on_call, key=lambda one: one.schedule):
            lines += wrap_spans(((f" {schedule}", ""),), width, 3)
            for one in group:
                lines += wrap_spans(_there(one, frame), width, 4)
        if not source.on_call:
            lines.append(((" nobody is on call there", "clock-warn"),))
    return lines


def _there(one: OnCall, frame: Frame) -> Spans:
    """Return who is on call there in a schedule: at which level, and until when."""
    level = f"level {one.level}  " if one.level is not None else ""
    ends = f"  until {until(one.until, frame.now, frame.zone)}" if one.until else ""
    who = name_there(one.who)
    name: Span = (who, "bold") if who else ("nobody", "clock-late bold")
    return ((f"  {level}", "dim"), name, (ends, "dim"))


@dataclass(frozen=True, slots=True)
class _Page:
    """What every line of the pane needs; ``role_width`` cells are for the role's name.

    Of ``near`` teams, the viewer's, it is said who is not ready.
    """

    policy: Policy
    state: TeamState
    frame: Frame
    width: int
    near: set[str]
    role_width: int

    def wrapped(self, line: Spans) -> list[Spans]:
        return wrap_spans(line, self.width, self.role_width + 1)

    def unready(self, team: str, person: str | None) -> list[Spans]:
        """Return a line where somebody is known not to be ready; whose list is open stands on the roster screen."""
        if not person or team not in self.near or not self.policy.checklists:
            return []
        from console.domain.team.readiness import Ready, readiness_words  # noqa: PLC0415 - not for the first screen
        from console.ui.views.checklists import readiness_style  # noqa: PLC0415 - same

        words = readiness_words(self.policy, self.state, person, self.frame.now, self.frame.zone)
        indent = (" " * (self.role_width + 1), "")
        return (
            self.wrapped((indent, (words, readiness_style(words))))
            if words.startswith(Ready.NOT_READY)
            else []
        )


def _role(duty: Duty, page: _Page, *, own_end: bool) -> list[Spans]:
    policy, frame = page.policy, page.frame
    role: Spans = ((f" {duty.role:<{page.role_width}}", "dim"),)
    ends = f" until {until(duty.until, frame.now, frame.zone)}" if duty.until else ""
    if duty.person is None:
        why: Span = (f"  {duty.reason}" if duty.reason else "", "clock-late")
        return page.wrapped((*role, (f"nobody {frame.glyphs.dash} gap{ends}", "clock-late bold"), why))
    mine = duty.person == frame.me
    name: Spans = (*role, (policy.name_of(duty.person), "you bold" if mine else "bold"))
    if mine:
        name = (*name, (" you", "dim"))
    if duty.covering:
        name = (*name, (f" {cover_words(duty, policy)}", "note"))
    if own_end and ends:
        name = (*name, (ends, "dim"))
    contacts = contact_words(policy, duty.person)
    if not contacts:
        return [(*name, ("  no contact known", "clock-warn")), *page.unready(duty.team, duty.person)]
    lines = [name]
    for contact in contacts:
        if cells(lines[-1]) + 2 + width_of(contact) <= page.width:
            lines[-1] = (*lines[-1], (f"  {contact}", "dim"))
        else:
            lines.append(((" " * (page.role_width + 1), ""), (contact, "dim")))
    return [*lines, *page.unready(duty.team, duty.person)]


def _next(roles: list[Duty], page: _Page) -> list[Spans]:
    """Return who comes next, one line for each change, the soonest first."""
    policy, frame = page.policy, page.frame
    lines: list[Spans] = []
    coming = sorted(
        (duty for duty in roles if duty.until is not None), key=lambda duty: duty.until or frame.now
    )
    for duty in coming:
        if duty.until is None or (duty.person is None and duty.next_person is None):
            continue
        who = policy.name_of(duty.next_person) if duty.next_person else f"nobody {frame.glyphs.dash} gap"
        style = "you" if duty.next_person == frame.me else "" if duty.next_person else "clock-late"
        what = duty.role if len(coming) > 1 else ""
        line: Spans = (
            (f" {'next':<{page.role_width}}", "dim"),
            (who, style),
            (f"  {what}" if what else "", "dim"),
            (f"  in {age(duty.until - frame.now)}", "dim"),
        )
        lines += [*page.wrapped(line), *page.unready(duty.team, duty.next_person)]
    return lines
