"""Whether the names in the entries of the roster mean somebody."""

from __future__ import annotations

from collections.abc import Iterator

from console.config.calendars import Calendar
from console.config.lines import Path
from console.config.model import Config
from console.config.nearest import did_you_mean
from console.config.overrides import Override
from console.config.problems import Problem
from console.config.rotations import Rotation


def unknown_names(config: Config) -> Iterator[Problem]:
    """Yield what names a team, a person or a source that is not in the config, or a role that is a person's name."""
    known = _Known(config)
    for rotation in config.rotations:
        yield from known.role(rotation)
        for position, member in enumerate(rotation.members):
            yield from known.person(member, rotation.place, ("members", position))
    for calendar in config.calendars:
        yield from known.role(calendar)
        for name, person in calendar.names.items():
            yield from known.person(person, calendar.place, ("names", name))
        yield from known.source(calendar)
    for override in config.overrides:
        yield from known.team(override)
        yield from known.person(override.person, override.place, ("person",))


class _Known:
    def __init__(self, config: Config) -> None:
        self._people = {person.id for person in config.people}
        self._teams = {team.id for team in config.teams}
        self._sources = {source.name for source in config.sources}

    def team(self, entry: Rotation | Calendar | Override) -> Iterator[Problem]:
        if entry.team not in self._teams:
            hint = did_you_mean(entry.team, self._teams)
            yield _wrong(entry.place, ("team",), f'no [[teams]] has the id "{entry.team}"{hint}')

    def role(self, entry: Rotation | Calendar) -> Iterator[Problem]:
        yield from self.team(entry)
        if entry.role in self._people:
            text = f'"{entry.role}" is the id of a person too; a page could mean either'
            yield _wrong(entry.place, ("role",), text)

    def person(self, person: str, entry: Path, key: Path) -> Iterator[Problem]:
        if person not in self._people:
            hint = did_you_mean(person, self._people)
            yield _wrong(entry, key, f'no [[people]] has the id "{person}"{hint}')

    def source(self, calendar: Calendar) -> Iterator[Problem]:
        if calendar.source is not None and calendar.source not in self._sources:
            hint = did_you_mean(calendar.source, self._sources)
            yield _wrong(
                calendar.place, ("source",), f'no [[sources]] has the name "{calendar.source}"{hint}'
            )


def _wrong(entry: Path, key: Path, text: str) -> Problem:
    return Problem((*entry, *key), text, entry=entry)
