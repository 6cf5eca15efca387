"""What the open incidents come to for one viewer, worked out once per change."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from console.domain.priority import Priority
from console.domain.standing import Standing, Viewer, Want
from console.domain.summary import Summary


@dataclass(frozen=True, slots=True, eq=False)
class Digest:
    """What the open incidents come to, worked out once per change; the tick only compares instants.

    ``mine`` are the rows that concern the viewer, by want, most pressing first. ``dues``
    are the deadlines of the running clocks in order, as timestamps; ``lost`` counts clocks that
    stand still beyond their deadline.
    """

    open: int
    unacked: int
    dues: tuple[float, ...]
    lost: int
    mine: dict[Want, tuple[Standing, ...]] = field(default_factory=dict)
    others_unacked: int = 0

    def breached(self, now: datetime) -> int:
        """Return how many of the clocks shown have passed their deadline."""
        return bisect_left(self.dues, now.timestamp()) + self.lost


def digest(items: Iterable[Standing], who: Viewer) -> Digest:
    """Return the sums over the open incidents. Who is on no duty is told about everybody's."""
    dues: list[float] = []
    mine: dict[Want, list[Standing]] = {}
    total = unacked = lost = others = 0
    watching = not who.on_duty
    for item in items:
        total += 1
        clock = item.clock
        if clock.paused_since is None:
            dues.append(item.order[1])
        elif clock.paused_since > clock.deadline:
            lost += 1
        waits = item.want is Want.ACK
        unacked += waits
        if (watching and not item.row.owner) or (who.concerns(item.row) and _paged(item.row, who)):
            mine.setdefault(item.want, []).append(item)
        else:
            others += waits
    dues.sort()
    return Digest(
        open=total,
        unacked=unacked,
        dues=tuple(dues),
        lost=lost,
        mine={
            want: tuple(sorted(found, key=_ORDERS.get(want, _by_time_left))) for want, found in mine.items()
        },
        others_unacked=others,
    )


def _paged(row: Summary, who: Viewer) -> bool:
    """Return whether the page, if there was one, went to this person: others' pages are theirs to answer (S10)."""
    return bool(row.owner) or not row.paged_now or who.id in row.paged_now


def _by_time_left(item: Standing) -> Any:
    return item.order


def _by_priority(item: Standing) -> tuple[Priority, datetime, str]:
    row = item.row
    return row.effective_priority or Priority.P1, item.clock.deadline, row.id


_ORDERS: dict[Want, Callable[[Standing], Any]] = {Want.ACK: _by_priority}
