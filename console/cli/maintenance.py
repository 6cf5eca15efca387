"""``oncall maintenance``: services that page nobody for a while."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import Any

from console.cli.context import Context, opened
from console.cli.output import print_json, say, stamp, table, width
from console.cli.team import arrange
from console.cli.times import parse_span, parse_when
from console.clock import local_zone
from console.domain.human import until
from console.domain.team import commands as cmd
from console.domain.team.state import Maintenance
from console.domain.text import one_line


def start(args: argparse.Namespace) -> int:
    """Let services, or all services of teams, page nobody for a while."""

    def make(_context: Context, now: datetime) -> cmd.TeamCommand:
        begin = parse_when(args.start, now, ahead=True) if args.start else now
        end = begin + parse_span(args.span)
        return cmd.SetMaintenance(begin, end, tuple(args.service), tuple(args.team), one_line(args.message))

    return arrange(args, make)


def end(args: argparse.Namespace) -> int:
    """End a maintenance now."""
    return arrange(args, lambda _context, _now: cmd.EndMaintenance(args.id))


def show(args: argparse.Namespace) -> int:
    """List what is in maintenance and what will be; that of the config has no id."""
    with opened(args) as context:
        now, policy = context.store.now(), context.policy
    found = sorted((one for one in policy.maintenance if one.end > now), key=lambda one: one.start)
    if args.json:
        print_json({"now": stamp(now), "maintenance": [_json(one, now) for one in found]})
    elif found:
        heads = ("ID", "WHAT", "FROM", "TO", "BY", "WHY")
        say(table([_row(one, context, now) for one in found], heads, width(), stretch=5))
    else:
        say("nothing is in maintenance")
    return 0


def _json(one: Maintenance, now: datetime) -> dict[str, Any]:
    return {
        "id": one.id or None,
        "services": list(one.services),
        "teams": list(one.teams),
        "from": stamp(one.start),
        "to": stamp(one.end),
        "running": one.start <= now,
        "by": one.by or None,
        "reason": one.reason or None,
    }


def _row(one: Maintenance, context: Context, now: datetime) -> tuple[str, ...]:
    what = ", ".join((*one.services, *(f"team {team}" for team in one.teams)))
    times = (until(moment, now, local_zone()) for moment in (one.start, one.end))
    by = context.policy.name_of(one.by) if one.by else "the config"
    return one.id, what, *times, by, one.reason
