"""Views of the incident list as the config file writes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import AfterValidator

from console.config.base import Line, Table
from console.config.problems import Problem
from console.domain.filters import parse
from console.domain.sorting import Sort
from console.domain.views import LONGEST_NAME, View

TAKEN = "jkgGv*0+-"
"""Keys that the menu of views needs itself."""


def _query(text: str) -> str:
    parse(text)
    return text


def _key(text: str) -> str:
    if len(text) != 1 or not text.isprintable() or text.isspace() or text in TAKEN:
        raise ValueError(f"must be one character, and none of {' '.join(TAKEN)}")
    return text


def _name(text: str) -> str:
    if len(text) > LONGEST_NAME:
        raise ValueError(f"must be {LONGEST_NAME} characters at most")
    return text


class ViewTable(Table):
    """``[[views]]``: a query and an order under a name."""

    name: Annotated[Line, AfterValidator(_name)]
    """What it is called in the menu and above the list."""

    filter: Annotated[str, AfterValidator(_query)] = ""
    """As after ``/``: ``p:1,2 -st:acked``."""

    sort: Sort = Sort.URGENCY
    """urgency, priority, newest, oldest, quiet, service or owner."""

    key: Annotated[str, AfterValidator(_key)] | None = None
    """Chooses it in the menu; left out: the next free one."""


def views_of(tables: Iterable[ViewTable]) -> tuple[View, ...]:
    """Return them as plain values."""
    return tuple(View(table.name, table.filter, table.sort, table.key or "") for table in tables)


def check_views(tables: Iterable[ViewTable]) -> Iterator[Problem]:
    """Yield names and keys that two views have."""
    seen: dict[tuple[str, str], int] = {}
    for index, table in enumerate(tables):
        for what, value in (("name", table.name), ("key", table.key or "")):
            if not value:
                continue
            if (what, value) in seen:
                yield Problem(
                    ("views", index, what),
                    f'"{value}" is in [[views]] already',
                    other=("views", seen[what, value], what),
                )
            seen.setdefault((what, value), index)
