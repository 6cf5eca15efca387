"""A source's table as it is written for the user: what was answered, and what else there is, commented out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from console.config.durations import format_duration
from console.config.keys import Key, keys_of
from console.domain.priority import Priority
from console.domain.vocabulary import EffectKind
from console.sources import registry
from console.sources.base.options import COUNTERS, HttpOptions, SourceOptions

_COLUMN = 38
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ALL_HAVE = {*SourceOptions.model_fields, *HttpOptions.model_fields} - {"interval", "url"}


def section(kind: str, name: str, table: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of ``[[sources]]`` for a kind; ``table`` has the keys that were answered, and loads."""
    options = registry.options_of(kind)
    ability = options.model_validate(dict(table)).ability
    yield f"# Token and rights, what each key does there, limits: docs/sources/{kind}.md of the product."
    yield "[[sources]]"
    yield f"kind = {toml(kind)}"
    yield f"name = {toml(name)}"
    nested = {key: value for key, value in table.items() if _is_tables(value)}
    acts = [done for done, _ in ability.does if done not in COUNTERS.values()]
    yield from _keys(options, {key: value for key, value in table.items() if key not in nested}, acts)
    for key, tables in nested.items():
        inner = next(one.table for one in keys_of(options) if one.name == key)
        for one in tables:
            yield f"[[sources.{key}]]"
            yield from _keys(inner, one, []) if inner else ()


def toml(value: Any) -> str:
    """Return a value as TOML has it on one line; a table as an inline one."""
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_name(key)} = {toml(one)}" for key, one in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml, value))}]"
    said = json.dumps(_plain(value), ensure_ascii=False)  # a text, number or truth of JSON is one of TOML
    return said.replace("\x7f", "\\u007f")  # but for this letter


def _plain(value: Any) -> Any:
    match value:
        case Priority():
            return value.label
        case Enum():
            return value.value
        case timedelta():
            return format_duration(value)
        case Path():
            return str(value)
        case _:
            return value


def _keys(model: type[BaseModel], table: Mapping[str, Any], acts: list[EffectKind]) -> Iterator[str]:
    """Yield the keys that are answered, then the others of the kind's own, commented out with their defaults.

    ``acts`` is the default of ``actions``.
    """
    keys = [key for key in keys_of(model) if key.name not in _ALL_HAVE or key.name in table]
    for key in keys:
        if key.name in table:
            yield _line(f"{key.name} = {toml(table[key.name])}", key)
    for key in keys:
        if key.name not in table and not key.required:
            default = acts if key.name == "actions" else key.default
            unset = default is None or isinstance(default, BaseModel)
            yield _line(f"# {key.name} = {'…' if unset else toml(default)}", key)


def _line(code: str, key: Key) -> str:
    return f"{code:<{_COLUMN}}  # {key.words}" if key.words else code


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)


def _name(key: str) -> str:
    return key if _BARE.fullmatch(key) else toml(key)
