"""From the config file to the domain's rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from console.config.checklists import checklists_of
from console.config.crosscheck import roles_of
from console.config.digest import digest_of
from console.config.load import Loaded
from console.config.model import Config
from console.config.overrides import Override as OverrideTable
from console.config.policies.calendars import calendars_of, holidays_file
from console.config.rotations import Rotation as RotationTable
from console.config.setup import Looks, Setup, SourceSpec
from console.domain.alert import Link
from console.domain.people import Person
from console.domain.policy import Chain, Grouping, Level, Policy, Service
from console.domain.roster import Override, Roster, Rotation
from console.domain.walltime import to_utc
from console.domain.watchdogs import Watchdogs

DEFAULT_CHAIN = (("primary", timedelta(0)), ("secondary", timedelta(minutes=5)))
"""Whom a team without ``[[escalation]]`` pages, as far as its rotations fill the roles."""


def setup_of(loaded: Loaded) -> Setup:
    """Return what a config comes to as plain values."""
    config, ui, places = loaded.config, loaded.config.ui, loaded.places
    runbooks = places.folder(("runbooks", "paths"))
    return Setup(
        path=loaded.path,
        policy=policy_of(loaded),
        digest=policy_digest(loaded),
        me=config.me.id,
        store_url=config.store.url,
        store_folder=places.folder(("store", "url")),
        store_secret=config.store.password is not None,
        autostart=config.engine.autostart,
        lease=config.engine.lease.total_seconds(),
        metrics=config.engine.metrics,
        sources=tuple(
            SourceSpec(table.name, table.kind, options.interval.total_seconds())
            for table, options in zip(config.sources, loaded.options, strict=True)
        ),
        calendars=calendars_of(config, places),
        holidays=holidays_file(config, places),
        runbooks=tuple(str(runbooks / Path(path).expanduser()) for path in config.runbooks.paths),
        looks=Looks(
            theme=ui.theme,
            glyphs=ui.glyphs,
            mouse=ui.mouse,
            keys=ui.keys,
            places={tuple(map(str, key)): str(place) for key, place in places.below("ui")},
        ),
        warnings=loaded.warnings,
        stamps=loaded.stamps,
    )


def policy_of(loaded: Loaded) -> Policy:
    """Return the rules that a config says."""
    config = loaded.config
    return Policy(
        roster=Roster(
            rotations=tuple(_rotation(table) for table in config.rotations),
            overrides=tuple(_override(table, config) for table in config.overrides),
        ),
        targets=config.sla.targets(),
        people={
            person.id: Person(person.id, person.name or person.id, person.reached_by())
            for person in config.people
        },
        services={
            table.name: Service(
                name=table.name,
                team=table.team,
                depends_on=table.depends_on,
                links=tuple(Link(link.title, link.url) for link in table.links),
                runbooks=table.runbooks,
            )
            for table in config.services
        },
        teams=tuple(team.id for team in config.teams),
        chains={chain.team: chain for chain in _chains(config)},
        grouping=Grouping(by=config.grouping.by, reopen_window=config.grouping.reopen_window),
        nudge_answer=config.sla.nudge_answer,
        wake_before=config.sla.wake_before,
        warn_ack=config.sla.warn_ack,
        warn_resolve=config.sla.warn_resolve,
        watchdogs={
            table.name: Watchdogs(options.watchdogs, options.watchdog_after)
            for table, options in zip(config.sources, loaded.options, strict=True)
            if options.watchdogs
        },
        checklists=checklists_of(config.checklists),
        abilities={
            table.name: options.ability for table, options in zip(config.sources, loaded.options, strict=True)
        },
    )


def policy_digest(loaded: Loaded) -> str:
    """Return the fingerprint of the team's rules, see ``digest``; consoles and engine compare theirs."""
    return digest_of(policy_of(loaded), zip(loaded.config.sources, loaded.options, strict=True))


def _rotation(table: RotationTable) -> Rotation:
    weekday = table.handoff.weekday
    if table.weekly and weekday is None:
        weekday = table.start.weekday()
    return Rotation(
        team=table.team,
        role=table.role,
        members=table.members,
        every=table.every,
        handoff=table.handoff.at,
        timezone=table.timezone,
        start=table.start,
        weekday=weekday if table.weekly else None,
    )


def _override(table: OverrideTable, config: Config) -> Override:
    zone = next(
        (line.timezone for line in config.rotations if (line.team, line.role) == (table.team, table.role)),
        ZoneInfo("UTC"),
    )

    def instant(moment: datetime) -> datetime:
        return moment.astimezone(UTC) if moment.tzinfo else to_utc(moment, zone)

    return Override(
        team=table.team,
        role=table.role,
        person=table.person,
        start=instant(table.start),
        end=instant(table.end),
    )


def _chains(config: Config) -> Iterator[Chain]:
    said = {table.team for table in config.escalation}
    for table in config.escalation:
        levels = tuple(Level(level.notify, level.after, level.name or "") for level in table.levels)
        yield Chain(table.team, levels, table.repeat)
    for team in config.teams:
        filled = roles_of(config, team.id)
        levels = tuple(Level((role,), after) for role, after in DEFAULT_CHAIN if role in filled)
        if team.id not in said and levels:
            yield Chain(team.id, levels)
