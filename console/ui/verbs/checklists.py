"""The checklists: showing them, and keeping them up to date. What answers them loads when it is needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from console.ui.verbs.base import Verbs

if TYPE_CHECKING:
    from console.ui.checkbook import Checkbook


class ChecklistVerbs(Verbs):
    """Opens the checklists."""

    def verbs(self) -> dict[str, Callable[[], None]]:
        """Return what each action id runs."""
        return {"console.checklists": self.show}

    @cached_property
    def book(self) -> Checkbook:
        """What answers them."""
        from console.ui.checkbook import Checkbook  # noqa: PLC0415 - not needed for the first screen

        return Checkbook(self.screen)

    def show(self) -> None:
        """Show what is due."""
        if self.session.snapshot is not None:
            self.screen.open(self.book.show)

    def again(self) -> None:
        """Show the lists as they stand now, where they are shown."""
        if "book" in vars(self):
            self.book.again()
