"""The incidents of the latest snapshot, arranged for looking at; what did not change stays the same object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from console.domain.filters import Circumstances
from console.domain.hints import Digest, digest
from console.domain.look import Look, arrange
from console.domain.others import onlookers
from console.domain.policy import Policy
from console.domain.snapshot import Snapshot
from console.domain.standing import Standing, Viewer, standing, viewer
from console.ui.views.incidents import Item
from console.ui.writes import Write


class Board:
    """Holds what the list shows, for one look at one snapshot: what is open, and what clients still take for open.

    ``items`` are the rows in order, ``hidden`` how many the look hides,
    ``onlookers`` who else looks at which incident. Rows keep their identity while neither the
    incident, what was pressed on it nor who looks at it changed, so the table draws only what is new.
    """

    def __init__(self) -> None:
        self.items: tuple[Item, ...] = ()
        self.hidden = 0
        self.onlookers: Mapping[str, tuple[str, ...]] = {}
        self.digest = Digest(0, 0, (), 0)
        self.viewer = Viewer("", frozenset(), frozenset())
        self._snapshot: Snapshot | None = None
        self._look = Look()
        self._standings: dict[str, Standing] = {}
        self._order: tuple[Standing, ...] = ()
        self._policy: Policy | None = None

    def standing_of(self, incident: str | None) -> Standing | None:
        """Return where an incident of the list stands, hidden or not; None where it is not there (any more)."""
        return self._standings.get(incident) if incident else None

    @property
    def shown(self) -> tuple[str, ...]:
        """The ids shown, in order."""
        return tuple(item.standing.row.id for item in self.items)

    def take(self, snapshot: Snapshot) -> bool:
        """Take in a snapshot; True where the rows, the people or the rules changed."""
        before, self._snapshot = self._snapshot, snapshot
        same = (
            before is not None
            and before.rows is snapshot.rows
            and before.followed is snapshot.followed
            and before.duties == snapshot.duties
            and before.policy is snapshot.policy
        )
        if same:
            return False
        self.viewer = viewer(snapshot.me, snapshot.duties, snapshot.policy)
        self._stand(snapshot)
        self.digest = digest(self._standings.values(), self.viewer)
        return True

    def _stand(self, snapshot: Snapshot) -> None:
        known = self._standings if self._policy is snapshot.policy else {}
        self._policy = snapshot.policy
        fresh: dict[str, Standing] = {}
        for row in (*snapshot.rows, *snapshot.followed):
            old = known.get(row.id)
            fresh[row.id] = old if old is not None and old.row is row else standing(row, snapshot.policy)
        # The order of before goes first: sorting what is nearly sorted costs next to nothing.
        places = [item.row.id for item in self._order if item.row.id in fresh]
        self._standings = {**dict.fromkeys(places), **fresh} if places else fresh  # type: ignore[dict-item]

    def show(self, look: Look, writes: dict[str, Write], now: datetime) -> None:
        """Arrange the rows for a look; ``writes`` are the pressed keys that rows have to tell of."""
        around = Circumstances(self.viewer, now)
        arranged = arrange(self._standings.values(), look, around)
        self._order = arranged.shown
        self.hidden = arranged.hidden
        known = {item.standing.row.id: item for item in self.items}
        items = []
        for one in arranged.shown:
            write = writes.get(one.row.id)
            seen = self.onlookers.get(one.row.id, ())
            old = known.get(one.row.id)
            same = old is not None and old.standing is one and old.write is write and old.onlookers == seen
            items.append(old if same and old is not None else Item(one, write, seen))
        self.items = tuple(items)

    def count(self, look: Look, now: datetime) -> int:
        """Return how many incidents a look would show now."""
        around = Circumstances(self.viewer, now)
        return sum(1 for one in self._standings.values() if look.holds(one, around))

    def look_around(self) -> bool:
        """Find out who else looks at what; True where that changed. Only the rows concerned are drawn anew."""
        found = onlookers(self._snapshot.consoles) if self._snapshot else {}
        if found == self.onlookers:
            return False
        self.onlookers = found
        self.items = tuple(
            item
            if item.onlookers == (seen := found.get(item.standing.row.id, ()))
            else replace(item, onlookers=seen)
            for item in self.items
        )
        return True

    def mark_writes(self, writes: dict[str, Write]) -> None:
        """Show what became of pressed keys, without arranging anew: a key must not move a row."""
        self.items = tuple(
            item if item.write is (write := writes.get(item.standing.row.id)) else replace(item, write=write)
            for item in self.items
        )
