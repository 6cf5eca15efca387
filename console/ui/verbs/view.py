"""What the list shows: filter, scope, faults only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from console.domain.look import Look
from console.domain.sorting import MEANINGS
from console.ui.verbs.base import Verbs


class ViewVerbs(Verbs):
    """Changes the look; the cursor stays on its incident."""

    _before = Look()

    def verbs(self) -> dict[str, Callable[[], None]]:
        """Return what each action id runs."""
        return {
            "filter.edit": self.edit,
            "filter.sort": self.sort,
            "filter.scope": self.scope,
            "filter.faults": self.faults,
            "filter.forgotten": self.forgotten,
        }

    def look_at(self, look: Look) -> None:
        """Look at the list in another way."""
        told_otherwise = look.forgotten is not self.session.look.forgotten
        self.session.look = look
        self.session.filter_error = ""
        self.session.arrange()
        if told_otherwise:  # the remarks on the rows, too, however the look is left
            self.screen.drawing.incidents.table.set_context(self.screen.drawing.around)
        self.screen.drawing.list()
        self.screen.selection.follow_cursor()

    def scope(self) -> None:
        """Show mine, my teams', everybody's, in turn."""
        self.look_at(replace(self.session.look, scope=self.session.look.scope.next()))

    def sort(self) -> None:
        """Choose the order of the list by one more key."""
        self.screen.open(self._sort)

    async def _sort(self) -> None:
        from console.ui.screens.menu import Menu, Option  # noqa: PLC0415 - dialogs load when they are needed

        now = self.session.look.sort
        options = [
            Option(sort, f"{sort.value}{' (now)' if sort is now else ''}", words)
            for sort, words in MEANINGS.items()
        ]
        chosen = await self.screen.ask(Menu("sort by", options))
        if chosen is not None:
            self.look_at(replace(self.session.look, sort=chosen, view=""))

    def faults(self) -> None:
        """Show only what is unacked or breached, or everything again."""
        self.look_at(replace(self.session.look, faults=not self.session.look.faults))

    def forgotten(self) -> None:
        """Show only what is acked and quiet, the quietest first, or everything again."""
        self.look_at(replace(self.session.look, forgotten=not self.session.look.forgotten))

    def edit(self) -> None:
        """Write a query; the list follows it."""
        if not self.screen.table_seen:
            self.screen.reshape(replace(self.session.shape.focused("incidents"), zoomed=False))
        self._before = self.session.look
        field = self.screen.drawing.incidents.filter
        field.display = True
        field.value = self.session.look.query.text
        # At once, not by message: what is typed next must land in the field, not run as keys (peer bug B6).
        self.screen.set_focus(field, scroll_visible=False)

    def query_changed(self, text: str) -> None:
        """Follow the query as far as it can be understood."""
        if not self.screen.drawing.incidents.filter.display:
            return
        found = self.session.query(text)
        if found is None:
            self.screen.drawing.below()
        elif found.text != self.session.look.query.text:
            self.look_at(replace(self.session.look, query=found, view=""))
        else:
            self.screen.drawing.below()

    def query_done(self) -> None:
        """Keep the query; one that cannot be understood is not kept silently."""
        if self.session.filter_error:
            self.screen.flash(self.session.filter_error)
            return
        self._close()

    def query_cancelled(self) -> None:
        """Go back to how the list was looked at before."""
        self.look_at(self._before)
        self._close()

    def _close(self) -> None:
        self.session.filter_error = ""
        self.screen.drawing.incidents.filter.display = False
        self.screen.focus_on("incidents")
        self.screen.drawing.below()
