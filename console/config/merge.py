"""One config out of several files: lists of tables one after another, tables key by key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from console.config.includes import KEY, Part
from console.config.lines import Path as Key
from console.config.places import Place, Places
from console.config.problems import place, summed_up
from console.domain.text import one_line
from console.errors import ConfigError

_VALUES = {("store", "password")}
"""Written as tables, but one value each: half of a secret's reference means nothing."""


def merge(parts: Sequence[Part]) -> tuple[dict[str, Any], Places]:
    """Return what the files say together, and where each key stands.

    Raises ``ConfigError`` with both places for a key that two files say.
    """
    whole: dict[str, Any] = {}
    places = Places(parts[0].path)
    clashes: list[str] = []
    for part in parts:
        said = {key: value for key, value in part.data.items() if key != KEY}
        clashes += [_clash(key, part, places) for key in _add(whole, said)]
        places.add(part.path, part.lines, _shifts(whole, said))
    if clashes:
        raise ConfigError(summed_up(clashes))
    return whole, places


def _add(whole: dict[str, Any], said: dict[str, Any], around: Key = ()) -> Iterator[Key]:
    """Put what a file says into the whole; yield what is in there already."""
    for key, value in said.items():
        here = (*around, key)
        known = whole.get(key)
        if key not in whole:
            whole[key] = _copy(value)
        elif isinstance(known, list) and isinstance(value, list) and not around:
            known += value
        elif isinstance(known, dict) and isinstance(value, dict) and here not in _VALUES:
            yield from _add(known, value, here)
        else:
            yield here


def _copy(value: Any) -> Any:
    """Return a table or list that may be added to without changing the file's own."""
    if isinstance(value, dict):
        return {key: _copy(inner) for key, inner in value.items()}
    return list(value) if isinstance(value, list) else value


def _shifts(whole: dict[str, Any], said: dict[str, Any]) -> dict[str, int]:
    """Return how many tables of each list came from earlier files, now that a file's own are there."""
    return {
        key: len(whole[key]) - len(value)
        for key, value in said.items()
        if isinstance(value, list) and isinstance(whole[key], list)
    }


def _clash(key: Key, part: Part, places: Places) -> str:
    here = Place(part.path, part.lines.get(key, 0))
    return one_line(f"{here}: {place(key, part.data)}: is said in {places.at(key)} already", 400)
