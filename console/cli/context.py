"""What most commands start from: the config, the rules in it, the store, and who is asking."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from console import bootstrap
from console.cli.output import complain
from console.config.find import FILE_NAME, default_path, find
from console.config.kept import load_setup
from console.config.nearest import did_you_mean
from console.config.setup import Setup
from console.domain.health import CalendarHealth, old_calendars
from console.domain.policy import Policy
from console.domain.team.state import NO_TEAM_STATE, TeamState
from console.errors import ConfigError, OncallError, StoreError, UsageError
from console.ports.store import IncidentStore

if TYPE_CHECKING:
    from console.desk.livepolicy import LivePolicy


NOT_INCLUDED = "covers, leave, maintenance and calendars in the store are not included"


@dataclass(frozen=True, slots=True)
class Context:
    """An open store and what is needed to read it. ``me`` is empty where nobody can be meant.

    ``live`` has the covers, leave and maintenance that the team has made; ``policy`` is how that stands.
    """

    setup: Setup
    store: IncidentStore
    me: str
    live: LivePolicy

    @property
    def policy(self) -> Policy:
        """The team's rules, with its plans in them."""
        return self.live()


def setup_for(args: argparse.Namespace, *, tell: bool = True) -> Setup:
    """Return what the config of a command line comes to.

    ``tell``: say on stderr which entries of the roster are wrong and do not count. With ``--store`` a
    config is not needed. Raises ``ConfigError``, also where there is none.
    """
    if args.store and find(args.config) is None:
        return Setup(Path(FILE_NAME))
    setup = load_setup(required_path(args))
    for line in first_of(setup.set_aside) if tell else ():
        complain(line)
    return setup


def first_of(lines: tuple[str, ...], most: int = 5) -> tuple[str, ...]:
    """Return the first lines about a config, and what tells the others."""
    if len(lines) <= most:
        return lines
    return (*lines[:most], f'… and {len(lines) - most} more: run "oncall check"')


def required_path(args: argparse.Namespace) -> Path:
    """Return the config file of a command line. Raises ``ConfigError`` where there is none."""
    path = find(args.config)
    if path is None:
        raise ConfigError(
            "no config found", hint=f'run "oncall init" (it writes {default_path()}) or "oncall demo"'
        )
    return path


@contextmanager
def opened(args: argparse.Namespace, *, existing: bool = False) -> Iterator[Context]:
    """Open what a command line names and close it again. ``existing``: never make a store."""
    setup = setup_for(args)
    me = person(args, setup)
    store = bootstrap.open_store(setup, args.store, existing=existing, readonly=args.readonly)
    for warning in getattr(store, "warnings", ()):
        complain(f"warning: {warning}")
    try:
        yield Context(setup, store, me, live_of(setup, store))
    finally:
        store.close()


def live_of(setup: Setup, store: IncidentStore) -> LivePolicy:
    """Return the rules with the team's plans in them; says on stderr where those cannot be read."""
    live = bootstrap.live_policy(setup, store)
    try:
        live.refresh()
    except StoreError as error:
        complain(f"warning: {NOT_INCLUDED}: {error}")
    return live


def rules_for(args: argparse.Namespace) -> Policy:
    """Return the rules of a command that needs no store, with the team's plans where there is one to be asked."""
    return plans_for(args).policy


class Plans(NamedTuple):
    """The rules, the team's log as it stands, and which calendars were read too long ago to be relied on."""

    policy: Policy
    team: TeamState = NO_TEAM_STATE
    old: tuple[CalendarHealth, ...] = ()


def plans_for(args: argparse.Namespace) -> Plans:
    """Return the rules likewise, with what is known of the team's plans."""
    setup = setup_for(args)
    try:
        store = bootstrap.store_there(setup, args.store)
    except OncallError as error:
        complain(f"warning: {NOT_INCLUDED}: {error}")
        return Plans(setup.policy)
    if store is None:  # nobody has used it yet
        return Plans(setup.policy)
    try:
        both = live_of(setup, store).both
        return Plans(*both, _old_calendars(store))
    finally:
        store.close()


def _old_calendars(store: IncidentStore) -> tuple[CalendarHealth, ...]:
    try:
        engine = store.engine()
        return old_calendars(engine.calendars, store.now()) if engine is not None else ()
    except StoreError as error:
        complain(f"warning: how old the calendars are is not known: {error}")
        return ()


def person(args: argparse.Namespace, setup: Setup) -> str:
    """Return who is asking: ``--as``, ``[me] id``, or the login name if the config knows it; else "".

    Raises ``UsageError`` for a ``--as`` that the config does not know: a misspelt name would
    own incidents that nobody is told about.
    """
    known = setup.policy.people
    if args.who:
        if known and args.who not in known:
            raise UsageError(f'--as: no [[people]] has the id "{args.who}"{did_you_mean(args.who, known)}')
        return str(args.who)
    if setup.me is not None:
        return setup.me
    try:
        login = getpass.getuser()
    except (OSError, KeyError):
        return ""
    return login if login in known or not known else ""


def acting_person(context: Context) -> str:
    """Return who acts. Raises ``UsageError`` where that is not known."""
    if not context.me:
        raise UsageError("who are you?", hint=f"set [me] id in {context.setup.path} or give --as WHO")
    return context.me
