"""When somebody's turn on call begins and ends, for what belongs to a whole shift: checklists, the load."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.domain.roster import Roster, Shift, duty, shifts

AWAY = timedelta(hours=8)
"""Somebody who lets a colleague cover for less than this in between is still on the same turn."""
_MOST_COVERS = 20
"""Covers within one turn that are looked across."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One person's turn in a role, short covers by others included. None: no beginning or end in sight."""

    team: str
    role: str
    start: datetime | None
    end: datetime | None

    def holds(self, at: datetime) -> bool:
        """Return whether an instant lies in it."""
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)


def turns(roster: Roster, person: str, since: datetime, until: datetime) -> tuple[Turn, ...]:
    """Return a person's turns that touch [since, until), UTC, earliest first; of equal ones ``primary`` first."""
    found = {
        _whole(roster, shift)
        for team, role in _roles_of(roster, person)
        for shift in shifts(roster, team, role, since, until)
        if shift.person == person
    }
    return tuple(sorted(found, key=_order))


def turn_at(roster: Roster, team: str, role: str, at: datetime) -> Turn | None:
    """Return the turn that runs in one role at an instant; None where nobody has it. Other roles are not looked at."""
    found = shifts(roster, team, role, at, at + timedelta(milliseconds=1))
    return _whole(roster, found[0]) if found else None


def _order(turn: Turn) -> tuple[float, bool, str, str]:
    begins = turn.start.timestamp() if turn.start else float("-inf")
    return begins, turn.role != "primary", turn.team, turn.role


def _roles_of(roster: Roster, person: str) -> Iterator[tuple[str, str]]:
    """Yield the roles that a person may ever hold, each once."""
    named = [
        *((one.team, one.role) for one in roster.rotations if person in one.members),
        *((one.team, one.role) for one in roster.overrides if person == one.person),
        *(
            (one.team, one.role)
            for one in roster.listed
            if any(shift.person == person for shift in one.shifts)
        ),
    ]
    yield from dict.fromkeys(named)


def _whole(roster: Roster, shift: Shift) -> Turn:
    """Return the turn that a shift, cut to some span, is a part of."""
    start = duty(roster, shift.team, shift.role, shift.start).since
    for _ in range(_MOST_COVERS):
        earlier = [] if start is None else _own(roster, shift, start - AWAY, start)
        if start is None or not earlier:
            break
        start = duty(roster, shift.team, shift.role, earlier[-1].start).since
    end = duty(roster, shift.team, shift.role, shift.start).until
    for _ in range(_MOST_COVERS):
        later = [] if end is None else _own(roster, shift, end, end + AWAY)
        if end is None or not later:
            break
        end = duty(roster, shift.team, shift.role, later[0].start).until
    return Turn(shift.team, shift.role, start, end)


def _own(roster: Roster, shift: Shift, since: datetime, until: datetime) -> list[Shift]:
    found = shifts(roster, shift.team, shift.role, since, until)
    return [one for one in found if one.person == shift.person]
