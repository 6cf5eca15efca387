"""Secrets that stand in a file themselves: a warning, and wrong where others may read that file."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from console.config.lines import Path as Key
from console.config.model import Config
from console.config.places import Places
from console.config.problems import Problem
from console.config.secrets import Secret

_BETTER = 'write { env = "NAME" }, { command = […] }, { file = "…" } or { keyring = "service/user" }'

Modes = Mapping[Path, int]
"""The permissions of each file."""


def literals(
    config: Config,
    options: Mapping[str, Sequence[BaseModel]],
    places: Places,
    modes: Modes,
) -> Iterator[Problem]:
    """Yield the secrets of the store, of the runbooks, and of the tables of each section in ``options``, that stand in a file themselves."""
    keys = [*_places_of(config.store, ("store",)), *_places_of(config.runbooks, ("runbooks",))]
    for section, tables in options.items():
        keys += _places_of(tuple(tables), (section,))
    return _told(keys, places, modes)


def calendar_literals(config: Config, places: Places, modes: Modes) -> Iterator[Problem]:
    """Yield those of the calendars, each of which is set aside for it; an address may well be public."""
    for calendar in config.calendars:
        keys = [*_places_of(calendar.token, (*calendar.place, "token"))]
        for name, value in calendar.headers.items():
            keys += _places_of(value, (*calendar.place, "headers", name))
        for problem in _told(keys, places, modes):
            entry = None if problem.warning else calendar.place
            yield Problem(problem.path, problem.text, warning=problem.warning, entry=entry)


def _told(keys: Iterable[Key], places: Places, modes: Modes) -> Iterator[Problem]:
    for key in keys:
        file = places.at(key).file
        open_to_others = bool(modes.get(file, 0) & (stat.S_IRGRP | stat.S_IROTH))
        text = f"is a secret in the file itself; {_BETTER}"
        if open_to_others:
            text = f"is a secret in a file that others may read; chmod 600 {file}, or {_BETTER}"
        yield Problem(key, text, warning=not open_to_others)


def _places_of(value: Any, place: Key) -> Iterator[Key]:
    if isinstance(value, Secret) and value.kind == "literal":
        yield place
    elif isinstance(value, BaseModel):
        for key, inner in value:
            yield from _places_of(inner, (*place, key))
    elif isinstance(value, tuple | list):
        for index, inner in enumerate(value):
            yield from _places_of(inner, (*place, index))
