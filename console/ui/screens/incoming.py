"""What reaches the screen by itself: snapshots, and the seconds that pass. Only what changed is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.clock import ticks
from console.domain.commands import Note
from console.domain.others import other_rules
from console.domain.snapshot import Snapshot, StoreState
from console.ports.desk import Nothing, Outcome, Saved
from console.ui.asides import Asides
from console.ui.drafts import NOTE
from console.ui.outage import Outage
from console.ui.sender import Told
from console.ui.writes import Write

if TYPE_CHECKING:
    from console.ui.screens.main import MainScreen

REDRAW_EVERY = 15
"""Ticks between two drawings of what only ages in minutes."""


class Incoming:
    """Takes in snapshots and ticks for one screen."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._outage = Outage()
        self._ticks = 0
        self._told: set[str] = set()
        self.asides = Asides(screen)

    def take(self, snapshot: Snapshot) -> None:
        """Show a snapshot."""
        screen, session, drawing = self._screen, self._screen.session, self._screen.drawing
        before = session.snapshot
        late = self._take_late(snapshot)
        listed = session.take(snapshot)
        told = self._drop_told()
        if late or told:
            session.arrange()
        seen = session.board.look_around()
        if before is None or before.policy is not snapshot.policy:
            drawing.incidents.table.set_context(drawing.around)
        if listed or late or told or seen or before is None:
            # A row that is new must not count down from more than its target: the last tick was before it.
            drawing.incidents.table.tick(drawing.around)
            drawing.list()
            screen.selection.refresh()
        elif before.store.state is not snapshot.store.state:
            drawing.below()
        if before is not None and before.told != snapshot.told:
            screen.selection.details.changes_told()
            screen.selection.refresh()
        if before is None or before.duties != snapshot.duties or before.policy is not snapshot.policy:
            drawing.roster_pane()
        screen.verbs.checklists.again()
        drawing.clock_pane()
        drawing.onlookers()
        drawing.top_line(screen.size.width)
        screen.draw_lines()
        self._tell_other_rules(snapshot)

    def tick(self) -> None:
        """Let a second pass: only what shows the time is drawn."""
        screen, session, drawing = self._screen, self._screen.session, self._screen.drawing
        if session.snapshot is None or not screen.is_mounted:
            return
        self._ticks += 1
        self.asides.tick()
        screen.selection.look_again()
        screen.selection.look_at_runbook()
        if not session.ticked:
            session.ticked = True
            drawing.roster_pane()  # now with who is ready: the first picture did without
        told = session.writes.passing and self._drop_told()
        if told:
            session.board.mark_writes(session.writes.of())  # a second that passes moves no row
        if self._ticks % REDRAW_EVERY == 0 and session.look.timed:
            session.arrange()
        if self._ticks % REDRAW_EVERY == 0:
            drawing.incidents.table.set_context(drawing.around)
            drawing.list()
            drawing.roster_pane()
            drawing.below_panes()
        else:
            drawing.incidents.table.tick(drawing.around)
            if told:
                drawing.list()
            elif session.away:
                drawing.below()
            drawing.clock_pane()
        drawing.top_line(screen.size.width)
        screen.draw_lines()

    def _take_late(self, snapshot: Snapshot) -> bool:
        """Take in answers that came late, and say so when the store is back and all of them are there."""
        screen, session = self._screen, self._screen.session
        away = snapshot.store.state is StoreState.UNREACHABLE
        late = screen.sender.take_late(screen.desk().resolved(), summed=away or self._outage.going_on)
        for write, outcome in late:
            self._drop_draft(write, outcome)
            if session.bulk is not None:
                session.bulk.late(outcome)
        words = self._outage.take(session.writes, [outcome for _, outcome in late], away=away)
        if words:
            screen.tell(Told(words, "warning" if session.writes.not_saved else "information"))
        return bool(late)

    def _drop_draft(self, write: Write | None, outcome: Outcome) -> None:
        """Forget the draft of a note that is saved after all, so that it is not sent twice."""
        drafts = self._screen.session.drafts
        if (
            write is not None
            and isinstance(outcome, Saved | Nothing)
            and isinstance(write.command, Note)
            and drafts.get(NOTE, write.incident).get("text", "").strip() == write.command.text
        ):
            drafts.drop(NOTE, write.incident)

    def _drop_told(self) -> bool:
        """Forget on the rows what they need not tell any more."""
        session = self._screen.session
        rows = {item.standing.row.id: item.standing.row.n for item in session.board.items}
        return session.writes.drop_told(rows, ticks())

    def _tell_other_rules(self, snapshot: Snapshot) -> None:
        """Say once who goes by another team config: NEXT may have more pressing things to say for hours."""
        found = list(other_rules(snapshot))
        fresh = [words for words in found if words not in self._told]
        self._told = set(found)
        if fresh:
            more = f", and {len(fresh) - 1} more" if len(fresh) > 1 else ""
            key = self._screen.key_of("console.about")
            tail = f" · {key} tells" if key else ""
            self._screen.tell(Told(f"{fresh[0]}{more}{tail}", "warning"))
