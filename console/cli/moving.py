"""``oncall store copy|backup|restore``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from console import bootstrap
from console.cli.confirm import confirmed
from console.cli.context import opened
from console.cli.output import complain, say
from console.config.find import FILE_NAME, find
from console.config.kept import load_setup
from console.config.setup import Setup
from console.domain.human import count
from console.errors import OncallError, StoreError
from console.ports.store import IncidentStore


def copy(args: argparse.Namespace) -> int:
    """Copy a store into an empty one; 1 where that was not done."""
    path = find(args.config)
    setup = Setup(Path(FILE_NAME)) if path is None else load_setup(path)
    source = bootstrap.open_store(setup, args.source, readonly=True)
    try:
        _require_unused(source, "--while-open copies what is there at this moment", go_on=args.while_open)
        target = bootstrap.open_store(setup, args.target)
        try:
            _require_unused(target, "stop it first")
            copied = bootstrap.make_keeper(target, _progress).fill_from(source)
            into = target.info().where
        finally:
            target.close()
        found = source.info().where
    finally:
        source.close()
    rows = sum(one.rows for one in copied[:-1])
    say(
        f"{into}: copied from {found}, {count(rows, 'row')} in {len(copied) - 1} tables, the same on both sides"
    )
    say(
        f'next: set [store] url = "{args.target}" in the config of everybody, and let no console open the old one'
    )
    return 0


def backup(args: argparse.Namespace) -> int:
    """Write a complete copy of the store."""
    target = _path(args)
    with opened(args, existing=True) as context:
        context.store.backup(str(target))
        say(f"{target}: copied from {context.store.info().where}")
    return 0


def restore(args: argparse.Namespace) -> int:
    """Fill the configured store, which must be empty, from a backup; 1 where that was not done."""
    file = _path(args)
    if not file.is_file():
        raise StoreError(f"there is no backup {file}", hint="name a file that oncall store backup wrote")
    with opened(args) as context:
        _require_unused(context.store, "stop it first")
        where = context.store.info().where
        if not confirmed(f"Fill {where} from {file}?", yes=args.yes):
            return 1
        copied = bootstrap.make_keeper(context.store, _progress).restore(file)
        problems = context.store.info(deep=True).problems
        for problem in problems:
            complain(f"! {problem}")
        held = {one.table: one.rows for one in copied}
        say(f"{where}: {count(held['incidents'], 'incident')}, {count(held['events'], 'event')} from {file}")
    return 1 if problems else 0


def _path(args: argparse.Namespace) -> Path:
    return Path(args.file).expanduser().resolve()


def _require_unused(store: IncidentStore, hint: str, *, go_on: bool = False) -> None:
    """Raise ``OncallError`` while somebody has a store open; with ``go_on`` only say so."""
    users = bootstrap.make_keeper(store).in_use()
    if not users:
        return
    told = f"{store.info().where} is in use by {', '.join(dict.fromkeys(users))}"
    if not go_on:
        raise OncallError(told, hint=hint)
    complain(f"warning: {told}: what they write from now on is not in the copy")


def _progress(table: str, done: int, total: int) -> None:
    """Say how far it is, on a line of its own, where somebody looks."""
    if sys.stderr.isatty():
        print(
            f"\r\x1b[K{table}: {done} of {total}",
            end="" if done < total else "\n",
            file=sys.stderr,
            flush=True,
        )
