"""Opening what happened before; nothing here changes an incident."""

from __future__ import annotations

from collections.abc import Callable

from console.ui.text import Spans
from console.ui.verbs.base import Verbs


class MemoryVerbs(Verbs):
    """The earlier incidents that are like the one under the cursor."""

    def verbs(self) -> dict[str, Callable[[], None]]:
        """Return what each action id runs."""
        return {"memory.open": self.open}

    def conditions(self) -> dict[str, Callable[[], bool]]:
        """Return when an action makes sense."""
        return {"memory.open": self.some}

    def open(self) -> None:
        """Choose an earlier incident and read it whole."""
        target = self.screen.selection.target()
        if target is not None:
            self.screen.open(self._open, target.row.id)

    async def _open(self, incident: str) -> None:
        from console.ui.screens.menu import Menu, Option  # noqa: PLC0415 - dialogs load when they are needed
        from console.ui.views.memory import how_it_went  # noqa: PLC0415 - same

        memory = await self.screen.selection.memories.fetch(incident)
        if isinstance(memory, str):
            self.screen.flash(memory)
            return
        policy, frame = self.session.policy, self.session.frame
        past = [(one.past, ", ".join(one.why)) for one in memory.similar]
        if memory.last is not None and memory.last.id not in {one.id for one, _ in past}:
            past.insert(0, (memory.last, "last time"))
        if not past:
            self.screen.flash(f"nothing like {incident} is remembered")
            return
        options = [
            Option(one.id, f"{one.id}  {one.title[:40]}", f"{why}; {how_it_went(one, policy, frame)}")
            for one, why in past
        ]
        chosen = await self.screen.ask(Menu(f"before {incident}, seen {memory.seen}× in 30 days", options))
        if chosen is not None:
            await self._read(chosen)

    async def _read(self, incident: str) -> None:
        from console.ui.screens.reader import Reader  # noqa: PLC0415 - dialogs load when they are needed
        from console.ui.views.memory import past_lines  # noqa: PLC0415 - same

        found = await self.screen.selection.details.fetch(incident, 0)
        if isinstance(found, str):
            self.screen.flash(found)
            return
        policy, frame = self.session.policy, self.session.frame

        def lines(width: int) -> list[Spans]:
            return past_lines(found, policy, frame, width)

        await self.screen.ask(Reader(f"{incident}, as it was", lines))
