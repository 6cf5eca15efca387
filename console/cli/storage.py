"""``oncall store migrate|backup|check``."""

from __future__ import annotations

import argparse
from pathlib import Path

from console.cli.context import opened
from console.cli.output import complain, print_json, say
from console.domain.human import count


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


def backup(args: argparse.Namespace) -> int:
    """Write a complete copy of the store."""
    target = Path(args.file).expanduser().resolve()
    with opened(args, existing=True) as context:
        context.store.backup(str(target))
        say(f"{target}: copied from {context.store.info().where}")
    return 0


def check(args: argparse.Namespace) -> int:
    """Examine the store; 1 where something is wrong with it."""
    with opened(args, existing=True) as context:
        info = context.store.info(deep=True)
    problems = [*info.problems]
    if info.read_only:
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
