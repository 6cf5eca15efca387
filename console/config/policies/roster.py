"""From people, rotations, overrides and holidays of the config to the domain's roster."""

from __future__ import annotations

from collections.abc import Iterator

from console.config.model import Config
from console.config.moments import end_of, instant, start_of
from console.config.overrides import Override as OverrideTable
from console.config.roles import UTC as NO_ZONE
from console.config.roles import Broken, zone_of, zones_of
from console.config.rotations import Rotation as RotationTable
from console.domain.people import Person
from console.domain.roster import Absence, OnLeave, Override, Roster, Rotation
from console.domain.team.live import not_read_yet


def roster_of(config: Config, broken: Broken = ()) -> Roster:
    """Return all that the config says about who is on call."""
    return Roster(
        rotations=tuple(_rotation(table) for table in config.rotations),
        overrides=tuple(_override(table, config) for table in config.overrides),
        absences=tuple(_absences(config)),
        listed=tuple(not_read_yet(one.team, one.role, one.name, one.layer) for one in config.calendars),
        holidays=config.holidays.listed(),
        zones=tuple((one.id, one.timezone) for one in config.people if one.timezone is not None),
        broken=broken,
        names=tuple((one.id, one.name or one.id) for one in config.people),
    )


def people_of(config: Config) -> dict[str, Person]:
    """Return everybody by id."""
    return {
        one.id: Person(one.id, one.name or one.id, one.reached_by(), one.timezone) for one in config.people
    }


def _rotation(table: RotationTable) -> Rotation:
    return Rotation(
        team=table.team,
        role=table.role,
        members=table.members,
        every=table.every.span,
        months=table.every.months,
        handoff=table.handoff.at,
        timezone=table.timezone,
        start=table.start,
        until=table.until,
        weekday=table.weekday,
        layer=table.layer,
        windows=table.windows,
        on_leave=OnLeave(table.on_leave),
    )


def _override(table: OverrideTable, config: Config) -> Override:
    zone = (*zones_of(config, table.team, table.role), NO_ZONE)[0]
    return Override(
        team=table.team,
        role=table.role,
        person=table.person,
        start=instant(table.start, zone),
        end=instant(table.end, zone),
        reason=table.reason or "",
    )


def _absences(config: Config) -> Iterator[Absence]:
    for person in config.people:
        zone = zone_of(config, person)
        for leave in person.leave:
            yield Absence(
                person.id, start_of(leave.start, zone), end_of(leave.end, zone), reason=leave.reason or ""
            )
