"""The orders in which incidents can be listed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

from console.domain.priority import Priority
from console.domain.standing import Standing


class Sort(StrEnum):
    """An order by its name, as the config and the sort menu have it."""

    URGENCY = "urgency"
    PRIORITY = "priority"
    NEWEST = "newest"
    OLDEST = "oldest"
    QUIET = "quiet"
    SERVICE = "service"
    OWNER = "owner"


MEANINGS: dict[Sort, str] = {
    Sort.URGENCY: "unacked first, least time left",
    Sort.PRIORITY: "worst priority first, P? with P1",
    Sort.NEWEST: "newest first",
    Sort.OLDEST: "oldest first",
    Sort.QUIET: "the quietest first",
    Sort.SERVICE: "by service",
    Sort.OWNER: "by owner, nobody's first",
}
"""What an order means, in words."""

_KEYS: dict[Sort, Callable[[Standing], Any]] = {
    Sort.URGENCY: lambda item: item.order,
    Sort.PRIORITY: lambda item: (item.row.effective_priority or Priority.P1, item.order),
    Sort.NEWEST: lambda item: (-item.row.reported_at.timestamp(), item.row.id),
    Sort.OLDEST: lambda item: (item.row.reported_at, item.row.id),
    Sort.QUIET: lambda item: (item.row.active_at, item.row.id),
    Sort.SERVICE: lambda item: (item.row.service.casefold(), item.order),
    Sort.OWNER: lambda item: (item.row.owner.casefold(), item.order),
}


def in_order(items: Iterable[Standing], sort: Sort) -> list[Standing]:
    """Return the rows in an order; ties are by urgency or by id, so that no row jumps without a reason."""
    return sorted(items, key=_KEYS[sort])
