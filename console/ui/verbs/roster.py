"""The roster screen, and what is asked of the team's log."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from console.errors import OncallError
from console.ports.desk import Unknown
from console.ui.sender import Told, told
from console.ui.verbs.base import Verbs

if TYPE_CHECKING:
    from console.domain.team.commands import TeamCommand


class RosterVerbs(Verbs):
    """``w``."""

    def verbs(self) -> dict[str, Callable[[], None]]:
        """Return what each action id runs."""
        return {"console.roster": self.roster}

    def roster(self) -> None:
        """Show who is on call."""
        if self.session.snapshot is not None:
            self.screen.open(self._roster)

    async def _roster(self) -> None:
        from console.ui.screens.roster import RosterScreen  # noqa: PLC0415 - dialogs load when they are needed

        await self.screen.ask(RosterScreen(self.session, self.arrange, self.screen.copy))

    async def arrange(self, command: TeamCommand, verb: str) -> None:
        """Send a command about the team, and tell what became of it."""
        self.screen.tell(Told(f"{verb} …"))
        op = uuid.uuid4().hex
        try:
            outcome = await self.screen.desk().arrange(command, op)
        except OncallError as error:
            outcome = Unknown("", op, str(error))
        self.screen.tell(told(outcome, verb))
