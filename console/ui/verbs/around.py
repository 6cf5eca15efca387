"""Ways around the screen: panes, tabs, zoom, back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from console.domain.look import Look
from console.domain.sorting import Sort
from console.ui.keys.actions import BY_ID
from console.ui.screens.shape import PANES, Mode
from console.ui.verbs.base import Verbs


class AroundVerbs(Verbs):
    """Moves the focus; changes nothing else."""

    def verbs(self) -> dict[str, Callable[[], None]]:
        """Return what each action id runs."""
        return {
            **{f"pane.{pane}": partial(self.pane, pane) for pane in PANES},
            "pane.next": partial(self.next_pane, 1),
            "pane.previous": partial(self.next_pane, -1),
            "tab.next": partial(self.next_tab, 1),
            "tab.previous": partial(self.next_tab, -1),
            "pane.zoom": self.zoom,
            "next.go": self.go_to_hint,
            "console.back": self.back,
        }

    def conditions(self) -> dict[str, Callable[[], bool]]:
        """Return when an action makes sense."""
        return {
            "next.go": lambda: bool(
                self.screen.verbs.merging.part_shown() or (self.session.hint and self.session.hint.incident)
            ),
            "pane.zoom": lambda: self.session.shape.mode is not Mode.TINY,
        }

    def pane(self, name: str) -> None:
        """Go to a pane."""
        self.screen.reshape(self.session.shape.focused(name))

    def next_pane(self, step: int) -> None:
        """Go to the next pane or the one before."""
        self.screen.reshape(self.session.shape.next_pane(step))

    def next_tab(self, step: int) -> None:
        """Show the next tab or the one before."""
        self.screen.reshape(self.session.shape.next_tab(step))

    def zoom(self) -> None:
        """Give the pane the whole screen, or take it back."""
        self.screen.reshape(replace(self.session.shape, zoomed=not self.session.shape.zoomed))

    def go_to_hint(self) -> None:
        """Go to the incident that NEXT is about; from a merged one, which NEXT says nothing of, to its whole."""
        whole = self.screen.verbs.merging.part_shown()
        if whole:
            self.screen.run(self.screen.verbs.merging.go_to_whole, whole)
            return
        hint = self.session.hint
        if hint is None or not hint.incident:
            self.screen.flash("NEXT is not about an incident")
            return
        self.go_to(hint.incident)
        wanted = BY_ID.get(hint.action)
        if wanted is not None and wanted.scope == "incidents":  # its key means something else in another pane
            self.pane("incidents")

    def go_to(self, incident: str) -> None:
        """Go to an open incident; a filter that hides it is cleared, and that is said."""
        if not self.screen.selection.go_to(incident):
            self.screen.verbs.view.look_at(Look())
            self.screen.flash("the filter hid it: cleared")
            self.screen.selection.go_to(incident)

    def back(self) -> None:
        """Close the filter field, stop what is sent to several, leave the zoom, go back to the list, clear the filter, clear the marks."""
        screen, session = self.screen, self.session
        table = screen.drawing.incidents.table
        if screen.drawing.incidents.filter.display:
            screen.verbs.view.query_cancelled()
        elif screen.verbs.bulk.stop():
            screen.drawing.below()
        elif session.shape.zoomed:
            screen.reshape(replace(session.shape, zoomed=False))
        elif session.shape.focus != "incidents":
            self.pane("incidents")
        elif not session.look.plain:
            screen.verbs.view.look_at(Look(sort=Sort.URGENCY if session.look.view else session.look.sort))
        elif table.marks:
            table.clear_marks()
        elif (name := screen.selection.painted()) and session.writes.dismiss(name):
            screen.writes_changed()
        elif screen.incoming.asides.put_away():
            screen.draw_lines()
