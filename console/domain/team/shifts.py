"""Which shift is handed over: whose turn it is, whose it was, and which handover is still owed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from console.domain.roster import Roster, duty, roles, teams
from console.domain.team.handovers import Handing, Stage, find
from console.domain.team.state import TeamState
from console.domain.team.turns import turns

OWED_FOR = timedelta(hours=12)
"""So long after its end a shift that nobody took over is asked for."""
_TICK = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class HandoverShift:
    """One person's turn in a role, to be handed over. ``id`` names its handover for good.

    ``start`` and ``end`` None: it always ran, no end in sight. ``incoming`` is empty where nobody is next.
    """

    id: str
    team: str
    role: str
    outgoing: str
    incoming: str
    start: datetime | None
    end: datetime | None


def shift_at(roster: Roster, state: TeamState, team: str, role: str, at: datetime) -> HandoverShift | None:
    """Return the turn that runs at an instant, short covers in between included; None where nobody has the role."""
    held = duty(roster, team, role, at)
    if not held.person:
        return None
    start, end = held.since, held.until
    for turn in turns(roster, held.person, at, at + _TICK):
        if (turn.team, turn.role) == (team, role) and turn.holds(at):
            start, end = turn.start, turn.end
    following = duty(roster, team, role, end).person if end else None
    begun = start or _taken_over(state, team, role)
    named = f"{begun.astimezone(UTC):%Y-%m-%dT%H:%MZ}" if begun else "always"
    return HandoverShift(f"{team}/{role}/{named}", team, role, held.person, following or "", start, end)


def shift_before(
    roster: Roster, state: TeamState, team: str, role: str, now: datetime
) -> HandoverShift | None:
    """Return the shift before the present one where it ended lately, was somebody else's and is not accepted."""
    held = duty(roster, team, role, now)
    if held.since is None or now - held.since >= OWED_FOR:
        return None
    before = shift_at(roster, state, team, role, held.since - _TICK)
    if before is None or before.end is None or before.end > now or before.outgoing == held.person:
        return None
    return None if find(state.handovers, before.id).stage is Stage.ACCEPTED else before


def owed(roster: Roster, state: TeamState, now: datetime) -> Iterator[tuple[HandoverShift, Handing]]:
    """Yield the shifts that are over, were not accepted, and how far their handovers are."""
    for team in teams(roster):
        for role in roles(roster, team):
            before = shift_before(roster, state, team, role, now)
            if before is not None:
                yield before, find(state.handovers, before.id)


def worth_asking(shift: HandoverShift, handing: Handing, owners: Iterable[tuple[str, str]]) -> bool:
    """Return whether there is anything to hand over: it was offered or written for, or they still have open incidents.

    ``owners`` are the teams and owners of the open incidents. A quiet shift that nobody wrote for is asked of nobody.
    """
    if handing.stage in {Stage.OFFERED, Stage.RETURNED} or handing.entries:
        return True
    return any(owner == shift.outgoing and team in {"", shift.team} for team, owner in owners)


def offered_to(state: TeamState, person: str, team: str = "") -> Handing | None:
    """Return the latest handover that waits for somebody's answer; ``team`` empty: of any."""
    for one in reversed(state.handovers):
        if one.stage is Stage.OFFERED and one.incoming == person and team in {"", one.team}:
            return one
    return None


def shift_of(one: Handing) -> HandoverShift:
    """Return the shift of a handover that has been offered."""
    return HandoverShift(one.id, one.team, one.role, one.outgoing, one.incoming, one.start, one.end)


def mine(
    roster: Roster, state: TeamState, me: str, place: tuple[str, str], now: datetime
) -> HandoverShift | None:
    """Return the handover that concerns somebody now, in a team and role.

    First the one that waits for their answer, then their own of a shift that is over and not taken over, then
    the shift that runs; None where nobody holds the role.
    """
    team, role = place
    waiting = offered_to(state, me, team)
    if waiting is not None:
        return shift_of(waiting)
    before = shift_before(roster, state, team, role, now)
    if before is not None and before.outgoing == me:
        return before
    return shift_at(roster, state, team, role, now)


def _taken_over(state: TeamState, team: str, role: str) -> datetime | None:
    """Return when a role was handed over last: a shift without a beginning began then."""
    taken = [
        one.settled_at
        for one in state.handovers
        if (one.team, one.role, one.stage) == (team, role, Stage.ACCEPTED)
    ]
    return taken[-1] if taken else None
