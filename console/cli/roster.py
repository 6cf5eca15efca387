"""``oncall roster``: who is on call, who is next, where nobody is. Needs no store; with one it has the covers."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from console.cli.context import plans_for
from console.cli.output import print_json, say, stamp, table, width
from console.cli.times import parse_when
from console.cli.week import week_words
from console.clock import SystemClock, local_zone
from console.config.nearest import did_you_mean
from console.domain.health import CalendarHealth, old_calendar_words
from console.domain.human import stamp as local_stamp
from console.domain.human import until
from console.domain.policy import Policy
from console.domain.roster import Duty, Gap, Shift, duty, gaps, roles, shifts, teams
from console.domain.roster.strip import NEVER
from console.domain.team.readiness import Ready, readiness_words
from console.domain.team.state import TeamState
from console.errors import UsageError

AHEAD = timedelta(days=14)
"""How far gaps are looked for."""
WEEK = timedelta(days=7)


def roster(args: argparse.Namespace) -> int:
    """Show the roster at an instant; 1 where a role has nobody then."""
    plans = plans_for(args)
    policy = plans.policy
    now = SystemClock().now()
    at = parse_when(args.at, now) if args.at else now
    known = teams(policy.roster)
    if args.team and args.team not in known:
        raise UsageError(f'no rotation of a team "{args.team}"{did_you_mean(args.team, known)}')
    chosen = (args.team,) if args.team else known
    if args.json:
        shown = [
            _team(policy, team, at, plans.old) | (_week(policy, team, at) if args.week else {})
            for team in chosen
        ]
        print_json({"at": stamp(at), "teams": shown})
    elif not chosen:
        say("No [[rotations]] in the config.")
    elif args.week:
        say("\n".join([week_words(policy, chosen, at, local_zone(), width()), *_old(plans.old, chosen, now)]))
    else:
        notes = [*_old(plans.old, chosen, now), *_ready(policy, plans.team, chosen, at)]
        say("\n".join([_words(policy, chosen, at), *notes]))
    return 0 if all(one.person for team in chosen for one in _duties(policy, team, at)) else 1


def _old(old: tuple[CalendarHealth, ...], chosen: tuple[str, ...], now: datetime) -> list[str]:
    """Return which roles go by calendars that were read too long ago; the holidays are everybody's."""
    return [
        f"! {f'{one.role} of {one.team}' if one.role else 'holidays'}: {old_calendar_words(one, now)}"
        for one in old
        if not one.role or one.team in chosen
    ]


def _week(policy: Policy, team: str, at: datetime) -> dict[str, Any]:
    """Return who holds which role from an instant on for seven days; gaps have no person and a reason."""
    end = at + WEEK
    spans: list[tuple[Shift | Gap, dict[str, Any]]] = []
    for role in roles(policy.roster, team):
        spans += [(one, {"person": one.person}) for one in shifts(policy.roster, team, role, at, end)]
        spans += [
            (one, {"person": None, "reason": one.reason}) for one in gaps(policy.roster, team, role, at, end)
        ]
    spans.sort(key=lambda pair: (pair[0].role, pair[0].start))
    return {
        "week": [
            {"role": one.role, "from": stamp(one.start), "to": stamp(one.end), **more} for one, more in spans
        ]
    }


def _duties(policy: Policy, team: str, at: datetime) -> list[Duty]:
    return [duty(policy.roster, team, role, at) for role in roles(policy.roster, team)]


def gaps_of(policy: Policy, team: str, start: datetime, span: timedelta = AHEAD) -> list[Gap]:
    """Return the gaps of all roles of a team, earliest first; the last ones whole, to ``NEVER`` where no end is in sight."""
    found = [
        gap if gap.end < start + span else _whole(policy, gap)
        for role in roles(policy.roster, team)
        for gap in gaps(policy.roster, team, role, start, start + span)
    ]
    return sorted(found, key=lambda gap: (gap.start, gap.role))


def _whole(policy: Policy, gap: Gap) -> Gap:
    return replace(gap, end=duty(policy.roster, gap.team, gap.role, gap.start).until or NEVER)


def gap_words(gap: Gap, now: datetime) -> str:
    """Return from when and until when nobody is there, and why."""
    start = until(gap.start, now, local_zone())
    end = "on, no end in sight" if gap.end == NEVER else f"to {until(gap.end, now, local_zone())}"
    return f"from {start} {end}{f': {gap.reason}' if gap.reason else ''}"


def _team(policy: Policy, team: str, at: datetime, old: tuple[CalendarHealth, ...]) -> dict[str, Any]:
    return {
        "team": team,
        "roles": [
            {
                "role": one.role,
                "person": one.person,
                "until": stamp(one.until),
                "next": one.next_person,
                "next_from": stamp(one.until),
                "covers": one.covered if one.covering else None,
                "reason": one.reason,
            }
            for one in _duties(policy, team, at)
        ],
        "gaps": [
            {
                "role": gap.role,
                "from": stamp(gap.start),
                "to": None if gap.end == NEVER else stamp(gap.end),
                "reason": gap.reason,
            }
            for gap in gaps_of(policy, team, at)
        ],
        "old_calendars": [
            {"role": one.role, "name": one.name, "read_at": stamp(one.last_success), "error": one.error}
            for one in old
            if one.team == team
        ],
    }


def _words(policy: Policy, chosen: tuple[str, ...], at: datetime) -> str:
    rows = [_row(policy, one, at) for team in chosen for one in _duties(policy, team, at)]
    found = (gap for team in chosen for gap in gaps_of(policy, team, at))
    notes = [f"! nobody is {gap.role} of {gap.team} {gap_words(gap, at)}" for gap in found]
    heads = ("TEAM", "ROLE", "WHO", "UNTIL", "NEXT", "CONTACT")
    return "\n".join([local_stamp(at, local_zone()), table(rows, heads, width(), stretch=5), *notes])


def _ready(policy: Policy, state: TeamState, chosen: tuple[str, ...], at: datetime) -> list[str]:
    """Return who of those on call now and next is not ready, or not known to be."""
    held = [one for team in chosen for one in _duties(policy, team, at)]
    people = dict.fromkeys(person for one in held for person in (one.person, one.next_person) if person)
    told = ((person, readiness_words(policy, state, person, at, local_zone())) for person in people)
    return [
        f"! {policy.name_of(person)}: {words}" for person, words in told if words not in {"", Ready.READY}
    ]


def _row(policy: Policy, one: Duty, at: datetime) -> tuple[str, ...]:
    who = _name(policy, one.person)
    if one.covering:
        who += f" (for {policy.name_of(one.covered)})" if one.covered else " (covering)"
    end = "" if one.until is None else until(one.until, at, local_zone())
    later = "" if one.until is None else _name(policy, one.next_person)
    return one.team, one.role, who, end, later, _contacts(policy, one.person)


def _name(policy: Policy, person: str | None) -> str:
    return policy.name_of(person) if person else "NOBODY"


def _contacts(policy: Policy, person: str | None) -> str:
    known = policy.people.get(person or "")
    return " ".join(f"{kind} {value}" for kind, value in known.contacts) if known else ""
