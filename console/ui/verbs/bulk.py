"""Acting on several incidents: a list of exactly what will be touched, then one after the other beside the screen."""

from __future__ import annotations

from collections.abc import Callable

from console.domain.commands import Command
from console.domain.human import count
from console.domain.standing import Standing
from console.ports.desk import Saved
from console.ui.bulk import Bulk
from console.ui.sender import UNDOABLE, Told, sum_of
from console.ui.text import Spans
from console.ui.verbs.base import Verbs
from console.ui.views.bulk import hidden_words, target_line


class BulkVerbs(Verbs):
    """One command for several; one such command at a time."""

    def verbs(self) -> dict[str, Callable[[], None]]:
        """Return what each action id runs."""
        return {"incident.outcomes": self.outcomes}

    def conditions(self) -> dict[str, Callable[[], bool]]:
        """Return when an action makes sense."""
        return {"incident.outcomes": lambda: self.session.bulk is not None}

    def found(self, names: tuple[str, ...]) -> list[Standing]:
        """Return those of the incidents that are open still."""
        return [standing for name in names if (standing := self.session.standing(name))]

    async def several(
        self,
        names: tuple[str, ...],
        command: Command,
        verb: str,
        *,
        hidden: tuple[str, ...] | None = None,
        done: Callable[[Bulk], None] | None = None,
    ) -> None:
        """Show the list that will be acted on, and act on exactly that (peer bugs B24, B27).

        ``hidden`` are those that the filter hides and that are left alone (None: marks that it hides);
        ``done`` is told when it is over.
        """
        from console.ui.screens.confirm import Confirm  # noqa: PLC0415 - dialogs load when they are needed

        if self.under_way():
            return
        found = self.found(names)
        if not found:
            self.screen.flash("none of them is open any more: nothing is done")
            return
        table = self.screen.drawing.incidents.table
        left_alone = self._hidden_marks() if hidden is None else hidden
        told = bool(left_alone) or hidden is not None
        lines: list[Spans] = (
            [((hidden_words(left_alone), "clock-warn" if left_alone else "dim"),)] if told else []
        )
        lines += [target_line(standing) for standing in found]
        title = f"{verb} {count(len(found), 'incident')}"
        if await self.screen.ask(Confirm(title, lines, title)) and not self.under_way():
            table.clear_marks()
            self.screen.run(self._carry, Bulk(verb, command, found), done)

    def take_back(self, op: str) -> bool:
        """Take back the whole of the last command for several, where ``op`` was part of it; False where it was not."""
        bulk = self.session.bulk
        if bulk is None or not bulk.has(op):
            return False
        if not self.under_way():
            self.screen.run(self._carry, bulk.taken_back(), self._forget)
        return True

    def _forget(self, _bulk: Bulk) -> None:
        """Forget what has been taken back; what could not be stands in the list of outcomes."""
        self.session.writes.undone()

    def _hidden_marks(self) -> tuple[str, ...]:
        """Return the incidents that were marked, are open and are not shown now."""
        lost = self.screen.drawing.incidents.table.marks_out_of_sight
        return tuple(name for name in sorted(lost) if self.session.standing(name))

    def under_way(self) -> bool:
        """Return whether such a command is on its way, which is said."""
        bulk = self.session.bulk
        if bulk is None or not bulk.running:
            return False
        self.screen.flash(f"not done: {bulk.words} is on its way; {self._key('console.back')} stops it")
        return True

    def stop(self) -> bool:
        """Send no more of what is on its way; False where nothing is."""
        bulk = self.session.bulk
        if bulk is None or not bulk.running:
            return False
        bulk.stopped = True
        self.screen.flash(f"{bulk.words} sent, the rest is not")
        return True

    async def _carry(self, bulk: Bulk, done: Callable[[Bulk], None] | None = None) -> None:
        self.session.bulk, bulk.running = bulk, True
        try:
            await self.screen.sender.send_bulk(bulk, self._progress)
            for field in () if bulk.stopped else tuple(bulk.questions()):
                if await self._answered(bulk, field):
                    bulk.say_yes(field)
                    await self.screen.sender.send_bulk(bulk, self._progress)
        finally:
            bulk.running = False
            self._progress()
        self._tell(bulk)
        if done is not None:
            done(bulk)

    async def _answered(self, bulk: Bulk, field: str) -> bool:
        """Ask once what the rules ask of several, each named with its question."""
        from console.ui.screens.confirm import Confirm  # noqa: PLC0415 - dialogs load when they are needed

        asked = bulk.questions()[field]
        lines: list[Spans] = [
            ((f"{part.incident:<9} ", "bold"), (getattr(part.outcome, "question", ""), "")) for part in asked
        ]
        title = f"{bulk.verb}: {len(asked)} of {len(bulk.parts)} ask first"
        answer: bool | None = await self.screen.ask(Confirm(title, lines, f"yes to all {len(asked)}"))
        return bool(answer)

    def _progress(self) -> None:
        """Show how far it has come, without arranging anew: nothing moves because of it."""
        self.session.board.mark_writes(self.session.writes.of())
        self.screen.drawing.list()

    def _tell(self, bulk: Bulk) -> None:
        told, unsent = sum_of(bulk.outcomes, bulk.verb), len(bulk.unsent)
        if bulk.all_well:
            saved = any(isinstance(part.outcome, Saved) for part in bulk.parts)
            undo = self.screen.undo_words() if saved and isinstance(bulk.command, UNDOABLE) else ""
            self.screen.tell(Told(told.text + undo, told.severity))
            return
        text = f"{told.text}{f' · {unsent} not sent' if unsent else ''} · {self._key('incident.outcomes')} shows each"
        self.screen.tell(Told(text, told.severity if told.severity == "error" else "warning"))

    def _key(self, action: str) -> str:
        return self.screen.key_of(action)

    def outcomes(self) -> None:
        """Show what became of each incident of the last such command."""
        bulk = self.session.bulk
        if bulk is None:
            self.screen.flash("nothing was done to several incidents here")
            return
        self.screen.open(self._outcomes, bulk)

    async def _outcomes(self, bulk: Bulk) -> None:
        from console.ui.screens.outcomes import Outcomes  # noqa: PLC0415 - dialogs load when they are needed

        if await self.screen.ask(Outcomes(bulk)) == "retry" and not self.under_way():
            bulk.again()
            self.screen.run(self._carry, bulk)
