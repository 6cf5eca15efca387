"""From the moment the store goes away until what was pressed meanwhile is known: then one sentence sums it up."""

from __future__ import annotations

from collections.abc import Sequence

from console.domain.human import count
from console.ports.desk import Nothing, Outcome, Saved
from console.ui.writes import Writes


class Outage:
    """One console's view of the store being away. ``going_on`` until all that was pressed has its answer."""

    def __init__(self) -> None:
        self.going_on = False
        self._saved = 0

    def take(self, writes: Writes, late: Sequence[Outcome], *, away: bool) -> str:
        """Take in a snapshot's news; return what to tell once the store is back and all is known, else nothing."""
        self.going_on = self.going_on or away
        if not self.going_on:
            return ""
        self._saved += sum(1 for outcome in late if isinstance(outcome, Saved | Nothing))
        if away or writes.under_way or writes.waiting:
            return ""
        saved, lost = self._saved, writes.not_saved
        self.going_on, self._saved = False, 0
        parts = [f"{count(saved, 'action')} saved"] if saved else []
        parts += [f"{lost} not" if saved else f"{count(lost, 'action')} not saved"] if lost else []
        return "; ".join(("the store is back", *([", ".join(parts)] if parts else [])))
