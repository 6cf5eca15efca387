"""The rules as they are at this moment: the config's, with what the team and the calendars say on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from console.domain.policy import Policy
from console.domain.roster import Listed
from console.domain.team.state import TeamState


def live(
    policy: Policy,
    state: TeamState,
    listed: Sequence[Listed] = (),
    holidays: Sequence[tuple[date, str]] = (),
) -> Policy:
    """Return the policy with covers, leave, maintenance, imported shifts and holidays in it, and who tells clients.

    The team's covers come after those of the config, so that they win; of a holiday that both name the
    config's name counts. Where there is nothing to add it is the same object.
    """
    covers = tuple(one for one in state.covers if one.start < one.end)
    absences = tuple(one for one in state.absences if one.start < one.end)
    maintenance = tuple(one for one in state.maintenance if one.start < one.end)
    if not (covers or absences or maintenance or listed or holidays or state.comms):
        return policy
    roster = replace(
        policy.roster,
        overrides=(*policy.roster.overrides, *covers),
        absences=(*policy.roster.absences, *absences),
        listed=_calendars(policy.roster.listed, listed),
        holidays=tuple(sorted({**dict(holidays), **dict(policy.roster.holidays)}.items())),
    )
    found = (*policy.maintenance, *maintenance)
    return replace(policy, roster=roster, maintenance=found, telling=dict(state.comms))


def not_read_yet(team: str, role: str, name: str, layer: int) -> Listed:
    """Return a calendar of the config before anybody has read it: its role is there, and says so where it is a gap."""
    return Listed(team, role, name, (), layer, read=False)


def _calendars(named: Sequence[Listed], listed: Sequence[Listed]) -> tuple[Listed, ...]:
    """Return the calendars that the config names, in its order and layers, as they were read; then the others.

    What was read for another role than the config names now does not count.
    """
    known = {(one.name, one.team, one.role): one for one in listed}
    names = {one.name for one in named}
    found = [(one, known.get((one.name, one.team, one.role), one)) for one in named]
    return (
        *(replace(read, layer=one.layer) for one, read in found),
        *(one for one in listed if one.name not in names),
    )
