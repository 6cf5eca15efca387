"""The roster: all that decides who is on call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

from console.domain.roster.layer import Leave, ListedLayer, RotationLayer
from console.domain.roster.line import Line, Parts
from console.domain.roster.values import Absence, Listed, Override, Rotation, Window
from console.domain.roster.windows import WeekHours


@dataclass(frozen=True)  # no slots: what is worked out of it is kept with it
class Roster:
    """All that decides who is on call, of all teams. ``holidays`` are days by zone-less date, with their names.

    ``zones``: a person's own time zone, where the config says one. ``broken``: (team, role, why) of roles
    whose rotations in the config cannot be used: gaps that say why, unless something else fills them.
    ``names``: what people are called, for reasons.
    """

    rotations: tuple[Rotation, ...] = ()
    overrides: tuple[Override, ...] = ()
    absences: tuple[Absence, ...] = ()
    listed: tuple[Listed, ...] = ()
    holidays: tuple[tuple[date, str], ...] = ()
    zones: tuple[tuple[str, ZoneInfo], ...] = ()
    broken: tuple[tuple[str, str, str], ...] = ()
    names: tuple[tuple[str, str], ...] = ()

    def __getstate__(self) -> dict[str, object]:
        """Return what it is made of: what is worked out of it is not kept with a config."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @cached_property
    def lines(self) -> Mapping[tuple[str, str], Line]:
        """Each (team, role) that is spoken of, with what decides it."""
        return {key: Line(*key, parts) for key, parts in _parts(self).items()}

    @cached_property
    def planned(self) -> Mapping[str, tuple[Line, ...]]:
        """Each team that has shifts planned, with its roles, both in the order in which they are first listed."""
        found: dict[str, tuple[Line, ...]] = {}
        for (team, _), one in self.lines.items():
            if one.is_planned:
                found[team] = (*found.get(team, ()), one)
        return found


def line(roster: Roster, team: str, role: str) -> Line:
    """Return what decides one role; one that nobody has planned has nobody."""
    return roster.lines.get((team, role)) or Line(team, role, Parts(Leave((), ())))


def zone_of(roster: Roster, team: str, role: str = "") -> ZoneInfo:
    """Return the zone a role goes by: its first rotation's, else that of the team's first; UTC where there is none."""
    of_team = [one for one in roster.rotations if one.team == team]
    named = [one for one in of_team if one.role == role]
    return (named or of_team)[0].timezone if of_team else ZoneInfo("UTC")


def _parts(roster: Roster) -> dict[tuple[str, str], Parts]:
    """Return what decides each role that a rotation, a list or an override speaks of."""
    leave = Leave(roster.absences, roster.names)
    hours = _Hours(dict(roster.holidays))
    zones = {one.team: one.timezone for one in reversed(roster.rotations)}
    found: defaultdict[tuple[str, str], Parts] = defaultdict(lambda: Parts(leave))
    for rotation in roster.rotations:
        layer = RotationLayer(rotation, hours.of(rotation), leave)
        found[rotation.team, rotation.role].layers.append(layer)
    for listed in roster.listed:
        zone = zones.get(listed.team, ZoneInfo("UTC"))
        found[listed.team, listed.role].layers.append(ListedLayer(listed, zone, leave))
    for team, role, why in roster.broken:
        found[team, role].broken.append(why)
    for override in roster.overrides:
        found[override.team, override.role].overrides.append(override)
    return found


class _Hours:
    """The hours of windows, worked out once for all rotations that have the same ones."""

    def __init__(self, holidays: Mapping[date, str]) -> None:
        self._holidays = holidays
        self._known: dict[tuple[tuple[Window, ...], str], WeekHours] = {}

    def of(self, rotation: Rotation) -> WeekHours | None:
        """Return a rotation's hours; None where it counts at all hours."""
        if not rotation.windows:
            return None
        key = (rotation.windows, rotation.timezone.key)
        if key not in self._known:
            self._known[key] = WeekHours(rotation.windows, rotation.timezone, self._holidays)
        return None if self._known[key].always else self._known[key]
