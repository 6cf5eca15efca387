"""What the roster tells: a hand-off is near, a role has nobody, somebody else's plan moved your shift."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from console.domain.human import stamp
from console.domain.notify import handing
from console.domain.notify.matching import About
from console.domain.notify.notification import Topic
from console.domain.notify.reminding import reminders
from console.domain.notify.saying import Saying
from console.domain.policy import Policy
from console.domain.roster import Roster, duties, duty, gaps, roles, shifts, teams
from console.domain.team.facts import CoverEnded, CoverMade, Fact, LeaveEnded, LeaveTaken
from console.domain.team.state import NO_TEAM_STATE, TeamState
from console.domain.zones import zone_of

GAP_AHEAD = timedelta(hours=24)
"""How far ahead a gap is told of."""

_LONGEST = timedelta(days=60)  # of a leave, looked through for whose shifts it moves


def coming(
    policy: Policy,
    now: datetime,
    team: TeamState = NO_TEAM_STATE,
    owners: Sequence[tuple[str, str]] = (),
) -> Iterator[Saying]:
    """Yield what is to be said of hand-offs and gaps at ``now``; the same ones until they are over, by the same keys.

    ``owners`` are the teams and owners of the open incidents.
    """
    for held in duties(policy.roster, now):
        yield from reminders(held, policy, now, team, owners)
    yield from handing.not_accepted(policy, team, owners, now)
    yield from _gaps(policy, now)


def moved(fact: Fact, known: Mapping[str, CoverMade | LeaveTaken], policy: Policy) -> Iterator[Saying]:
    """Yield what is to be said of a fact about covers or leave to those whose shifts it moves.

    ``known`` are the covers and the leave of the whole log by id. Who did it needs no word.
    """
    body = fact.body
    if isinstance(body, CoverEnded | LeaveEnded):
        plan = known.get(body.id)
        what = "is withdrawn" if isinstance(body, CoverEnded) else "is over"
    else:
        plan, what = body if isinstance(body, CoverMade | LeaveTaken) else None, ""
    if plan is None or plan.end <= fact.at:
        return
    for person in sorted(_concerned(plan, policy.roster) - {fact.actor.name, ""}):
        text = f"{_said(plan, person, policy)} {what}".strip()
        by = policy.name_of(fact.actor.name)
        because = f": {plan.reason}" if plan.reason else ""
        team = plan.team if isinstance(plan, CoverMade) else ""
        about = About(Topic.ROSTER, (person,), None, team)
        yield Saying(f"team/{fact.n}", about, "Your shift has changed", f"{text} (by {by}{because}).")


def _gaps(policy: Policy, now: datetime) -> Iterator[Saying]:
    """Yield each gap that is near, once. Roles that count only in some hours have the others free on purpose.

    Of a calendar that is just being read for the first time it is not known yet whether it has gaps.
    """
    roster = policy.roster
    for team in teams(roster):
        for role in roles(roster, team):
            lines = [one for one in roster.rotations if (one.team, one.role) == (team, role)]
            unread = [one for one in roster.listed if (one.team, one.role) == (team, role) and not one.read]
            if unread or (lines and all(one.windows for one in lines)):
                continue
            for gap in gaps(roster, team, role, now, now + GAP_AHEAD)[:1]:
                before = duty(roster, team, role, gap.start)
                began = before.since or gap.start
                others = (one.person for one in duties(roster, now) if one.team == team)
                people = tuple(dict.fromkeys(who for who in others if who))
                key = (
                    f"gap/{team}/{role}/{began:%Y%m%dT%H%M}" if before.since else f"gap/{team}/{role}/always"
                )
                when = "now" if gap.start <= now else f"from {gap.start:%a %H:%M} UTC"
                because = f" ({before.reason})" if before.reason else ""
                title = f"Nobody is {role} of {team} {when}"
                text = f"{title}{because}. Somebody has to cover it (w in the console)."
                yield Saying(key, About(Topic.ROSTER, people, None, team), title, text)


def _concerned(plan: CoverMade | LeaveTaken, roster: Roster) -> set[str]:
    """Return whose shifts differ with and without a plan, and the one it names."""
    without = replace(
        roster,
        overrides=tuple(one for one in roster.overrides if one.id != plan.id),
        absences=tuple(one for one in roster.absences if one.id != plan.id),
    )
    end = min(plan.end, plan.start + _LONGEST)
    places = (
        ((plan.team, plan.role),)
        if isinstance(plan, CoverMade)
        else tuple((team, role) for team in teams(roster) for role in roles(roster, team))
    )
    found = {plan.person}
    for team, role in places:
        now = set(shifts(roster, team, role, plan.start, end))
        then = set(shifts(without, team, role, plan.start, end))
        found |= {shift.person for shift in now ^ then}
    return found


def _said(plan: CoverMade | LeaveTaken, person: str, policy: Policy) -> str:
    zone = zone_of(person, plan.team if isinstance(plan, CoverMade) else "", policy)
    span = f"from {stamp(plan.start, zone)} to {stamp(plan.end, zone)}"
    who = policy.name_of(plan.person) if plan.person else "nobody"
    if isinstance(plan, LeaveTaken):
        return f"{who} is away {span}; your shifts have changed"
    return f"{who} covers {plan.role} of {plan.team} {span}"
