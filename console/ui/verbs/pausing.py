"""The fix clock of a P3 or P4: let it stand still for a reason, and run again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.domain.commands import PauseClock, ResumeClock
from console.domain.human import count
from console.domain.pauses import reason_words
from console.domain.standing import Standing
from console.domain.vocabulary import PauseReason
from console.ui.verbs.base import Verbs

if TYPE_CHECKING:
    from console.ui.screens.main import MainScreen
    from console.ui.verbs.incident import IncidentVerbs

MEANINGS = {
    PauseReason.WAITING_VENDOR: "nothing can be done before they answer",
    PauseReason.WAITING_CLIENT: "they have to say or do something first",
    PauseReason.SCHEDULED: "a time for it has been agreed",
}
RESUME = "the clock runs again"


class PausingVerbs(Verbs):
    """``P``."""

    def __init__(self, screen: MainScreen, acting: IncidentVerbs) -> None:
        super().__init__(screen)
        self._acting = acting

    def verbs(self) -> dict[str, Callable[[], None]]:
        """Return what each action id runs."""
        return {"incident.pause": self.pause}

    def conditions(self) -> dict[str, Callable[[], bool]]:
        """Return when an action makes sense."""
        return {"incident.pause": self.some}

    def pause(self) -> None:
        """Ask for what reason, for the painted incident or the marked ones; a P1 or P2 is refused at once."""
        marks = self._acting.marks
        target = None if marks else self.screen.selection.target()
        if target is not None and (refusal := self._refusal(target)):
            self.screen.flash(refusal)
        elif marks or target is not None:
            self.screen.open(self._pause, marks, target)

    def _refusal(self, target: Standing) -> str:
        priority = target.row.effective_priority
        if target.row.paused_since is not None or self.session.policy.target(priority).pausable:
            return ""
        if priority is None:
            return f"{target.row.id}: set its priority first, then its clock can be paused"
        return f"{target.row.id}: {priority.label} clocks never pause; lower the priority first if it is less"

    async def _pause(self, marks: tuple[str, ...], target: Standing | None) -> None:
        from console.ui.screens.menu import Menu, Option  # noqa: PLC0415 - dialogs load when they are needed
        from console.ui.screens.writing import AskLine  # noqa: PLC0415 - same

        name = target.row.id if target else count(len(marks), "incident")
        options: list[Option[PauseReason | str]] = []
        if target is None or target.row.paused_since is None:
            options += [
                Option(reason, reason_words(reason), words, str(n))
                for n, (reason, words) in enumerate(MEANINGS.items(), 1)
            ]
        if target is None or target.row.paused_since is not None:
            options.append(Option(RESUME, RESUME, "its deadline moves by the time that it stood", "r"))
        chosen = await self.screen.ask(Menu(f"fix clock of {name}", options))
        if isinstance(chosen, PauseReason):
            ask = "for what? a ticket, a name, a date; may stay empty"
            words = await self.screen.ask(
                AskLine(f"{name}: {reason_words(chosen)}", ask, lambda _: "", optional=True)
            )
            if words is not None:
                await self._acting.act_on(marks, target, PauseClock(chosen, words), "pause the clock")
        elif chosen is not None:
            await self._acting.act_on(marks, target, ResumeClock(), "run the clock")
