"""What all verbs share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.domain.standing import Standing
from console.ui.session import Session

if TYPE_CHECKING:
    from console.ui.screens.main import MainScreen


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

    def some(self) -> bool:
        """Return whether there is an incident to act on."""
        return self.here is not None
