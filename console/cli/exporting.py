"""``oncall roster export``: the shifts ahead as a calendar or a table."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from console.calendars.export import to_csv, to_ics
from console.cli.context import rules_for
from console.cli.output import complain, put_bytes
from console.cli.times import parse_when
from console.cli.tofile import to_file
from console.clock import SystemClock
from console.config.nearest import did_you_mean
from console.domain.human import count
from console.domain.policy import Policy
from console.domain.roster import Shift, duty, roles, shifts, teams
from console.errors import UsageError

_LONGEST = 104


def export(args: argparse.Namespace) -> int:
    """Write the shifts; 1 where there are none."""
    if not 1 <= args.weeks <= _LONGEST:
        raise UsageError(f"--weeks is from 1 to {_LONGEST}")
    now = SystemClock().now()
    start = parse_when(args.at, now) if args.at else now
    policy = rules_for(args)
    _known("team", args.team, teams(policy.roster))
    _known("person", args.person, tuple(policy.people))
    found = list(_shifts(policy, args, start, start + timedelta(weeks=args.weeks)))
    if args.csv:
        data = to_csv(found)
    else:
        title = " ".join(("On call", *filter(None, (args.team, args.role, args.person))))
        data = to_ics(found, policy.name_of, start, title)
    _write(data, args.output)
    if not found:
        complain("no shifts in that time")
    elif args.output:
        complain(f"{args.output}: {count(len(found), 'shift')} written")
    return 0 if found else 1


def _shifts(policy: Policy, args: argparse.Namespace, start: datetime, end: datetime) -> Iterator[Shift]:
    """Yield shifts by team, role and time. The first and the last are whole, however far they reach."""
    planned = {role for team in teams(policy.roster) for role in roles(policy.roster, team)}
    _known("role", args.role, tuple(sorted(planned)))
    for team in (args.team,) if args.team else teams(policy.roster):
        for role in roles(policy.roster, team):
            if args.role and role != args.role:
                continue
            for shift in shifts(policy.roster, team, role, start, end):
                whole = shift
                if shift.start == start:
                    whole = replace(whole, start=duty(policy.roster, team, role, start).since or start)
                if shift.end == end:
                    whole = replace(whole, end=duty(policy.roster, team, role, shift.start).until or end)
                if args.person in {None, shift.person}:
                    yield whole


def _known(what: str, name: str | None, names: tuple[str, ...]) -> None:
    if name and name not in names:
        raise UsageError(f'no {what} "{name}" in the roster{did_you_mean(name, names)}')


def _write(data: bytes, output: str | None) -> None:
    if not output or output == "-":
        put_bytes(data)
        return
    to_file(Path(output).expanduser(), data)
