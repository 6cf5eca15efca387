"""The roles of a team, and the time zones that their wall times mean."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from console.config.model import Config
from console.config.people import Person

Broken = tuple[tuple[str, str, str], ...]
"""(team, role, why) of roles whose rotations are set aside."""

UTC = ZoneInfo("UTC")


def roles_of(config: Config, team: str, broken: Broken = ()) -> tuple[str, ...]:
    """Return the roles that rotations and calendars fill for a team, in the order of the file.

    Those that only entries which are set aside would fill (``broken``) are roles all the same.
    """
    found = [one.role for one in config.rotations if one.team == team]
    found += [one.role for one in config.calendars if one.team == team]
    return tuple(dict.fromkeys([*found, *(role for its, role, _ in broken if its == team)]))


def zones_of(config: Config, team: str, role: str) -> tuple[ZoneInfo, ...]:
    """Return the time zones that the wall times of a role may mean."""
    found = [one.timezone for one in config.rotations if (one.team, one.role) == (team, role)]
    if not found:
        found = [
            one.timezone
            for one in config.calendars
            if (one.team, one.role) == (team, role) and one.timezone is not None
        ]
    return tuple({zone.key: zone for zone in found}.values())


def zone_of(config: Config, person: Person) -> ZoneInfo:
    """Return the zone of somebody's days: their own, or that of the first rotation they are in, or UTC."""
    if person.timezone is not None:
        return person.timezone
    return next((one.timezone for one in config.rotations if person.id in one.members), UTC)
