"""What each kind brings in ``tests/sources/fixtures/<kind>.json``: records as the product writes them.

``options`` is the config table without kind and name, ``payload`` what ``parse`` takes, ``records`` the
dotted path of the list of records in it (empty: the payload is the list). ``alerts`` are what comes of
them, in order: of each those fields that are worth saying. ``problems`` is how many are to be reported.
``deciding`` (may be left out) names the fields that say whether a record fires at all, such as the id of
its recovery: no value is wrong there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from console.domain.alert import Alert, Poll
from console.domain.priority import Priority
from console.sources import registry
from console.sources.base.options import SourceOptions
from tests.paths import REPO

FOLDER = REPO / "tests" / "sources" / "fixtures"


@dataclass(frozen=True)
class Fixture:
    """One file, and what to do with it."""

    kind: str
    options: SourceOptions
    payload: Any
    path: tuple[str, ...]
    alerts: list[dict[str, Any]]
    problems: int
    deciding: frozenset[str]

    def parse(self, payload: Any) -> Poll:
        return registry.find(self.kind).parse(payload, "under-test", self.options)

    @property
    def records(self) -> list[Any]:
        """Return the records of the payload."""
        found = self.payload
        for name in self.path:
            found = found[name]
        assert isinstance(found, list), f"{self.kind}: no list at {'.'.join(self.path)}"
        return found

    def with_records(self, records: Sequence[Any]) -> Any:
        """Return the payload with other records in it."""
        return replaced(self.payload, self.path, list(records))


@cache
def fixture_of(kind: str) -> Fixture:
    """Return the fixture of a kind. Raises ``AssertionError`` where there is none."""
    file = FOLDER / f"{kind}.json"
    assert file.is_file(), (
        f"tests/sources/fixtures/{kind}.json is missing: what it makes of records is not tried"
    )
    said = json.loads(file.read_text(encoding="utf-8"))
    options = registry.find(kind).options.model_validate(said["options"])
    path = tuple(filter(None, said["records"].split(".")))
    deciding = frozenset(said.get("deciding", ()))
    return Fixture(kind, options, said["payload"], path, said["alerts"], said["problems"], deciding)


MISSING = object()
"""Stands for a field that is not there."""


def replaced(value: Any, path: Sequence[str | int], new: Any) -> Any:
    """Return a copy with something else at ``path``; what is not on the way is shared."""
    if not path:
        return new
    name, rest = path[0], path[1:]
    if isinstance(value, dict):
        copy = dict(value)
        if new is MISSING and not rest:
            copy.pop(name, None)
        else:
            copy[str(name)] = replaced(value.get(str(name)), rest, new)
        return copy
    assert isinstance(value, list)
    assert isinstance(name, int)
    inner = [] if new is MISSING and not rest else [replaced(value[name], rest, new)]
    return [*value[:name], *inner, *value[name + 1 :]]


def as_expected(actual: Any, expected: Any) -> Any:
    """Return what is really there in the words and the extent of what is expected, to compare the two."""
    if isinstance(actual, datetime):
        same = isinstance(expected, str) and datetime.fromisoformat(expected) == actual
        return expected if same else actual.isoformat()
    if isinstance(actual, Priority):
        return actual.name
    if isinstance(expected, Mapping):
        there = fields_of(actual)
        return {name: as_expected(there.get(name, "no such field"), text) for name, text in expected.items()}
    if isinstance(actual, tuple):
        told = (
            expected if isinstance(expected, list) and len(expected) == len(actual) else [None] * len(actual)
        )
        return [as_expected(one, other) for one, other in zip(actual, told, strict=True)]
    return actual


def fields_of(value: Any) -> dict[str, Any]:
    """Return the fields of an alert (those of its ref among them) or of a part of it, or its labels."""
    if isinstance(value, tuple):
        return dict(value)
    found = {name: getattr(value, name) for name in getattr(value, "__slots__", ())}
    return {**found, **(fields_of(value.ref) if isinstance(value, Alert) else {})}
