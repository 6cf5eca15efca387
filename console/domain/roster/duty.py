"""Who holds which role at an instant and over a span, and where nobody does."""

from __future__ import annotations

from datetime import datetime, timedelta

from console.domain.roster.roster import Roster, line
from console.domain.roster.values import Duty, Gap, Shift


def teams(roster: Roster) -> tuple[str, ...]:
    """Return the teams whose shifts are planned, in config order."""
    return tuple(roster.planned)


def roles(roster: Roster, team: str) -> tuple[str, ...]:
    """Return a team's planned roles in config order."""
    return tuple(one.role for one in roster.planned.get(team, ()))


def duty(roster: Roster, team: str, role: str, at: datetime) -> Duty:
    """Return who holds a role at an instant (UTC), since when, until when, and who comes next.

    ``since`` and ``until`` are the instants at which the *person* changes: a handoff from somebody
    to the same person, or a cover that ends where the covered person's own shift would, is no end.
    """
    return line(roster, team, role).duty(at)


def duties(roster: Roster, at: datetime) -> tuple[Duty, ...]:
    """Return every planned role of every team at an instant, in config order."""
    return tuple(one.duty(at) for lines in roster.planned.values() for one in lines)


def shift_of(roster: Roster, person: str, at: datetime) -> Duty | None:
    """Return the duty a person has at an instant, a ``primary`` one first; None where they are off."""
    held = [one for one in duties(roster, at) if one.person == person]
    return min(held, key=lambda one: one.role != "primary", default=None)


def shifts(roster: Roster, team: str, role: str, start: datetime, end: datetime) -> tuple[Shift, ...]:
    """Return who holds a role in [start, end), in order and cut to it; with ``gaps`` they tile the span."""
    runs = line(roster, team, role).runs(start, end)
    return tuple(
        Shift(team, role, run[0].person, run[0].start, run[-1].end)
        for run in runs
        if run[0].person is not None
    )


def gaps(roster: Roster, team: str, role: str, start: datetime, end: datetime) -> tuple[Gap, ...]:
    """Return the spans within [start, end) in which nobody holds a role, each with its reasons in words."""
    return tuple(
        Gap(
            team,
            role,
            run[0].start,
            run[-1].end,
            "; ".join(dict.fromkeys(piece.reason for piece in run if piece.reason)),
        )
        for run in line(roster, team, role).runs(start, end)
        if run[0].person is None
    )


def coverage(roster: Roster, team: str, role: str, start: datetime, end: datetime) -> float:
    """Return the share of [start, end) in which somebody holds a role, from 0 to 1; of an empty span 1.

    It is the union of the shifts by the length of the span: where layers overlap one person holds the role,
    so no hour counts twice (Grafana OnCall counts the same way, a sum of shifts does not).
    """
    free = sum((gap.end - gap.start for gap in gaps(roster, team, role, start, end)), timedelta(0))
    return 1 - free / (end - start) if end > start else 1.0
