"""What most commands start from: the config, the rules in it, the store, and who is asking."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from console import bootstrap
from console.cli.output import complain
from console.config.load import Loaded, default_path, find, load, parse
from console.config.policy import policy_of
from console.config.problems import did_you_mean
from console.domain.policy import Policy
from console.errors import ConfigError, UsageError
from console.ports.store import IncidentStore


@dataclass(frozen=True, slots=True)
class Context:
    """An open store and what is needed to read it. ``me`` is empty where nobody can be meant."""

    loaded: Loaded
    policy: Policy
    store: IncidentStore
    me: str


def config_of(args: argparse.Namespace) -> Loaded:
    """Return the config of a command line.

    With ``--store`` a config is not needed. Raises ``ConfigError``, also where there is none.
    """
    path = find(args.config)
    if path is None and args.store:
        return parse("", Path("oncall.toml"))
    if path is None:
        raise ConfigError(
            "no config found", hint=f'run "oncall init" (it writes {default_path()}) or "oncall demo"'
        )
    return load(path)


@contextmanager
def opened(args: argparse.Namespace, *, existing: bool = False) -> Iterator[Context]:
    """Open what a command line names and close it again. ``existing``: never make a store."""
    loaded = config_of(args)
    policy = policy_of(loaded)
    me = person(args, loaded)
    store = (bootstrap.open_existing_store if existing else bootstrap.open_store)(loaded, args.store)
    for warning in getattr(store, "warnings", ()):
        complain(f"warning: {warning}")
    try:
        yield Context(loaded, policy, store, me)
    finally:
        store.close()


def person(args: argparse.Namespace, loaded: Loaded) -> str:
    """Return who is asking: ``--as``, ``[me] id``, or the login name if the config knows it; else "".

    Raises ``UsageError`` for a ``--as`` that the config does not know: a misspelt name would
    own incidents that nobody is told about.
    """
    known = [someone.id for someone in loaded.config.people]
    if args.who:
        if known and args.who not in known:
            raise UsageError(f'--as: no [[people]] has the id "{args.who}"{did_you_mean(args.who, known)}')
        return str(args.who)
    if loaded.config.me.id is not None:
        return loaded.config.me.id
    try:
        login = getpass.getuser()
    except (OSError, KeyError):
        return ""
    return login if login in known or not known else ""


def acting_person(context: Context) -> str:
    """Return who acts. Raises ``UsageError`` where that is not known."""
    if not context.me:
        raise UsageError("who are you?", hint=f"set [me] id in {context.loaded.path} or give --as WHO")
    return context.me
