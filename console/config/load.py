"""Read the config file, and what it includes, check it and say plainly what is wrong with it."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from console.config.crosscheck import crosscheck
from console.config.includes import Part, Parts, read
from console.config.lines import Path as Key
from console.config.merge import merge
from console.config.model import Config
from console.config.nearest import did_you_mean
from console.config.places import Places
from console.config.problems import Problem, explain, from_pydantic, summed_up
from console.config.secrets import Secret
from console.config.stamps import Stamp
from console.errors import ConfigError
from console.sources import registry
from console.sources.base.options import SourceOptions


@dataclass(frozen=True, slots=True)
class Loaded:
    """A config that may be used, with what its own text cannot say.

    ``options`` are the sources' tables as their own ``Options`` read them, in the order of the
    config. ``warnings`` are whole lines for the user. ``places`` says where each key stands,
    ``files`` which files were read, ``path`` first, and ``stamps`` what they were then.
    """

    config: Config
    path: Path
    options: tuple[SourceOptions, ...]
    places: Places
    warnings: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    stamps: tuple[Stamp, ...] = ()


def load(path: Path) -> Loaded:
    """Read, check and return a config. Raises ``ConfigError`` with one line per problem, at most ten."""
    return _checked(read(path))


def parse(text: str, path: Path) -> Loaded:
    """Return the config that a text says, as if it stood in ``path``. Raises ``ConfigError``."""
    return _checked(read(path, text))


def _checked(found: Parts) -> Loaded:
    data, places = merge(found.parts)

    def said(problems: list[Problem]) -> list[str]:
        ordered = sorted(problems, key=lambda problem: places.order(problem.path))
        return [explain(problem, data, places) for problem in ordered]

    problems: list[Problem] = []
    config = None
    try:
        # The one secret of these tables is the store's password.
        config = Config.model_validate(data, context={"folder": places.folder(("store", "password"))})
    except ValidationError as error:
        problems += from_pydantic(error, Config)
    options: list[SourceOptions] = []
    for index, table in enumerate(_source_tables(data)):
        try:
            options.append(_options(table, places.folder(("sources", index)), index))
        except _Wrong as wrong:
            problems += wrong.problems
    if config is not None and not problems:
        problems += crosscheck(config)
        problems += _literals(config, options, places, found.parts)
        problems += _warnings(options)
    errors = [problem for problem in problems if not problem.warning]
    if errors or config is None:
        raise ConfigError(summed_up(said(errors)))
    return Loaded(
        config=config,
        path=found.parts[0].path,
        options=tuple(options),
        places=places,
        warnings=(*found.warnings, *said(problems)),
        files=tuple(part.path for part in found.parts),
        stamps=tuple(found.stamps),
    )


class _Wrong(Exception):  # noqa: N818 - carries findings, never leaves this module
    def __init__(self, problems: list[Problem]) -> None:
        super().__init__()
        self.problems = problems


def _source_tables(data: Mapping[str, Any]) -> list[Any]:
    tables = data.get("sources")
    return tables if isinstance(tables, list) else []


def _options(table: Any, folder: Path, index: int) -> SourceOptions:
    """Return a source's table as its kind's own ``Options`` read it."""
    kind = table.get("kind") if isinstance(table, dict) else None
    if not isinstance(kind, str) or not isinstance(table.get("name"), str):
        raise _Wrong([])  # the table is refused already
    kinds = registry.kinds()
    if kind not in kinds:
        text = f'unknown kind "{kind}"{did_you_mean(kind, kinds)}'
        raise _Wrong([Problem(("sources", index, "kind"), text)])
    model = registry.options_of(kind)
    own = {key: value for key, value in table.items() if key not in {"kind", "name"}}
    try:
        return model.model_validate(own, context={"folder": folder})
    except ValidationError as error:
        raise _Wrong(list(from_pydantic(error, model, ("sources", index)))) from None


def _literals(
    config: Config, options: list[SourceOptions], places: Places, parts: list[Part]
) -> Iterator[Problem]:
    """Yield a warning for each secret that stands in a file itself; an error where others may read that file."""
    modes = {part.path: part.mode or 0 for part in parts}
    better = 'write { env = "NAME" }, { command = […] }, { file = "…" } or { keyring = "service/user" }'
    for key in (*_places_of_literals(config.store, ("store",)), *_places_of_literals(options, ("sources",))):
        file = places.at(key).file
        open_to_others = bool(modes[file] & (stat.S_IRGRP | stat.S_IROTH))
        text = f"is a secret in the file itself; {better}"
        if open_to_others:
            text = f"is a secret in a file that others may read; chmod 600 {file}, or {better}"
        yield Problem(key, text, warning=not open_to_others)


def _warnings(options: list[SourceOptions]) -> Iterator[Problem]:
    for index, source in enumerate(options):
        for text in getattr(source, "warnings", ()):
            yield Problem(("sources", index), text, warning=True)


def _places_of_literals(value: Any, place: Key) -> Iterator[Key]:
    if isinstance(value, Secret) and value.kind == "literal":
        yield place
    elif isinstance(value, BaseModel):
        for key, inner in value:
            yield from _places_of_literals(inner, (*place, key))
    elif isinstance(value, tuple | list):
        for index, inner in enumerate(value):
            yield from _places_of_literals(inner, (*place, index))
