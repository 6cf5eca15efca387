"""Saved views: a query and an order under a name. Whose incidents are shown stays as it was chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from console.domain.filters import FilterError, parse
from console.domain.look import Look
from console.domain.sorting import Sort
from console.domain.text import one_line

LONGEST_NAME = 40
MOST = 50
"""Views that are kept."""


@dataclass(frozen=True, slots=True)
class View:
    """``key`` chooses it in the menu; ``saved``: made on screen and not in the config."""

    name: str
    query: str = ""
    sort: Sort = Sort.URGENCY
    key: str = ""
    saved: bool = False

    def look(self, before: Look) -> Look:
        """Return how the list is looked at with this view; scope and faults stay. Raises ``FilterError``."""
        return replace(before, query=parse(self.query), sort=self.sort, view=self.name, forgotten=False)


def saved_views(kept: Any, taken: Iterable[str] = ()) -> tuple[View, ...]:
    """Return the views that were remembered; what cannot be understood, or is named as another, is left out."""
    names, found = set(taken), []
    for entry in kept[:MOST] if isinstance(kept, list) else ():
        view = _view(entry) if isinstance(entry, Mapping) else None
        if view is not None and view.name not in names:
            names.add(view.name)
            found.append(view)
    return tuple(found)


def kept_views(views: Iterable[View]) -> list[dict[str, str]]:
    """Return the saved ones as they are remembered."""
    return [
        {"name": view.name, "filter": view.query, "sort": view.sort.value} for view in views if view.saved
    ]


def _view(entry: Mapping[Any, Any]) -> View | None:
    name = one_line(str(entry.get("name", "")), LONGEST_NAME)
    query = str(entry.get("filter", ""))
    try:
        parse(query)
        return View(name, query, Sort(entry.get("sort", Sort.URGENCY)), saved=True) if name else None
    except (FilterError, ValueError):
        return None
