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
    """Return the policy with covers, leave, maintenance, imported shifts and holidays in it.

    The team's covers come after those of the config, so that they win; of a holiday that both name the
    config's name counts. Where there is nothing to add it is the same object.
    """
    covers = tuple(one for one in state.covers if one.start < one.end)
    absences = tuple(one for one in state.absences if one.start < one.end)
    maintenance = tuple(one for one in state.maintenance if one.start < one.end)
    if not (covers or absences or maintenance or listed or holidays):
        return policy
    roster = replace(
        policy.roster,
        overrides=(*policy.roster.overrides, *covers),
        absences=(*policy.roster.absences, *absences),
        listed=(*policy.roster.listed, *listed),
        holidays=tuple(sorted({**dict(holidays), **dict(policy.roster.holidays)}.items())),
    )
    return replace(policy, roster=roster, maintenance=(*policy.maintenance, *maintenance))
