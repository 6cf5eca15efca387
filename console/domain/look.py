"""How the incident list is looked at: which rows are shown, in which order, and how many are hidden.

What a look hides is never acted on, and how many it hides is always shown (peer bug B24).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from console.domain.filters import Circumstances, Filter
from console.domain.incident import ACKED_STATES
from console.domain.sorting import Sort, in_order
from console.domain.standing import Standing, Viewer, Want
from console.domain.summary import Summary

FORGOTTEN_AFTER = timedelta(minutes=15)
"""Acked and without activity for so long may be forgotten (asked for in Grafana OnCall #4062, goalert #3397)."""
EVERYTHING = Filter()
"""The query that hides nothing."""


class Scope(StrEnum):
    """Whose incidents: mine, my teams', everybody's."""

    MINE = "mine"
    TEAM = "team"
    ALL = "all"

    def next(self) -> Scope:
        """Return the scope that follows, going round."""
        scopes = list(Scope)
        return scopes[(scopes.index(self) + 1) % len(scopes)]


@dataclass(frozen=True, slots=True)
class Look:
    """How the list is looked at: the query, whose, and whether only what is unacked or breached.

    ``forgotten``: only what is acked and quiet, the quietest first. ``view`` is the name of the saved
    view that query and order come from.
    """

    query: Filter = EVERYTHING
    scope: Scope = Scope.ALL
    faults: bool = False
    forgotten: bool = False
    sort: Sort = Sort.URGENCY
    view: str = ""

    @property
    def plain(self) -> bool:
        """True where nothing is hidden on purpose."""
        return not self.query.terms and self.scope is Scope.ALL and not (self.faults or self.forgotten)

    @property
    def timed(self) -> bool:
        """True where a row may come or go by the clock alone."""
        return self.faults or self.forgotten or any(term.timed for term in self.query.terms)

    @property
    def words(self) -> str:
        """What is shown, in words; empty where everything is."""
        scope = {Scope.MINE: "mine", Scope.TEAM: "my teams'", Scope.ALL: ""}[self.scope]
        faults = "unacked or breached" if self.faults else ""
        forgotten = "acked and quiet, the quietest first" if self.forgotten else ""
        view = f"view “{self.view}”" if self.view else ""
        parts = (view, scope, faults, forgotten, self.query.words)
        return ", ".join(part for part in parts if part)

    def holds(self, item: Standing, around: Circumstances) -> bool:
        """Return whether a row is shown."""
        if self.scope is Scope.MINE and not around.viewer.concerns(item.row):
            return False
        if self.scope is Scope.TEAM and not _in_teams(item, around.viewer):
            return False
        if self.faults and not (item.want is Want.ACK or item.clock.breached(around.now)):
            return False
        if self.forgotten and not forgotten(item.row, around.now):
            return False
        return self.query.holds(item, around)


@dataclass(frozen=True, slots=True)
class Arranged:
    """The rows to show, in order, and how many open ones the look hides."""

    shown: tuple[Standing, ...]
    hidden: int


def arrange(items: Iterable[Standing], look: Look, around: Circumstances) -> Arranged:
    """Return what a look shows of the open incidents in its order, by default least time left first."""
    every = in_order(items, Sort.QUIET if look.forgotten else look.sort)
    if look.plain:
        return Arranged(tuple(every), 0)
    shown = tuple(item for item in every if look.holds(item, around))
    return Arranged(shown, len(every) - len(shown))


def forgotten(row: Summary, now: datetime) -> bool:
    """Return whether an incident is acked and nobody has done anything about it for a while."""
    acked = row.state in ACKED_STATES and row.snoozed_until is None
    return acked and now - row.active_at >= FORGOTTEN_AFTER


def _in_teams(item: Standing, who: Viewer) -> bool:
    """Return whether it is of their teams, or a storm that their services may be in."""
    row = item.row
    if row.owner == who.id or not row.team or row.team in who.teams:
        return True
    return bool(item.concerned) and not who.services.isdisjoint(item.concerned)
