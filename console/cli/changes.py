"""``oncall change`` tells of a change of the world, ``oncall changes`` lists them."""

from __future__ import annotations

import argparse
import unicodedata
from datetime import datetime, timedelta

from console.cli.changejson import change_json
from console.cli.context import Context, opened
from console.cli.outcomes import DONE, new_op
from console.cli.output import complain, print_json, say, stamp, table, width
from console.cli.times import parse_past, parse_span
from console.clock import local_zone
from console.config.nearest import did_you_mean
from console.domain.change import Change, ChangeKind
from console.domain.changes.kinds import guess
from console.domain.changes.words import actor_of, plainly, told_late
from console.domain.human import until
from console.domain.text import one_line, safe_url
from console.errors import UsageError

LONGEST = {"what": 200, "service": 100, "by": 100, "id": 200, "url": 2000}
"""Characters that are taken of each; what is longer is a mistake in a script, and cut it would mean something else."""
SOURCE = "cli"
MOST = 1000
HEADS = ("AT", "SERVICE", "KIND", "WHAT", "BY", "SOURCE")


def tell(args: argparse.Namespace) -> int:
    """Keep a change, one for each service that is named; done, too, where it is known already."""
    what = _line("what", args.what)
    if not what:
        raise UsageError("--what: say what was changed, such as --what v42")
    services = list(dict.fromkeys(_line("service", one) for one in args.service)) or [""]
    if args.service and not all(services):
        raise UsageError("--service: a service has a name; leave it out for all of them")
    who, url = _line("by", args.by), _url(args.url)
    name = _line("id", args.id) or new_op()
    kind = ChangeKind(args.kind) if args.kind else guess(what)
    with opened(args) as context:
        now = context.store.now()
        at = parse_past(args.at, now) if args.at else now
        for one in services:
            _warn_of_unknown(one, context)
        made = [
            Change(_id(name, one), at, one, what, kind, who or context.me, url, SOURCE) for one in services
        ]
        new = context.store.add_changes(made)
    for change in made:
        told = f"{plainly(change)}, {until(at, now, local_zone())}"
        known = f"known already: {name} of {change.service or 'all services'}, kept as it was told first"
        say(f"kept: {told}" if change.id in new else known)
    return DONE


def listing(args: argparse.Namespace) -> int:
    """List the changes of the last while, latest last."""
    span = parse_span(args.since)
    service = _line("service", args.service)
    with opened(args) as context:
        now = context.store.now()
        found = context.store.changes(now - span, now + timedelta(milliseconds=1), MOST)
        _warn_of_unknown(service, context)
    shown = [one for one in found if not service or one.service in {"", service}]
    complete = len(found) < MOST
    of = f" of {service}" if service else ""
    if args.json:
        told = [change_json(one) for one in shown]
        print_json({"now": stamp(now), "complete": complete, "changes": told})
    elif shown:
        say(table([_row(one, context, now) for one in shown], HEADS, width(), stretch=3))
    elif complete:
        say(f"nobody has told of a change{of} in the last {args.since}")
    else:
        say(f"no change{of} among those that were looked at")
    if not complete:
        complain(f"only the latest {MOST} were looked at")
    return 0


def _row(one: Change, context: Context, now: datetime) -> tuple[str, ...]:
    at = until(one.at, now, local_zone())
    late = told_late(one, now, local_zone())
    told = f"{one.what} ({late})" if late else one.what
    return at, one.service or "all", str(one.kind), told, actor_of(one, context.policy), one.source


def _line(option: str, text: str) -> str:
    """Return a value as one clean line. Raises ``UsageError`` where it is none, or too long."""
    line = text.strip()
    if any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in line):
        raise UsageError(f"--{option}: it has line ends or control codes in it", hint="give one plain line")
    if len(line) > LONGEST[option]:
        raise UsageError(
            f"--{option}: {len(line)} characters", hint=f"give at most {LONGEST[option]}; --url can say more"
        )
    return one_line(line, LONGEST[option])


def _url(text: str) -> str:
    given = _line("url", text)
    url = safe_url(given)
    if given and not url:
        raise UsageError("--url: not an http or https address", hint="without a user name or blanks in it")
    return url


def _id(name: str, service: str) -> str:
    """Return the id of a change, the same for the same name and service and for no others."""
    plain = name.replace("%", "%25").replace("/", "%2F")
    return f"{SOURCE}:{plain}/{service}" if service else f"{SOURCE}:{plain}"


def _warn_of_unknown(service: str, context: Context) -> None:
    known = context.policy.services
    if service and known and service not in known:
        complain(f'warning: no [[services]] has the name "{service}"{did_you_mean(service, known)}')
