"""The page for users: its configs load, its table is read, and it names every key."""

from __future__ import annotations

import re
from pathlib import Path

from console.calendars.table import read
from console.config.calendars import Calendar
from console.config.load import parse
from tests.calendars.made import JAKARTA, asked
from tests.config.samples import TEAM
from tests.paths import REPO

PAGE = (REPO / "docs" / "roster-calendars.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(kind: str) -> list[str]:
    return [text for found, text in BLOCK.findall(PAGE) if found == kind]


def test_its_configs_are_ones_that_work() -> None:
    found = [parse(f"{TEAM}\n{block}", Path("oncall.toml")) for block in blocks("toml")]
    assert [one.set_aside for one in found] == [(), ()]
    assert [table.name for one in found for table in one.config.calendars] == [
        "Payments on call",
        "Second line",
        "PagerDuty",
    ]


def test_it_names_every_key() -> None:
    assert {key for key in Calendar.model_fields if f"`{key}`" not in PAGE} == set()


def test_its_table_is_read() -> None:
    (table,) = blocks("csv")
    found = read(table.encode(), asked(JAKARTA))
    assert [one.person for one in found.shifts] == ["asha", ""]
    assert len(found.problems) == 1
