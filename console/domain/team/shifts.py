"""Which shift is handed over: whose turn it is, whose it was, and which handover is still owed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from console.domain.roster import Roster, duty, roles, shifts, teams
from console.domain.team.handovers import Handing, Stage, find
from console.domain.team.state import TeamState
from console.domain.team.turns import turn_at

OWED_FOR = timedelta(hours=12)
"""So long after its end a shift that nobody offered is asked for."""
ASKED_FOR = timedelta(days=7)
"""So long after its end one that was offered or returned is: somebody waits for it."""
_TICK = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class HandoverShift:
    """One person's turn in a role, to be handed over. ``id`` names its handover for good.

    ``start`` and ``end`` None: it always ran, no end in sight. ``incoming`` is empty where nobody is next or
    nobody knows who is; ``gap`` says why, in words.
    """

    id: str
    team: str
    role: str
    outgoing: str
    incoming: str
    start: datetime | None
    end: datetime | None
    gap: str = ""


def shift_at(roster: Roster, state: TeamState, team: str, role: str, at: datetime) -> HandoverShift | None:
    """Return the turn that runs at an instant, short covers in between included; None where nobody has the role."""
    held, turn = duty(roster, team, role, at), turn_at(roster, team, role, at)
    if not held.person or turn is None:
        return None
    start, end = turn.start, turn.end
    following = duty(roster, team, role, end) if end else None
    begun = start or _taken_over(state, team, role)
    named = f"{begun.astimezone(UTC):%Y-%m-%dT%H:%MZ}" if begun else "always"
    into = following.person or "" if following else ""
    gap = following.reason if following and not into else ""
    return HandoverShift(f"{team}/{role}/{named}", team, role, held.person, into, start, end, gap)


def unsettled(
    roster: Roster, state: TeamState, team: str, role: str, now: datetime
) -> tuple[HandoverShift, ...]:
    """Return the shifts of a role that ended lately and are not accepted, the latest first.

    A gap or another shift after one takes nothing from it: whoever holds the role now follows. Who holds it again
    has nothing to hand over to themselves.
    """
    held = duty(roster, team, role, now)
    if held.since is None or now - held.since >= OWED_FOR:
        return ()
    found: dict[str, HandoverShift] = {}
    for ended in reversed(shifts(roster, team, role, now - OWED_FOR, held.since)):
        one = shift_at(roster, state, team, role, ended.end - _TICK)
        if one is None or one.end is None or one.end > now or one.outgoing == held.person:
            continue
        if find(state.handovers, one.id).stage is not Stage.ACCEPTED:
            follows = replace(one, incoming=held.person, gap="") if held.person else one
            found.setdefault(one.id, follows)
    return tuple(found.values())


def owed(roster: Roster, state: TeamState, now: datetime) -> Iterator[tuple[HandoverShift, Handing]]:
    """Yield the shifts that are over, were not accepted, and how far their handovers are."""
    told = set()
    for team in teams(roster):
        for role in roles(roster, team):
            for before in unsettled(roster, state, team, role, now):
                told.add(before.id)
                yield before, find(state.handovers, before.id)
    for one in state.handovers:
        if one.id not in told and is_asked(one, now) and one.end and one.end <= now:
            held = shift_at(roster, state, one.team, one.role, now)
            if held is None or held.outgoing != one.outgoing:
                yield replace(shift_of(one), incoming=held.outgoing if held else ""), one


def is_asked(one: Handing, now: datetime) -> bool:
    """Return whether a handover was offered or returned, and is still worth an answer or another offer."""
    return one.stage in {Stage.OFFERED, Stage.RETURNED} and one.end is not None and now < one.end + ASKED_FOR


def worth_asking(shift: HandoverShift, handing: Handing, owners: Iterable[tuple[str, str]]) -> bool:
    """Return whether there is anything to hand over: it was offered or written for, or they still have open incidents.

    ``owners`` are the teams and owners of the open incidents. A quiet shift that nobody wrote for is asked of nobody.
    """
    if handing.stage in {Stage.OFFERED, Stage.RETURNED} or handing.entries:
        return True
    return any(owner == shift.outgoing and team in {"", shift.team} for team, owner in owners)


def keeps_clients_told(holder: str | None, roster: Roster, place: tuple[str, str], outgoing: str) -> bool:
    """Return whether telling clients goes with a team and role: where the outgoing person has it, or nobody the first."""
    team, role = place
    return holder == outgoing if holder else role in roles(roster, team)[:1]


def offered_to(state: TeamState, person: str, team: str = "", role: str = "") -> Handing | None:
    """Return the latest handover that waits for somebody's answer; ``team`` and ``role`` empty: of any."""
    for one in reversed(state.handovers):
        fits = team in {"", one.team} and role in {"", one.role}
        if one.stage is Stage.OFFERED and one.incoming == person and fits:
            return one
    return None


def shift_of(one: Handing) -> HandoverShift:
    """Return the shift of a handover that has been offered."""
    return HandoverShift(one.id, one.team, one.role, one.outgoing, one.incoming, one.start, one.end)


def _taken_over(state: TeamState, team: str, role: str) -> datetime | None:
    """Return when a role was handed over last: a shift without a beginning began then."""
    taken = [
        one.settled_at
        for one in state.handovers
        if (one.team, one.role, one.stage) == (team, role, Stage.ACCEPTED)
    ]
    return taken[-1] if taken else None
