"""What is wrong with a config file, said in one line each: file, line, place, and the nearest right name."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from console.config.lines import Path
from console.config.nearest import did_you_mean, nearest
from console.config.places import Places
from console.domain.text import one_line

MOST_SHOWN = 10


def counted_on(_section: str, index: int) -> int:
    """Return which table of a list that stands in one file it is."""
    return index + 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong at ``path``; a warning does not keep the file from being used.

    ``around``: the place to name where that is not the path itself (an unknown key is named in the text).
    ``other``: what it clashes with; where that stands is told too. ``entry``: only this part of the roster
    is set aside for it, and the rest of the file is used.
    """

    path: Path
    text: str
    warning: bool = False
    around: Path | None = None
    other: Path | None = None
    entry: Path | None = None


def place(path: Path, data: Mapping[str, Any], number: Callable[[str, int], int] = counted_on) -> str:
    """Return where a path is in the words of the file: ``[[sources]] #1 "prod": tls.ca``.

    ``number`` counts the tables of a list.
    """
    if not path:
        return ""
    head, rest = str(path[0]), path[1:]
    value: Any = data.get(head)
    if isinstance(value, list) and rest and isinstance(rest[0], int):
        table = value[rest[0]] if rest[0] < len(value) else None
        words = f"[[{head}]] #{number(head, rest[0])}"
        named = _name_of(table)
        words += f' "{named}"' if named else ""
        rest = rest[1:]
    elif isinstance(value, dict):
        names = [head]
        while rest and isinstance(value, dict) and isinstance(value.get(str(rest[0])), dict):
            names.append(str(rest[0]))
            value, rest = value[str(rest[0])], rest[1:]
        words = f"[{'.'.join(names)}]"
    else:
        words = head
    return f"{words}: {_key(rest)}" if rest else words


def _name_of(table: object) -> str:
    if isinstance(table, dict):
        for key in ("name", "id", "team"):
            if isinstance(table.get(key), str):
                role = table.get("role")
                return f"{table[key]} {role}" if isinstance(role, str) else str(table[key])
    return ""


def _key(path: Path) -> str:
    words = ""
    for part in path:
        words += f" #{part + 1}" if isinstance(part, int) else f".{part}" if words else part
    return words.strip()


def explain(problem: Problem, data: Mapping[str, Any], places: Places) -> str:
    """Return the problem as one line for the user."""
    around = problem.path if problem.around is None else problem.around
    words = [str(places.at(problem.path)), place(around, data, places.number), problem.text]
    other = "" if problem.other is None else f" ({places.at(problem.other)})"
    return one_line(": ".join(word for word in words if word) + other, 400)


def cause(problem: Problem) -> str:
    """Return what is wrong within the entry that is set aside, without its place."""
    around = problem.path if problem.around is None else problem.around
    key = _key(around[len(problem.entry or ()) :])
    return f"{key}: {problem.text}" if key else problem.text


def summed_up(lines: list[str], most: int = MOST_SHOWN) -> str:
    """Return the lines as one message, and how many were left out."""
    shown = lines[:most]
    if len(lines) > most:
        shown.append(f"… and {len(lines) - most} more")
    return "\n".join(shown)


def from_pydantic(error: ValidationError, model: type[BaseModel], prefix: Path = ()) -> Iterator[Problem]:
    """Yield what a validation found, in the words of this product."""
    details = error.errors(include_url=False, include_context=True, include_input=False)
    misspelt: set[Path] = set()  # keys that an unknown one was probably meant to be
    for detail in details:
        if detail["type"] == "extra_forbidden":
            *around, key = detail["loc"]
            near = nearest(str(key), keys_at(model, tuple(around)))
            misspelt |= {(*around, near)} if near else set()
            yield _unknown(str(key), tuple(around), model, prefix)
    for detail in details:
        path: Path = detail["loc"]
        if detail["type"] == "missing" and path not in misspelt:
            yield Problem((*prefix, *path[:-1]), f'"{path[-1]}" is missing')
        elif detail["type"] not in {"missing", "extra_forbidden"}:
            yield Problem((*prefix, *path), _in_words(detail["type"], detail["msg"], (*prefix, *path)))


def _unknown(key: str, around: Path, model: type[BaseModel], prefix: Path) -> Problem:
    hint = did_you_mean(key, keys_at(model, around))
    if key == "include":
        hint = "; it stands before the first [section] of a file"
    if not prefix and not around:
        return Problem((key,), f"unknown section [{key}]{hint}", around=())
    return Problem((*prefix, *around, key), f'unknown key "{key}"{hint}', around=(*prefix, *around))


_WORDS = {
    "string_type": "must be text in quotes",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "tuple_type": "must be a list in [ ]",
    "list_type": "must be a list in [ ]",
    "too_short": "must not be empty",
}


def _in_words(kind: str, message: str, path: Path) -> str:
    if kind == "tuple_type" and len(path) == 1:
        return f"is a list of tables; write [[{path[0]}]]"
    if kind == "model_type" and len(path) == 1:
        return f"is one table; write [{path[0]}]"
    if kind in _WORDS:
        return _WORDS[kind]
    for start in ("Value error, ", "Assertion failed, "):
        message = message.removeprefix(start)
    return message.replace("Input should be", "must be").replace("'", '"')


def keys_at(model: type[BaseModel], path: Path) -> tuple[str, ...]:
    """Return the keys that a model's table at ``path`` may have; empty where any key may stand."""
    current: Any = model
    for part in path:
        if isinstance(part, int):
            continue
        fields = current.model_fields if _is_model(current) else {}
        if part not in fields:
            return ()
        current = next(models_in(fields[part].annotation), None)
    return (
        tuple(field.alias or name for name, field in current.model_fields.items())
        if _is_model(current)
        else ()
    )


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models that an annotation mentions: ``Model | None``, ``tuple[Model, ...]``."""
    if _is_model(annotation):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from models_in(inner)
