"""What all verbs share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from textual.css.query import NoMatches

from console.domain.standing import Standing
from console.ui.drafts import EVERY
from console.ui.session import Session

if TYPE_CHECKING:
    from console.ui.screens.dialog import Dialog
    from console.ui.screens.main import MainScreen

ResultT = TypeVar("ResultT")


class Verbs:
    """Verbs of one subject, for one screen."""

    def __init__(self, screen: MainScreen) -> None:
        self.screen = screen

    def verbs(self) -> dict[str, Callable[[], None]]:
        """Return what each action id runs."""
        return {}

    def conditions(self) -> dict[str, Callable[[], bool]]:
        """Return when an action makes sense, for those where it does not always."""
        return {}

    @property
    def session(self) -> Session:
        """The state of the screen."""
        return self.screen.session

    @property
    def here(self) -> Standing | None:
        """The incident under the cursor or shown, without any guard: for asking, not for acting."""
        return self.session.standing(self.screen.selection.painted())

    async def ask_writing(
        self, dialog: Dialog[ResultT], kind: str, about: str, read: Callable[[], Mapping[str, str]]
    ) -> ResultT | None:
        """Show a dialog that is written in, and return its answer.

        What ``read`` returns is kept as a draft, from while it is written until somebody drops it.
        """
        drafts = self.session.drafts

        def written() -> Mapping[str, str] | None:
            try:
                return read() if dialog.is_mounted else None
            except NoMatches:  # it is being taken apart
                return None

        drafts.watch(kind, about, written)
        dialog.leaving = drafts.unwatch
        looking = self.screen.set_interval(EVERY, drafts.look, name="drafts")
        try:
            return await self.screen.ask(dialog)
        finally:
            looking.stop()

    def some(self) -> bool:
        """Return whether there is an incident to act on."""
        return self.here is not None
