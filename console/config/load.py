"""Find the config file, read it, and say plainly what is wrong with it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from console.config import lines as toml_lines
from console.config.crosscheck import crosscheck
from console.config.model import Config
from console.config.nearest import did_you_mean
from console.config.problems import Problem, explain, from_pydantic, summed_up
from console.config.secrets import Secret, readable_by_others
from console.errors import ConfigError
from console.sources import registry
from console.sources.options import SourceOptions

_BIGGEST = 4_000_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """A config that may be used, with what its own file cannot say.

    ``options`` are the sources' tables as their own ``Options`` read them, in the order of the
    file. ``warnings`` are whole lines for the user. ``lines`` says where each key stands.
    """

    config: Config
    path: Path
    options: tuple[SourceOptions, ...]
    warnings: tuple[str, ...] = ()
    lines: Mapping[toml_lines.Path, int] = field(default_factory=dict)


def load(path: Path) -> Loaded:
    """Read, check and return a config. Raises ``ConfigError`` with one line per problem, at most ten."""
    return parse(_read(path), path)


def parse(text: str, path: Path) -> Loaded:
    """Return the config that a text says, as if it stood in ``path``. Raises ``ConfigError``."""
    data = _toml(text, path)
    places = toml_lines.lines_of(text)

    def said(problems: list[Problem]) -> list[str]:
        ordered = sorted(problems, key=lambda problem: toml_lines.line_of(places, problem.path) or 0)
        return [explain(problem, str(path), data, places) for problem in ordered]

    problems: list[Problem] = []
    config = None
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        problems += from_pydantic(error, Config)
    options: list[SourceOptions] = []
    for index, table in enumerate(_source_tables(data)):
        try:
            options.append(_options(table, path.resolve().parent, index))
        except _Wrong as wrong:
            problems += wrong.problems
    if config is not None and not problems:
        problems += crosscheck(config)
        problems += _literals(options, path)
        problems += _warnings(options)
    errors = [problem for problem in problems if not problem.warning]
    if errors or config is None:
        raise ConfigError(summed_up(said(errors)))
    return Loaded(config, path, tuple(options), tuple(said(problems)), places)


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(_BIGGEST + 1)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from None
    if len(raw) > _BIGGEST:
        raise ConfigError(f"{path}: is larger than {_BIGGEST // 1_000_000} MB; is it the config?")
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}:{line}: is not UTF-8 text") from None


def _toml(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        found = re.search(r" \(at line (\d+), column (\d+)\)$", message)
        if found is None:  # "(at end of document)"
            line, what = text.rstrip("\n").count("\n") + 1, message
        else:
            line, what = int(found[1]), f"{message[: found.start()]} (column {found[2]})"
        raise ConfigError(f"{path}:{line}: not valid TOML: {what}") from None
    except RecursionError:
        raise ConfigError(f"{path}: not valid TOML: nested too deeply") from None


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


def _literals(options: list[SourceOptions], path: Path) -> Iterator[Problem]:
    """Yield a warning for each secret that stands in the file itself; an error where others may read it."""
    try:
        open_to_others = readable_by_others(path)
    except OSError:  # a text that is not in a file yet
        open_to_others = False
    better = 'write { env = "NAME" }, { command = […] }, { file = "…" } or { keyring = "service/user" }'
    text = f"is a secret in the file itself; {better}"
    if open_to_others:
        text = f"is a secret in a file that others may read; chmod 600 {path}, or {better}"
    for index, source in enumerate(options):
        for place in _places_of_literals(source):
            yield Problem(("sources", index, *place), text, warning=not open_to_others)


def _warnings(options: list[SourceOptions]) -> Iterator[Problem]:
    for index, source in enumerate(options):
        for text in getattr(source, "warnings", ()):
            yield Problem(("sources", index), text, warning=True)


def _places_of_literals(value: Any, place: toml_lines.Path = ()) -> Iterator[toml_lines.Path]:
    if isinstance(value, Secret) and value.kind == "literal":
        yield place
    elif isinstance(value, BaseModel):
        for key, inner in value:
            yield from _places_of_literals(inner, (*place, key))
    elif isinstance(value, tuple | list):
        for index, inner in enumerate(value):
            yield from _places_of_literals(inner, (*place, index))
