"""``oncall store migrate|check|prune|roles``."""

from __future__ import annotations

import argparse
from datetime import timedelta

from console import bootstrap
from console.cli.confirm import confirmed
from console.cli.context import opened
from console.cli.output import complain, print_json, say
from console.cli.times import parse_age
from console.clock import local_zone
from console.domain.human import count, stamp
from console.errors import OncallError, UsageError

YOUNGEST = timedelta(days=30)
"""What is younger is still worked with: handovers, recurrence, incidents that open again."""


def migrate(args: argparse.Namespace) -> int:
    """Bring the store to this version's schema; opening it does, so this says what came of it."""
    with opened(args) as context:
        info = context.store.info()
        if info.read_only:
            complain(f"{info.where}: cannot be written, so nothing was migrated")
            return 1
        say(
            f"{info.where}: schema {info.schema}, {count(info.incidents, 'incident')}, {count(info.events, 'event')}"
        )
    return 0


def check(args: argparse.Namespace) -> int:
    """Examine the store; 1 where something is wrong with it."""
    with opened(args, existing=True) as context:
        info = context.store.info(deep=True)
    problems = [*info.problems]
    if info.read_only and not args.readonly:
        problems.append("it can only be read, not written")
    if args.json:
        print_json(
            {
                "kind": info.kind,
                "where": info.where,
                "schema": info.schema,
                "read_only": info.read_only,
                "incidents": info.incidents,
                "events": info.events,
                "problems": problems,
            }
        )
        return 1 if problems else 0
    say(f"{info.where}: {info.kind}, schema {info.schema}")
    say(f"{count(info.incidents, 'incident')}, {count(info.events, 'event')}")
    for problem in problems:
        complain(f"! {problem}")
    if not problems:
        say("sound")
    return 1 if problems else 0


def prune(args: argparse.Namespace) -> int:
    """Cut what ended long ago down to its numbers; 1 where the answer to the question was no."""
    with opened(args, existing=True) as context:
        store = context.store
        info = store.info()
        if info.read_only and not args.dry_run:
            raise OncallError(f"{info.where} can only be read ({info.reason})", hint="nothing was changed")
        now = store.now()
        cutoff = parse_age(args.older, now)
        if cutoff > now - YOUNGEST:
            raise UsageError(f"--older {args.older}: the last {YOUNGEST.days} days are still worked with")
        day = stamp(cutoff, local_zone())
        question = f"Drop notes, steps and other detail of what ended before {day} in {info.where}, for ever?"
        if not args.dry_run and not confirmed(question, yes=args.yes):
            return 1
        done = bootstrap.make_keeper(store).prune(cutoff, dry_run=args.dry_run)
    verb = "would be cut" if args.dry_run else "cut"
    say(
        f"{count(done.incidents, 'incident')} that ended before {day} {verb} to the numbers: "
        f"{count(done.events_before, 'event')} become {done.events_after}"
    )
    if done.journal:
        say(f"{done.journal} of the journal's entries {'would go' if args.dry_run else 'dropped'}")
    if done.notifications:
        verb = "would go" if args.dry_run else "dropped"
        say(f"{count(done.notifications, 'notification')} settled before {day} {verb}")
    if done.changes:
        say(f"{count(done.changes, 'change')} before {day} {'would go' if args.dry_run else 'dropped'}")
    if done.whole:
        say(f"{count(done.whole, 'incident')} left whole: written to lately, or not understood here")
    if info.kind == "sqlite" and done.incidents and not args.dry_run:
        say("the file keeps its size and fills again; oncall store copy into a new one makes it small")
    return 0


def roles(args: argparse.Namespace) -> int:
    """Print the SQL for the roles of a PostgreSQL store; nothing is opened or changed."""
    names = {name: getattr(args, name) for name in ("reader", "responder", "engine", "analyst")}
    say(bootstrap.role_sql(**names).rstrip("\n"))
    return 0
