"""Setting wrong entries of the roster aside, one by one, so that the others still work.

A team must not be left without a roster at night because one line of it is wrong: an entry of
``[[rotations]]``, ``[[overrides]]``, ``[[calendars]]``, ``[holidays]`` or of the ``leave`` of ``[[people]]``
that cannot be used does not count, is told at every start, and all else does count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from pydantic import ValidationError

from console.config.base import Entry
from console.config.calendars import Calendar
from console.config.holidays import Holiday, Holidays
from console.config.lines import Path
from console.config.overrides import Override
from console.config.people import Leave
from console.config.places import Places
from console.config.problems import Problem, from_pydantic
from console.config.rotations import Rotation

E = TypeVar("E", bound=Entry)

LISTS: dict[str, type[Entry]] = {"rotations": Rotation, "overrides": Override, "calendars": Calendar}


@dataclass(slots=True)
class Sifted:
    """What the files say, with the entries of the roster that are right already read, and what is wrong with the others."""

    data: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)


def sift(data: Mapping[str, Any], places: Places) -> Sifted:
    """Read the entries of the roster one by one and leave out those that cannot be read."""
    found = Sifted(dict(data))
    reader = _Reader(found.problems, places)
    for section, model in LISTS.items():
        if section in data:
            found.data[section] = reader.all(data[section], model, (section,))
    if "holidays" in data:
        found.data["holidays"] = reader.holidays(data["holidays"])
    if isinstance(data.get("people"), list):
        found.data["people"] = [reader.person(one, index) for index, one in enumerate(data["people"])]
    return found


class _Reader:
    def __init__(self, problems: list[Problem], places: Places) -> None:
        self._problems = problems
        self._places = places

    def all(self, said: Any, model: type[E], place: Path) -> list[E]:
        """Return the entries of a list that can be read."""
        if not isinstance(said, list):
            text = "must be a list in [ ]" if len(place) > 1 else f"is a list of tables; write [[{place[0]}]]"
            self._problems.append(Problem(place, text, entry=place))
            return []
        read = (self._one(one, model, (*place, index)) for index, one in enumerate(said))
        return [entry for entry in read if entry is not None]

    def holidays(self, said: Any) -> Holidays:
        """Return ``[holidays]``: the days that can be read, and the rest where that can be."""
        if not isinstance(said, dict):
            self._problems.append(
                Problem(("holidays",), "is one table; write [holidays]", entry=("holidays",))
            )
            return Holidays()
        days = tuple(self.all(said.get("days", []), Holiday, ("holidays", "days")))
        return self._one({**said, "days": days}, Holidays, ("holidays",)) or Holidays(days=days)

    def person(self, said: Any, index: int) -> Any:
        """Return somebody's table with the leave that can be read."""
        if not isinstance(said, dict) or "leave" not in said:
            return said
        return {**said, "leave": tuple(self.all(said["leave"], Leave, ("people", index, "leave")))}

    def _one(self, said: Any, model: type[E], place: Path) -> E | None:
        try:
            entry = model.model_validate(said, context={"folder": self._places.folder(place)})
        except ValidationError as error:
            self._problems += [
                replace(problem, entry=place) for problem in from_pydantic(error, model, place)
            ]
            return None
        return entry.standing(place)


def told(problems: list[Problem], section: str) -> Iterator[tuple[Path, Problem]]:
    """Yield each entry of a section that is set aside with the first thing that is wrong with it."""
    seen: set[Path] = set()
    for problem in problems:
        if problem.entry is not None and problem.entry[0] == section and problem.entry not in seen:
            seen.add(problem.entry)
            yield problem.entry, problem
