"""Noise: saying that an incident was one, and the list of rules to tune."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.domain.commands import MarkNoise
from console.domain.human import count
from console.domain.standing import Standing
from console.ui.text import Spans
from console.ui.verbs.base import Verbs

if TYPE_CHECKING:
    from console.ui.screens.main import MainScreen
    from console.ui.verbs.incident import IncidentVerbs


class NoiseVerbs(Verbs):
    """``~`` and ``N``."""

    def __init__(self, screen: MainScreen, acting: IncidentVerbs) -> None:
        super().__init__(screen)
        self._acting = acting

    def verbs(self) -> dict[str, Callable[[], None]]:
        """Return what each action id runs."""
        return {"incident.noise": self.mark, "console.noise": self.show}

    def conditions(self) -> dict[str, Callable[[], bool]]:
        """Return when an action makes sense."""
        return {"incident.noise": self.some}

    def mark(self) -> None:
        """Mark the painted incident or the marked ones as noise; take it back where that is said of the one."""
        marks = self._acting.marks
        target = None if marks else self.screen.selection.target()
        if marks or target is not None:
            known = self.screen.selection.details.known(target.row.id) if target else None
            if target is not None and known is not None and known.incident.noise_at is not None:
                self.screen.open(self._unmark, target, known.incident.noise)
            else:
                self.screen.open(self._mark, marks, target)

    async def _mark(self, marks: tuple[str, ...], target: Standing | None) -> None:
        from console.ui.screens.writing import AskLine  # noqa: PLC0415 - dialogs load when they are needed

        name = target.row.id if target else count(len(marks), "incident")
        ask = "why? whoever tunes the rule reads it"
        reason = await self.screen.ask(AskLine(f"mark {name} as noise", ask, lambda _: ""))
        if reason is not None:
            await self._acting.act_on(marks, target, MarkNoise(reason), "mark as noise")

    async def _unmark(self, target: Standing, reason: str) -> None:
        from console.ui.screens.confirm import Confirm  # noqa: PLC0415 - dialogs load when they are needed

        lines: list[Spans] = [(("it is marked as noise", ""), (f": {reason}" if reason else "", ""))]
        if await self.screen.ask(Confirm(f"{target.row.id} is no noise", lines, "take the mark off")):
            await self._acting.act_on((), target, MarkNoise(noise=False), "take the mark off")

    def show(self) -> None:
        """Show the list."""
        self.screen.open(self._show)

    async def _show(self) -> None:
        from console.ui.screens.noise import NoiseScreen  # noqa: PLC0415 - dialogs load when they are needed

        await self.screen.ask(NoiseScreen(self.session, self.screen.desk().noise, self.screen.copy))
