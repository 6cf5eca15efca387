"""``oncall roster --week``: seven days as a picture, in plain text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from itertools import groupby

from console.domain.cells import cells, fitted
from console.domain.human import stamp
from console.domain.policy import Policy
from console.domain.roster import roles
from console.domain.week import Bar, Days, cells_per_day, week_of

LENGTH = 7
WIDE = 7 * 24
"""Cells for the days where nobody looks at the width."""


def week_words(policy: Policy, shown: Sequence[str], at: datetime, zone: tzinfo, room: int | None) -> str:
    """Return seven days from the one of ``at`` on: each role's holder, ``!`` where nobody is."""
    label = 2 + max((cells(role) for team in shown for role in roles(policy.roster, team)), default=0) + 1
    per_day = cells_per_day((room or WIDE + label) - label, LENGTH)
    days = Days(at.astimezone(zone).date(), LENGTH, per_day, zone)
    week = week_of(policy.roster, shown, days, at)
    lines = [(" " * label + "".join(days.titles)).rstrip()]
    if week.now is not None:
        lines.append(" " * (label + week.now) + "v " + stamp(at, zone))
    for team, bars in groupby(week.bars, key=lambda bar: bar.team):
        lines.append(team)
        lines += [f"  {fitted(bar.role, label - 2)}{_bar(bar, policy)}" for bar in bars]
    return "\n".join(lines)


def _bar(bar: Bar, policy: Policy) -> str:
    return "".join(
        piece.text(policy.name_of(piece.person or ""), _cut, edge, "-") for piece, edge in bar.with_edges("|")
    )


def _cut(text: str, size: int) -> str:
    """Return a text in so many cells; a letter says more than the sign that something is missing."""
    return fitted(text, size) if size > 2 else fitted(text[:size], size)
