"""Which incident the lower panes show, and which one a key is meant for."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from console.clock import ticks
from console.domain.guard import may_act
from console.domain.snapshot import Detail
from console.domain.standing import Standing
from console.ui.screens.details import Details, rest
from console.ui.screens.memories import RESTS, Memories
from console.ui.views.told import may_move
from console.ui.work import begin

if TYPE_CHECKING:
    from console.ui.screens.main import MainScreen


LOOK_AGAIN = 2.0
"""Seconds between two looks at deliveries that may have moved."""


class Selection:
    """Lets the lower panes follow the cursor; while it runs, only where it comes to rest is fetched."""

    def __init__(self, screen: MainScreen, details: Details) -> None:
        self._screen = screen
        self._moved_at = float("-inf")
        self._fetched_at = float("-inf")
        self._rereading = False
        self.details = details
        self.memories = Memories(screen.desk)
        screen.session.remembered = self.memories.known

    def follow_cursor(self) -> None:
        """Show the row under the cursor, unless another incident has the screen for itself."""
        screen, session = self._screen, self._screen.session
        if not screen.table_seen and session.selected:
            return
        name = screen.drawing.incidents.table.cursor_key or ""
        if name != session.selected:
            moved_at, self._moved_at = self._moved_at, ticks()
            session.selected = name
            screen.desk().looking(name)
            session.detail = self.details.known(name)
            session.detail_trouble = ""
            screen.drawing.below_panes()
            self.refresh(rest(self._moved_at - moved_at))  # what is known, but old by now, waits as well
            self._look_back(name)
        screen.draw_lines()

    def refresh(self, wait: float = 0) -> None:
        """Fetch the details of the selected incident if its log has gone on, or changes have been told since."""
        session = self._screen.session
        name, detail, standing = session.selected, session.detail, session.standing(session.selected)
        fresh = detail is not None and standing is not None and detail.incident.n >= standing.row.n
        if name and (not fresh or self.details.is_old(name)):
            work = partial(self._fetch, name, wait)
            begin(self._screen, work, name="reading an incident", group="detail", exclusive=True)

    def look_again(self) -> None:
        """Fetch how deliveries and tries stand, which the log does not tell, now and then while they may move."""
        session = self._screen.session
        detail, snapshot = session.detail, session.snapshot
        if detail is None or snapshot is None or not (snapshot.policy.channels or detail.tries):
            return
        if ticks() - self._fetched_at >= LOOK_AGAIN and may_move(detail, snapshot.now):
            work = partial(self._fetch, detail.incident.id, 0)
            begin(self._screen, work, name="reading deliveries", group="detail", exclusive=True)

    def look_at_runbook(self) -> None:
        """See whether the runbook that is shown has been edited, or whether there is one now."""
        detail = self._screen.session.detail
        if detail is None or self._rereading or "runbook" not in self._screen.session.shape.visible:
            return
        self._rereading = True
        begin(self._screen, partial(self._reread, detail), name="reading a runbook", group="runbook")

    async def _reread(self, detail: Detail) -> None:
        try:
            found = await self.details.current(detail)
        finally:
            self._rereading = False
        session = self._screen.session
        if (
            found is not None
            and session.detail is not None
            and session.detail.incident.id == found.incident.id
        ):
            session.detail = found
            self._screen.drawing.below_panes()

    async def _fetch(self, name: str, wait: float) -> None:
        self._fetched_at = ticks()
        found = await self.details.fetch(name, wait)
        session = self._screen.session
        if name != session.selected:
            return
        if isinstance(found, Detail):
            session.detail, session.detail_trouble = found, ""
        else:
            session.detail_trouble = found
        self._screen.drawing.below_panes()
        self._screen.draw_lines()

    def _look_back(self, name: str) -> None:
        """Read what happened before, once the cursor has rested; the same group, so that only the last one is."""
        if name and self.memories.known(name) is None:
            work = partial(self._remember, name)
            begin(self._screen, work, name="looking back", group="memory", exclusive=True)

    async def _remember(self, name: str) -> None:
        found = await self.memories.fetch(name, RESTS)
        if not isinstance(found, str) and name == self._screen.session.selected:
            self._screen.drawing.below_panes()

    def go_to(self, incident: str) -> bool:
        """Put the cursor on an incident; False where the look hides it or it is not open."""
        screen = self._screen
        if not screen.table_seen:
            screen.reshape(replace(screen.session.shape.focused("incidents"), zoomed=False))
        return screen.drawing.incidents.table.move_to(incident)

    # The incident a key is meant for

    def painted(self) -> str | None:
        """Return the incident painted under the cursor, or shown by the only pane there is."""
        if self._screen.table_seen:
            return self._screen.drawing.incidents.table.painted_key_at_cursor()
        return self._screen.session.selected or None

    def target(self) -> Standing | None:
        """Return the incident a key is meant for; None, with a flash, where that is not certain."""
        screen, name = self._screen, self.painted()
        if name is None:
            screen.flash("no incident under the cursor")
            return None
        if self._unsettled():
            screen.flash("not done: the row under the cursor changed just now; look, then press again")
            return None
        standing = screen.session.standing(name)
        if standing is None:
            screen.flash(f"{name} is not open any more")
        return standing

    def _unsettled(self) -> bool:
        """Return whether the row under the cursor changed by itself a moment before the key was pressed."""
        screen = self._screen
        if not screen.table_seen:
            return False
        changed_at = screen.drawing.incidents.table.row_changed_at
        return not may_act("row", changed_at, screen.console.pressed_at)
