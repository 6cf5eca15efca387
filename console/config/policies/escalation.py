"""From ``[[escalation]]`` and ``[[maintenance]]`` to chains and spans in which nobody is paged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from console.config.escalation import Escalation
from console.config.maintenance import Maintenance as MaintenanceTable
from console.config.model import Config
from console.config.moments import instant
from console.config.roles import Broken, roles_of
from console.domain.policy import Chain, Level
from console.domain.priority import Priority
from console.domain.team.state import Maintenance

DEFAULT_CHAIN = (("primary", timedelta(0)), ("secondary", timedelta(minutes=5)))
"""Whom a team without ``[[escalation]]`` pages, as far as its rotations fill the roles."""


def chains_of(config: Config, broken: Broken = ()) -> Iterator[Chain]:
    """Yield the chains in the order of the config, then those of teams that have none for all their incidents.

    ``broken`` roles are filled, by rotations that are set aside.
    """
    whole = {table.team for table in config.escalation if not table.services and not table.priorities}
    yield from map(_chain, config.escalation)
    for team in config.teams:
        filled = roles_of(config, team.id, broken)
        levels = tuple(Level((role,), after) for role, after in DEFAULT_CHAIN if role in filled)
        if team.id not in whole and levels:
            yield Chain(team.id, levels)


def maintenance_of(config: Config) -> Iterator[Maintenance]:
    """Yield the planned work that the config knows of."""
    for table in config.maintenance:
        zone = _zone(table, config)
        start, end = instant(table.start, zone), instant(table.end, zone)
        yield Maintenance(start, end, table.services, table.teams, table.reason)


def _chain(table: Escalation) -> Chain:
    levels = tuple(
        Level(
            notify=level.targets,
            after=level.after,
            name=level.name or "",
            channels=level.rooms,
            everyone=level.everyone,
            again=level.again,
            most=level.most,
        )
        for level in table.levels
    )
    return Chain(
        team=table.team,
        levels=levels,
        repeat=table.repeat,
        priorities=frozenset(Priority[name] for name in table.priorities),
        services=frozenset(table.services),
        name=table.name or "",
    )


def _zone(table: MaintenanceTable, config: Config) -> ZoneInfo:
    owners = {service.team for service in config.services if service.name in table.services}
    teams = {*table.teams, *owners}
    return next((one.timezone for one in config.rotations if one.team in teams), ZoneInfo("UTC"))
