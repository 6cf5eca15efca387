"""The week's bars as lines: names where they fit, an exclamation mark for each cell that nobody covers."""

from __future__ import annotations

from itertools import groupby

from console.domain.policy import Policy
from console.domain.week import Bar, Week
from console.ui.text import Span, Spans, fit, width_of
from console.ui.views.frame import Frame


def week_lines(week: Week, policy: Policy, frame: Frame, label: int) -> list[Spans]:
    """Return the days, where now is, and a bar for each role; ``label`` cells are for the names of roles."""
    lines: list[Spans] = [((" " * label, ""), ("".join(week.days.titles), "dim"))]
    if week.now is not None:
        lines.append(
            (((" " * (label + week.now)), ""), (frame.glyphs.down, "clock-warn bold"), ("now", "dim"))
        )
    for team, bars in groupby(week.bars, key=lambda bar: bar.team):
        lines.append(((team, "name"),))
        lines += [_bar(bar, policy, frame, label) for bar in bars]
    return lines


def label_width(week_roles: tuple[str, ...]) -> int:
    """Return the cells that the roles' names and a gap behind them take."""
    return 2 + max([width_of(role) for role in week_roles], default=0) + 1


def _bar(bar: Bar, policy: Policy, frame: Frame, label: int) -> Spans:
    line: list[Span] = [(f" {fit(bar.role, label - 1)}", "dim")]
    for piece, edge in bar.with_edges(frame.glyphs.scroll_track):
        text = piece.text(policy.name_of(piece.person or ""), _cut, edge, frame.glyphs.bar_track)
        style = "clock-late bold" if piece.person is None else "you bold" if piece.person == frame.me else ""
        line.append((text, style))
    return tuple(line)


def _cut(text: str, size: int) -> str:
    """Return a text in so many cells; what is missing of a name needs no sign."""
    return fit(text, size, ellipsis="")
