"""The roster screen's second page: seven days of every team, the gaps in words, and who cannot be reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from console.domain.human import count, length, until
from console.domain.roster import Gap, Roster, gaps, roles, teams
from console.domain.snapshot import Snapshot
from console.domain.week import Days, cells_per_day, week_of
from console.ui.text import Spans, wrap_spans
from console.ui.views.contacts import contact_words
from console.ui.views.frame import Frame
from console.ui.views.week import label_width, week_lines

DAYS = 7
MOST_GAPS = 20
AHEAD = timedelta(days=DAYS)


def week_page(snapshot: Snapshot, frame: Frame, width: int, weeks: int = 0) -> list[Spans]:
    """Return the bars from today, or so many weeks later, on, and below them what is wrong with these days."""
    roster = snapshot.policy.roster
    known = teams(roster)
    if not known:
        return [(("no rotation is configured: [[rotations]]", "dim"),)]
    mine = {duty.team for duty in snapshot.duties if duty.person == frame.me}
    shown = sorted(known, key=lambda team: team not in mine)
    label = label_width(tuple(role for team in shown for role in roles(roster, team)))
    today = frame.now.astimezone(frame.zone).date()
    days = Days(today + weeks * AHEAD, DAYS, cells_per_day(width - label, DAYS), frame.zone)
    week = week_of(roster, shown, days, frame.now)
    return [
        *week_lines(week, snapshot.policy, frame, label),
        (),
        *gap_lines(gaps_ahead(roster, shown, max(frame.now, days.start), days.end), frame, width),
        *unreachable_lines(snapshot, frame, width),
    ]


def gaps_ahead(roster: Roster, shown: Sequence[str], start: datetime, end: datetime) -> list[Gap]:
    """Return the gaps of a span, the soonest first."""
    found = [
        gap for team in shown for role in roles(roster, team) for gap in gaps(roster, team, role, start, end)
    ]
    return sorted(found, key=lambda gap: (gap.start, gap.team, gap.role))


def gap_lines(found: Sequence[Gap], frame: Frame, width: int) -> list[Spans]:
    """Return gaps in words; that there are none is said, too."""
    if not found:
        return [(("no gaps in these days", "clock-ok"),)]
    lines: list[Spans] = [((f"{count(len(found), 'gap')} in these days", "clock-late bold"),)]
    for gap in found[:MOST_GAPS]:
        span = f"{until(gap.start, frame.now, frame.zone)} to {until(gap.end, frame.now, frame.zone)}"
        words: Spans = (
            (" nobody ", "clock-late bold"),
            (f"{gap.role} of {gap.team}", "bold"),
            (f"  {span}  {length(gap.end - gap.start)}", ""),
            (f"  {gap.reason}" if gap.reason else "", "dim"),
        )
        lines += wrap_spans(words, width, 4)
    if len(found) > MOST_GAPS:
        lines.append(((f" and {len(found) - MOST_GAPS} more", "dim"),))
    return lines


def unreachable_lines(snapshot: Snapshot, frame: Frame, width: int) -> list[Spans]:
    """Return who holds a role now or next and has no contact."""
    policy = snapshot.policy
    planned = dict.fromkeys(
        person for duty in snapshot.duties for person in (duty.person, duty.next_person) if person is not None
    )
    silent = [policy.name_of(person) for person in planned if not contact_words(policy, person)]
    if not silent:
        return []
    words = f"no contact known of {', '.join(silent)}: nobody can reach them"
    return wrap_spans(((f"{frame.glyphs.broken} ", "clock-warn bold"), (words, "clock-warn")), width, 2)
