"""The keys of a source's table, one by one: what the table's own docstrings say of them, and trying a value alone."""

from __future__ import annotations

import ast
import inspect
import re
import shlex
import textwrap
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError, create_model
from pydantic.fields import FieldInfo

from console.config.base import Table
from console.config.problems import from_pydantic, models_in
from console.config.secrets import Secret

_FIRST_SENTENCE = re.compile(r"\.\s")


@dataclass(frozen=True, slots=True)
class Key:
    """One key. ``table`` is what its tables look like, where it is a table or a list of them."""

    name: str
    words: str
    field: FieldInfo
    table: type[BaseModel] | None = None

    @property
    def required(self) -> bool:
        """Whether it cannot be left out."""
        return self.field.is_required()

    @property
    def secret(self) -> bool:
        """Whether its value is kept elsewhere."""
        return self.field.annotation is Secret or Secret in typing.get_args(self.field.annotation)

    @property
    def many(self) -> bool:
        """Whether it takes a list."""
        return typing.get_origin(self.field.annotation) is tuple

    @property
    def default(self) -> Any:
        """What it is where it is left out; None where nothing is."""
        return None if self.required else self.field.get_default(call_default_factory=True)


def keys_of(model: type[BaseModel]) -> tuple[Key, ...]:
    """Return the keys of a table, in the order in which it has them."""
    told = dict(_docstrings(model))
    return tuple(
        Key(name, told.get(name, ""), field, next(models_in(field.annotation), None))
        for name, field in model.model_fields.items()
    )


def read_one(key: Key, typed: str, folder: Path) -> Any:
    """Return the value that was typed for a key, as the file is to have it; a list is typed as in a shell.

    Raises ``ValueError`` with a sentence for the user where it is no value of this key.
    """
    value: Any = shlex.split(typed) if key.many else typed
    one = create_model("One", __base__=Table, **{key.name: (key.field.annotation, key.field)})  # type: ignore[call-overload]
    try:
        found = one.model_validate({key.name: value}, context={"folder": folder})
    except ValidationError as error:
        problem = next(from_pydantic(error, one))
        raise ValueError(f"{key.name} {problem.text}") from None
    plain = getattr(found, key.name)
    return plain if isinstance(plain, bool | int | float) else value


def _docstrings(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """Yield the first sentence below each field; what a table says itself comes after what it inherits."""
    for table in reversed(model.__mro__):
        if not issubclass(table, Table) or table is Table:
            continue
        (found,) = ast.parse(textwrap.dedent(inspect.getsource(table))).body
        body = found.body if isinstance(found, ast.ClassDef) else []
        for field, words in pairwise(body):
            match field, words:
                case (
                    ast.AnnAssign(target=ast.Name(id=name)),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ):
                    sentence = _FIRST_SENTENCE.split(" ".join(text.split()))[0]
                    yield name, sentence.rstrip(".").replace("``", "")
