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
from console.domain.tracks import Check
from console.domain.tracks import checks as tracked


@dataclass(frozen=True, slots=True, eq=False)
class Digest:
    """What the open incidents come to, worked out once per change; the tick only compares instants.

    ``mine`` are the rows that concern the viewer, by want, most pressing first. ``dues``
    are the deadlines of the running clocks in order, as timestamps; ``lost`` counts clocks that
    stand still beyond their deadline. ``checks`` are those of parallel work that are the viewer's, each with its
    incident, soonest first. ``to_tell`` are others' incidents whose clients the viewer took over to tell.
    """

    open: int
    unacked: int
    dues: tuple[float, ...]
    lost: int
    mine: dict[Want, tuple[Standing, ...]] = field(default_factory=dict)
    others_unacked: int = 0
    checks: tuple[tuple[str, Check], ...] = ()
    to_tell: tuple[Standing, ...] = ()

    def breached(self, now: datetime) -> int:
        """Return how many of the clocks shown have passed their deadline."""
        return bisect_left(self.dues, now.timestamp()) + self.lost


def digest(items: Iterable[Standing], who: Viewer) -> Digest:
    """Return the sums over the open incidents. Who is on no duty is told about everybody's."""
    dues: list[float] = []
    mine: dict[Want, list[Standing]] = {}
    total = unacked = lost = others = 0
    checks: list[tuple[str, Check]] = []
    to_tell: list[Standing] = []
    watching = not who.on_duty
    for item in items:
        if item.want is Want.TELL:
            if watching or who.tells_the_end(item.row):
                mine.setdefault(item.want, []).append(item)
            continue
        total += 1
        clock = item.clock
        if clock.paused_since is None:
            dues.append(item.order[1])
        elif clock.paused_since > clock.deadline:
            lost += 1
        waits = item.want is Want.ACK
        unacked += waits
        if item.row.track_at is not None:
            checks += _checks(item.row, who)
        if item.want is Want.FIX and who.tells_clients(item.row):
            to_tell.append(item)
        if (watching and not item.row.owner) or (who.concerns(item.row) and _paged(item, who)):
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
        checks=tuple(sorted(checks, key=lambda pair: (pair[1].at, pair[0]))),
        to_tell=tuple(to_tell),
    )


def _checks(row: Summary, who: Viewer) -> Iterable[tuple[str, Check]]:
    """Yield the checks that are the viewer's: by name, else with the incident, else with the duty for its team."""
    theirs = who.concerns(row) or (not who.on_duty and not row.owner)
    for check in tracked(row.track):
        if check.owner == who.id if check.owner else theirs:
            yield row.id, check


def _paged(item: Standing, who: Viewer) -> bool:
    """Return whether the page, if there was one, went to this person: others' pages are theirs to answer (S10).

    What has cleared by itself pages nobody any more: whoever is on duty may close it.
    """
    row = item.row
    return item.want is Want.CLOSE or bool(row.owner) or not row.paged_now or who.id in row.paged_now


def _by_time_left(item: Standing) -> Any:
    return item.order


def _by_priority(item: Standing) -> tuple[Priority, datetime, str]:
    row = item.row
    return row.effective_priority or Priority.P1, item.clock.deadline, row.id


_ORDERS: dict[Want, Callable[[Standing], Any]] = {Want.ACK: _by_priority}
