"""``docs/handover.md`` names each field of the JSON, and no field that is not there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, get_args, get_type_hints

import pytest

from console.cli.handing import _plain
from console.domain.handover import build
from console.domain.handover_document import Handover
from console.domain.team.handovers import Handing
from console.outputs.handover import to_json
from tests.outputs.shift import everything
from tests.paths import REPO

PAGE = (REPO / "docs" / "handover.md").read_text()


def records(kind: Any, path: str) -> Iterator[tuple[str, set[str]]]:
    """Yield each record of a document by its path in the JSON: ``open[].tried[]`` and its fields."""
    if is_dataclass(kind):
        yield path, {field.name for field in fields(kind)}
        hints = get_type_hints(kind)
        for field in fields(kind):
            below = f"{path}.{field.name}".lstrip(".")
            for part in get_args(hints[field.name]) or (hints[field.name],):
                many = "[]" if "tuple" in str(hints[field.name]) else ""
                yield from records(part, below + many)


def documented() -> dict[str, set[str]]:
    """Return the fields that the page has a row for, by the path in its heading."""
    found: dict[str, set[str]] = {}
    section = PAGE[PAGE.index("## The JSON") :]
    for part in section.split("\n### ")[1:]:
        heading, rows = part.split("\n", 1)
        paths = re.findall(r"`([^`]+)`", heading) or [""]
        cells = [line.split("|")[1] for line in rows.splitlines() if line.startswith("| `")]
        names = {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
        found |= dict.fromkeys(paths, names)
    return found


RECORDS = dict(records(Handover, ""))


@pytest.mark.parametrize("path", sorted(RECORDS))
def test_each_field_is_documented_and_nothing_else(path: str) -> None:
    assert documented().get(path, set()) == RECORDS[path]


def test_the_page_has_no_records_that_are_not_there() -> None:
    assert set(documented()) == set(RECORDS)


def test_the_paths_are_those_of_the_json() -> None:
    made = json.loads(to_json(replace(build(everything()), signed=None)))
    assert set(made) == RECORDS[""]
    assert set(made["open"][0]["last_events"][0]) == RECORDS["open[].last_events[]"]
    assert set(made["next_shift"][0]) == RECORDS["next_shift[]"]


def test_the_list_is_documented() -> None:
    last = PAGE[PAGE.index("`oncall handover list --json`") :]
    assert set(_plain(Handing("x"))) <= set(re.findall(r"`(\w+)`", last))
