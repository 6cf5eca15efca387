"""``oncall roster override|take|swap|leave|back|drop|covers``: who stands in for whom, as the team decides it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from console import bootstrap
from console.cli.context import Context, acting_person, opened
from console.cli.outcomes import new_op, tell
from console.cli.output import print_json, say, stamp, table, width
from console.cli.times import parse_span, parse_when
from console.clock import local_zone
from console.config.nearest import did_you_mean
from console.domain.actors import Actor
from console.domain.human import until
from console.domain.roster import Absence, Override, duty, roles, shifts, teams
from console.domain.team import commands as cmd
from console.domain.text import one_line
from console.errors import UsageError

Make = Callable[[Context, datetime], cmd.TeamCommand]
AROUND = timedelta(days=60)
"""How far around now it is looked for the team that somebody belongs to."""


def override(args: argparse.Namespace) -> int:
    """Let somebody cover a role for a while."""

    def make(_context: Context, now: datetime) -> cmd.TeamCommand:
        start, end = _span(args, now)
        person = "" if args.nobody else args.person
        return cmd.Cover(args.team, args.role, person, start, end, one_line(args.message))

    if bool(args.person) == args.nobody:
        raise UsageError("who covers it?", hint="give --person P, or --nobody to leave it open on purpose")
    return arrange(args, make)


def take(args: argparse.Namespace) -> int:
    """Take a role oneself for a while."""

    def make(context: Context, now: datetime) -> cmd.TeamCommand:
        team, role = _place(args, context, now)
        return cmd.TakePager(team, role, parse_span(args.span), one_line(args.message))

    return arrange(args, make)


def swap(args: argparse.Namespace) -> int:
    """Swap a shift of one's own with somebody else's."""

    def make(context: Context, now: datetime) -> cmd.TeamCommand:
        team, role = _place(args, context, now)
        mine, theirs = (parse_when(text, now, ahead=True) for text in (args.mine, args.other))
        me = acting_person(context)
        held = duty(context.policy.roster, team, role, mine).person if role in _roles(context, team) else me
        if held != me:
            who = context.policy.name_of(held) if held else "nobody"
            raise UsageError(f"--mine: {who} holds {role} of {team} then, not you")
        return cmd.Swap(team, role, mine, theirs, one_line(args.message))

    return arrange(args, make)


def leave(args: argparse.Namespace) -> int:
    """Let somebody be away for a while."""

    def make(context: Context, now: datetime) -> cmd.TeamCommand:
        start, end = _span(args, now)
        return cmd.TakeLeave(args.person or acting_person(context), start, end, one_line(args.message))

    return arrange(args, make)


def back(args: argparse.Namespace) -> int:
    """End a leave."""
    return arrange(args, lambda _context, _now: cmd.EndLeave(args.id))


def drop(args: argparse.Namespace) -> int:
    """Withdraw a cover or a swap."""
    return arrange(args, lambda _context, _now: cmd.EndCover(args.id))


def covers(args: argparse.Namespace) -> int:
    """List what the team has arranged and what is not over: covers and leave, with their ids."""
    with opened(args) as context:
        now, state = context.store.now(), context.live.team
    found = [one for one in state.covers if args.all or one.end > max(now, one.start)]
    away = [one for one in state.absences if args.all or one.end > max(now, one.start)]
    if args.json:
        print_json({"now": stamp(now), "covers": [*map(_cover, found)], "leave": [*map(_leave, away)]})
    elif found or away:
        rows = [
            *(_cover_row(one, context, now) for one in found),
            *(_leave_row(one, context, now) for one in away),
        ]
        say(table(rows, ("ID", "WHAT", "WHO", "FROM", "TO", "BY", "WHY"), width(), stretch=6))
    else:
        say("no covers, no leave")
    return 0


def arrange(args: argparse.Namespace, make: Make) -> int:
    """Carry out a command about the team and say what became of it."""
    with opened(args) as context:
        actor = Actor(acting_person(context))
        command = make(context, context.store.now())
        return tell(bootstrap.make_arranger(context.store, context.live).arrange(command, actor, new_op()))


def _span(args: argparse.Namespace, now: datetime) -> tuple[datetime, datetime]:
    """Return what ``--from`` (now), ``--to`` and ``--for`` mean; a time of day is the next one."""
    start = parse_when(args.start, now, ahead=True) if args.start else now
    if args.span:
        return start, start + parse_span(args.span)
    return start, parse_when(args.end, start, ahead=True)


def _place(args: argparse.Namespace, context: Context, now: datetime) -> tuple[str, str]:
    """Return the team and role that are meant: one's own team, and its first role, unless others are named."""
    team = args.team or _own_team(context, now)
    known = _roles(context, team)
    return team, args.role or ("primary" if "primary" in known or not known else known[0])


def _own_team(context: Context, now: datetime) -> str:
    roster, me = context.policy.roster, acting_person(context)
    known = teams(roster)
    if len(known) == 1:
        return known[0]
    mine = [
        team
        for team in known
        if any(
            shift.person == me
            for role in roles(roster, team)
            for shift in shifts(roster, team, role, now - AROUND, now + AROUND)
        )
    ]
    if len(mine) != 1:
        raise UsageError("which team?", hint=f"give --team{did_you_mean('', mine or known)}")
    return mine[0]


def _roles(context: Context, team: str) -> tuple[str, ...]:
    return roles(context.policy.roster, team)


def _cover(one: Override) -> dict[str, Any]:
    return {
        "id": one.id,
        "team": one.team,
        "role": one.role,
        "person": one.person or None,
        "from": stamp(one.start),
        "to": stamp(one.end),
        "by": one.by or None,
        "reason": one.reason or None,
    }


def _leave(one: Absence) -> dict[str, Any]:
    return {
        "id": one.id,
        "person": one.person,
        "from": stamp(one.start),
        "to": stamp(one.end),
        "reason": one.reason or None,
    }


def _cover_row(one: Override, context: Context, now: datetime) -> tuple[str, ...]:
    name_of = context.policy.name_of
    who = name_of(one.person) if one.person else "NOBODY"
    return one.id, f"{one.role} of {one.team}", who, *_times(one, now), name_of(one.by), one.reason


def _leave_row(one: Absence, context: Context, now: datetime) -> tuple[str, ...]:
    return one.id, "leave", context.policy.name_of(one.person), *_times(one, now), "", one.reason


def _times(one: Override | Absence, now: datetime) -> tuple[str, str]:
    """Return from when and until when, in words; what was withdrawn before it began says so."""
    end = until(one.end, now, local_zone()) if one.start < one.end else "withdrawn"
    return until(one.start, now, local_zone()), end
