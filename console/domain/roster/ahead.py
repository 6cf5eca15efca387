"""What comes: somebody's next shift, and who hands over to whom when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from console.domain.roster.duty import duty
from console.domain.roster.line import Line
from console.domain.roster.roster import Roster
from console.domain.roster.values import Shift

AHEAD = timedelta(days=366)
"""How far a next shift is looked for."""


@dataclass(frozen=True, slots=True)
class Handoff:
    """At ``at`` (UTC) a role goes from one person to another; None is nobody: a gap that ends or begins."""

    team: str
    role: str
    at: datetime
    giver: str | None
    taker: str | None


def next_handoff(roster: Roster, team: str, role: str, at: datetime) -> Handoff | None:
    """Return when a role next changes hands after an instant; None where no end is in sight."""
    now = duty(roster, team, role, at)
    return None if now.until is None else Handoff(team, role, now.until, now.person, now.next_person)


def next_shift(roster: Roster, person: str, at: datetime) -> Shift | None:
    """Return the first shift that begins for a person after an instant, within a year; a ``primary`` one first.

    One they have at that instant does not count. Where no end is in sight it is cut to that year.
    """
    best: tuple[datetime, bool, Line] | None = None
    for lines in roster.planned.values():
        for line in lines:
            if not line.may_hold(person, at):
                continue
            begin = _begin(line, person, at, best[0] if best else at + AHEAD)
            if begin is not None and (best is None or (begin, line.role != "primary") < best[:2]):
                best = (begin, line.role != "primary", line)
    if best is None:
        return None
    found = best[2].duty(best[0])
    return Shift(found.team, found.role, person, best[0], found.until or at + AHEAD)


def _begin(line: Line, person: str, at: datetime, until: datetime) -> datetime | None:
    """Return when a person next takes a role over after an instant, up to ``until``."""
    piece = line.look(at)
    while piece.end <= until:
        after = line.look(piece.end)
        if after.person == person != piece.person:
            return after.start
        piece = after
    return None
