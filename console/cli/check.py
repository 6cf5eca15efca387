"""``oncall check``: what works and what to fix, from the config file to the last runbook."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel

from console import books, bootstrap
from console.cli.context import required_path
from console.cli.findings import FAIL, MARKS, OK, WARN, Finding
from console.cli.looks import problems_of_looks
from console.cli.output import print_json, say, table, width
from console.cli.roster import gap_words, gaps_of
from console.cli.trying import try_channels, try_outlets, try_sources
from console.cli.tryingcalendars import try_calendars
from console.cli.tryingfeeds import try_feeds
from console.cli.tryingtickets import try_tickets
from console.clock import SystemClock
from console.config.load import Loaded, load
from console.config.policy import setup_of
from console.config.secrets import Secret
from console.config.setup import Setup
from console.domain.human import count, listed
from console.domain.policy import Level, Policy
from console.domain.roster import teams
from console.domain.team.live import live
from console.domain.team.state import NO_TEAM_STATE
from console.errors import ConfigError, OncallError

_MOST_NAMED = 5
_DIGEST_SHOWN = 6


def check(args: argparse.Namespace) -> int:
    """Try everything and say what came of it; the exit code is that of the worst failure."""
    loaded = load(required_path(args))  # a config that does not load ends here, with its lines and exit 2
    setup = setup_of(loaded)
    now = SystemClock().now()
    calendars, imported = asyncio.run(try_calendars(setup, now))
    policy = live(setup.policy, NO_TEAM_STATE, imported)
    found = [
        *_config(loaded, setup),
        *_secrets(loaded),
        *asyncio.run(try_sources(setup)),
        *asyncio.run(try_channels(setup)),
        *asyncio.run(try_feeds(setup, now)),
        *asyncio.run(try_outlets(setup)),
        *asyncio.run(try_tickets(setup)),
        *calendars,
        *_store(setup, args.store, readonly=args.readonly),
        *_runbooks(setup),
        *_roster(policy, now, timedelta(days=args.days)),
        *_chains(policy),
        *_looks(setup),
    ]
    failed = [finding for finding in found if finding.result == FAIL]
    if args.json:
        keys = ("area", "name", "result", "text")
        print_json(
            {
                "ok": not failed,
                "team_config": setup.digest,
                "files": [str(file) for file in loaded.files],
                "checks": [{key: getattr(one, key) for key in keys} for one in found],
            }
        )
    else:
        rows = [(MARKS[one.result], one.area, one.name, one.text) for one in found]
        say(table(rows, ("", "WHAT", "NAME", "RESULT"), width(), stretch=3))
        warned = sum(finding.result == WARN for finding in found)
        say(f"{count(len(failed), 'thing')} to fix, {count(warned, 'warning')}")
    return max((finding.code for finding in failed), default=0)


def _config(loaded: Loaded, setup: Setup) -> Iterator[Finding]:
    for file in loaded.files:
        yield Finding("config", str(file), OK, "loads" if file == loaded.path else "loads, included")
    yield Finding("config", "", OK, f"team config {setup.digest[:_DIGEST_SHOWN]}")
    for line in loaded.set_aside:
        yield Finding("config", "", FAIL, line)
    for warning in loaded.warnings:
        yield Finding("config", "", WARN, warning)


def _secrets(loaded: Loaded) -> Iterator[Finding]:
    tables: list[tuple[str, BaseModel]] = [("store", loaded.config.store)]
    tables += [(source.name, one) for source, one in zip(loaded.config.sources, loaded.options, strict=True)]
    tables += [(f"calendar {calendar.name}", calendar) for calendar in loaded.config.calendars]
    tables += [(table.name, one) for table, one in zip(loaded.config.channels, loaded.channels, strict=True)]
    tables += [(table.name, one) for table, one in zip(loaded.config.changes, loaded.feeds, strict=True)]
    tables += [(table.name, one) for table, one in zip(loaded.config.tickets, loaded.tickets, strict=True)]
    tables += [(table.name, one) for table, one in zip(loaded.config.outlets, loaded.outlets, strict=True)]
    for owner, options in tables:
        for key, secret in _secrets_in(options):
            name = f"{owner} {key}"
            try:
                secret.reveal()
            except ConfigError as error:
                yield Finding("secret", name, FAIL, str(error), code=2)
            else:
                yield Finding("secret", name, OK, secret.described)


def _secrets_in(table: BaseModel | Mapping[Any, Any]) -> Iterator[tuple[str, Secret]]:
    for key, value in table.items() if isinstance(table, Mapping) else table:
        if isinstance(value, Secret):
            yield key, value
        elif isinstance(value, BaseModel | Mapping):
            for inner, secret in _secrets_in(value):
                yield f"{key}.{inner}", secret


def _store(setup: Setup, url: str | None, *, readonly: bool) -> Iterator[Finding]:
    try:
        store = bootstrap.open_store(setup, url, readonly=readonly)
    except OncallError as error:
        yield Finding("store", "", FAIL, str(error), code=error.exit_code)
        return
    try:
        info = store.info(deep=True)
        report, now = store.engine(), store.now()
    except OncallError as error:
        yield Finding("store", "", FAIL, str(error), code=error.exit_code)
        return
    finally:
        store.close()
    unwritable = info.read_only and not readonly
    for problem in (*info.problems, *(["it cannot be written to"] if unwritable else [])):
        yield Finding("store", info.where, FAIL, problem, code=3)
    for warning in getattr(store, "warnings", ()):
        yield Finding("store", info.where, WARN, warning)
    if not info.problems and not unwritable:
        yield Finding(
            "store", info.where, OK, f"{info.kind}, schema {info.schema}, {count(info.incidents, 'incident')}"
        )
    if report is None or now > report.expires_at:
        yield Finding("engine", "", WARN, "nobody runs it now; the console starts one, or run oncall watch")
    else:
        yield Finding("engine", report.host, OK, f"runs, process {report.pid}")


def _runbooks(setup: Setup) -> Iterator[Finding]:
    index = books.runbook_index(setup, fetch="never")
    entries = index.entries()
    found = [(entry.path, index.read(entry)) for entry in entries]
    bare = [path for path, runbook in found if runbook is not None and not runbook.steps]
    steps = sum(len(runbook.steps) for _, runbook in found if runbook is not None)
    if entries:
        yield Finding("runbooks", "", OK, f"{count(len(entries), 'file')}, {count(steps, 'step')}")
    if bare:
        yield Finding("runbooks", "", WARN, f"no steps found in {listed(tuple(bare), _MOST_NAMED)}")
    for problem in index.problems:
        yield Finding("runbooks", "", FAIL, problem)
    for service in setup.policy.services.values():
        for name in service.runbooks:
            runbook, _ = index.find("", service.name, (name,))
            if runbook is None:
                yield Finding("runbooks", service.name, FAIL, f"{name} is configured but was not found")


def _roster(policy: Policy, now: datetime, span: timedelta) -> Iterator[Finding]:
    for team in teams(policy.roster):
        found = gaps_of(policy, team, now, span)
        for gap in found[:_MOST_NAMED]:
            yield Finding("roster", team, FAIL, f"nobody is {gap.role} {gap_words(gap, now)}")
        if len(found) > _MOST_NAMED:
            yield Finding("roster", team, FAIL, f"and {len(found) - _MOST_NAMED} more gaps")
        if not found:
            yield Finding("roster", team, OK, f"no gap in the next {span.days} days")


def _chains(policy: Policy) -> Iterator[Finding]:
    for chain in policy.chains:
        team = chain.team
        called = f"{team} {chain.scope}".strip()
        silent: dict[str, None] = {}
        for level in chain.levels:
            silent |= dict.fromkeys(
                person
                for person in _possible(policy, team, level)
                if person not in policy.people or not policy.people[person].contacts
            )
        if silent:
            names = listed(tuple(map(policy.name_of, silent)), _MOST_NAMED)
            yield Finding("escalation", called, WARN, f"no phone, slack or other contact for {names}")
        else:
            yield Finding("escalation", called, OK, count(len(chain.levels), "level"))


def _possible(policy: Policy, team: str, level: Level) -> Iterator[str]:
    """Yield everybody whom a level may ever page."""
    for name in level.notify:
        members = [
            member
            for rotation in policy.roster.rotations
            if (rotation.team, rotation.role) == (team, name) or rotation.team == name
            for member in rotation.members
        ]
        yield from members or ([name] if name in policy.people else ())


def _looks(setup: Setup) -> Iterator[Finding]:
    for problem in problems_of_looks(setup):
        yield Finding("ui", "", FAIL, problem, code=2)
