"""What is wrong between the entries of the roster; each that is wrong is set aside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from console.config.aside import told
from console.config.checks.literals import Modes, calendar_literals
from console.config.checks.names import unknown_names
from console.config.checks.times import wrong_leave, wrong_overrides
from console.config.lines import Path
from console.config.model import Config
from console.config.nearest import nearest
from console.config.places import Places
from console.config.problems import Problem, cause
from console.config.roles import Broken, roles_of
from console.config.rotations import Rotation


@dataclass(frozen=True, slots=True)
class Files:
    """What the files of a config say, where each key stands in them, and who may read them."""

    data: Mapping[str, Any]
    places: Places
    modes: Modes


@dataclass(frozen=True, slots=True)
class Checked:
    """A config without the entries that are set aside; ``aside`` says which and why, ``doubts`` is advice.

    ``broken`` are the roles that they would have filled.
    """

    config: Config
    aside: tuple[Problem, ...]
    doubts: tuple[Problem, ...]
    broken: Broken


def check_roster(config: Config, unread: list[Problem], files: Files) -> Checked:
    """Check the entries of the roster against each other. ``unread`` says what kept others from being read."""
    found = [*unknown_names(config), *calendar_literals(config, files.places, files.modes)]
    config = without(config, found)
    found += [*_rotations_twice(config), *_calendars_twice(config)]
    config = without(config, found)
    broken = tuple(_broken(config, [*unread, *found], files))
    found += [*wrong_overrides(config, broken), *wrong_leave(config)]
    return Checked(
        without(config, found),
        aside=tuple(problem for problem in found if problem.entry is not None),
        doubts=tuple(problem for problem in found if problem.entry is None),
        broken=broken,
    )


def without(config: Config, problems: Iterable[Problem]) -> Config:
    """Return the config without the entries that the problems set aside."""
    gone = {problem.entry for problem in problems if problem.entry is not None}
    if not gone:
        return config
    people = [
        person.model_copy(update={"leave": tuple(one for one in person.leave if one.place not in gone)})
        for person in config.people
    ]
    return config.model_copy(
        update={
            "rotations": tuple(one for one in config.rotations if one.place not in gone),
            "overrides": tuple(one for one in config.overrides if one.place not in gone),
            "calendars": tuple(one for one in config.calendars if one.place not in gone),
            "people": tuple(people),
        }
    )


def _rotations_twice(config: Config) -> Iterator[Problem]:
    """Yield rotations that would count at the same times as an earlier one of the same role and layer."""
    kept: dict[tuple[object, ...], list[Rotation]] = {}
    for rotation in config.rotations:
        hours = frozenset(rotation.windows)
        same = kept.setdefault((rotation.team, rotation.role, rotation.layer, hours), [])
        other = next((one for one in same if one.first < rotation.last and rotation.first < one.last), None)
        if other is None:
            same.append(rotation)
            continue
        text = (
            f'"{rotation.role} of {rotation.team}" is in [[rotations]] already, with the same layer and hours '
            "at the same time; give one another layer, other hours (only) or an end (until)"
        )
        yield Problem((*rotation.place, "role"), text, other=(*other.place, "role"), entry=rotation.place)


def _calendars_twice(config: Config) -> Iterator[Problem]:
    first: dict[str, Path] = {}
    for calendar in config.calendars:
        if calendar.name in first:
            text = f'"{calendar.name}" is in [[calendars]] already'
            place = (*calendar.place, "name")
            yield Problem(place, text, other=(*first[calendar.name], "name"), entry=calendar.place)
        first.setdefault(calendar.name, calendar.place)


def _broken(config: Config, problems: list[Problem], files: Files) -> Iterator[tuple[str, str, str]]:
    """Yield the roles of rotations and calendars that are set aside.

    Where such an entry does not say which role of which team it is, that is whatever a chain asks for in vain.
    """
    people, teams = {person.id for person in config.people}, [team.id for team in config.teams]
    found: dict[tuple[str, str], str] = {}
    blind = ""
    for entry, problem in (*told(problems, "rotations"), *told(problems, "calendars")):
        table = _at(files.data, entry)
        team, role = _meant(table.get("team"), teams), table.get("role")
        why = f"the entry at {files.places.at(entry)} is set aside: {cause(problem)}"
        if not team or not isinstance(role, str) or not role.isprintable() or len(role.split()) != 1:
            blind = blind or why
        elif role not in people:
            found.setdefault((team, role), why)
    yield from ((*role, why) for role, why in found.items())
    for chain in config.escalation if blind else ():
        known = {*roles_of(config, chain.team), *people, *teams}
        asked = dict.fromkeys(target for level in chain.levels for target in level.targets)
        yield from (
            (chain.team, name, blind)
            for name in asked
            if name not in known and (chain.team, name) not in found
        )


def _at(data: Mapping[str, Any], entry: Path) -> Mapping[str, Any]:
    """Return a table as the files have it; an empty one where there is none."""
    value: Any = data
    for key in entry:
        value = value[key]
    return value if isinstance(value, dict) else {}


def _meant(team: object, teams: list[str]) -> str:
    """Return the team that was probably meant, or an empty string."""
    if not isinstance(team, str):
        return teams[0] if len(teams) == 1 else ""
    return team if team in teams else nearest(team, teams)
