"""Marking runbook steps, copying their commands, reading the whole document."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from console.domain.commands import MarkStep
from console.domain.guard import may_act
from console.domain.placeholders import fill_step
from console.domain.runbook import Step
from console.domain.snapshot import Detail
from console.domain.stepmarks import first_line, marked
from console.domain.text import one_line
from console.domain.vocabulary import StepState
from console.ui.verbs.base import Verbs
from console.ui.verbs.running import RunningVerbs

if TYPE_CHECKING:
    from console.ui.screens.main import MainScreen

VERBS = {
    StepState.DOING: "doing",
    StepState.DONE: "done",
    StepState.SKIPPED: "skipped",
    StepState.FAILED: "failed",
}

LINE = 300
"""Characters of a result or a note on a step."""


def _state(detail: Detail, step: Step) -> StepState:
    """Return how a step stands."""
    if detail.runbook is None:
        return StepState.TODO
    return marked(detail.runbook, detail.incident.steps).state(step.n)


class RunbookVerbs(Verbs):
    """Acts on the step that was painted under the runbook's cursor, of the incident painted with it."""

    def __init__(self, screen: MainScreen) -> None:
        super().__init__(screen)
        self._running = RunningVerbs(screen, self._step)

    def verbs(self) -> dict[str, Callable[[], None]]:
        """Return what each action id runs."""
        running = self._running
        return {
            "runbook.done": partial(self.mark, StepState.DONE),
            "runbook.skip": partial(self.mark, StepState.SKIPPED),
            "runbook.doing": partial(self.mark, StepState.DOING),
            "runbook.fail": self.fail,
            "runbook.note": self.note,
            "runbook.undo": self.undo,
            "runbook.run": running.run,
            "runbook.output": running.output,
            "runbook.copy": self.copy,
            "runbook.read": self.read,
        }

    def conditions(self) -> dict[str, Callable[[], bool]]:
        """Return when an action makes sense: while the runbook has the focus."""
        may_run = self.session.settings.step_running is not None
        return {
            **dict.fromkeys(self.verbs(), self._in_runbook),
            "runbook.run": lambda: may_run and self._in_runbook(),
        }

    def _in_runbook(self) -> bool:
        return self.session.shape.focus == "runbook" and bool(
            self.session.detail and self.session.detail.runbook
        )

    def _step(self) -> tuple[Detail, Step] | None:
        pane = self.screen.drawing.runbook
        found = pane.painted_step()
        if found is None:
            self.screen.flash(
                "no step under the cursor" if pane.detail else "the runbook is still being read"
            )
        elif not may_act("step", pane.lines.row_changed_at, self.screen.console.pressed_at):
            self.screen.flash("not done: the step under the cursor changed just now; look, then press again")
            return None
        return found

    def mark(self, state: StepState) -> None:
        """Set the step's state and go on to the next; the same key again takes it back."""
        found = self._step()
        if found is None:
            return
        detail, step = found
        self._mark(detail, step, StepState.TODO if _state(detail, step) is state else state)

    def _mark(self, detail: Detail, step: Step, state: StepState, result: str = "") -> None:
        path = detail.runbook.path if detail.runbook else ""
        command = MarkStep(step.n, state, first_line(step.text), path, result)
        self.screen.run(self._send, detail, command, f"step {step.n} {VERBS.get(state, 'to do')}")
        if state not in {StepState.TODO, StepState.DOING}:
            self.screen.drawing.runbook.go_on(step.n)

    def fail(self) -> None:
        """Say that the step did not work, and what happened; the same key again takes it back."""
        found = self._step()
        if found is None:
            return
        if _state(*found) is StepState.FAILED:
            self._mark(*found, StepState.TODO)
        else:
            self.screen.open(self._fail, *found)

    async def _fail(self, detail: Detail, step: Step) -> None:
        text = await self._line(step, "what happened, in one line")
        if text:
            self._mark(detail, step, StepState.FAILED, text)

    def note(self) -> None:
        """Write a line about the step; its state stays."""
        found = self._step()
        if found is not None:
            self.screen.open(self._note, *found)

    async def _note(self, detail: Detail, step: Step) -> None:
        text = await self._line(step, "a note on this step, in one line")
        if text:
            path = detail.runbook.path if detail.runbook else ""
            command = MarkStep(step.n, _state(detail, step), first_line(step.text), path, note=text)
            await self._send(detail, command, f"note on step {step.n}")

    async def _line(self, step: Step, asked: str) -> str:
        from console.ui.screens.writing import AskLine  # noqa: PLC0415 - dialogs load when they are needed

        title = f"step {step.n}  {first_line(step.text)}"
        return one_line(await self.screen.ask(AskLine(title, asked, lambda _text: "")) or "", LINE)

    def undo(self) -> None:
        """Take back this console's last action while it is fresh; later say that the step is to do again."""
        if self.screen.verbs.incident.fresh() is not None:
            self.screen.verbs.incident.undo()
            return
        found = self._step()
        if found is None:
            return
        if _state(*found) is StepState.TODO:
            self.screen.flash(f"step {found[1].n} is to do already")
        else:
            self._mark(*found, StepState.TODO)

    async def _send(self, detail: Detail, command: MarkStep, verb: str) -> None:
        await self.screen.sender.send(
            detail.incident.id, command, verb, detail.incident.n, self.screen.undo_words()
        )

    def copy(self) -> None:
        """Copy the step's command."""
        found = self._step()
        if found is None:
            return
        detail, step = found
        if not step.commands:
            self.screen.flash(f"step {step.n} has no command")
            return
        filled = fill_step(step, detail.incident)
        left = f" - with a placeholder: {filled.troubles[0]}" if filled.troubles else ""
        self.screen.copy(filled.text, f"{filled.commands[0]}{left}")

    def read(self) -> None:
        """Read the whole document."""
        detail = self.session.detail
        if detail is None or detail.runbook is None:
            self.screen.flash("no runbook found for this incident")
            return
        self.screen.open(self._read, detail)

    async def _read(self, detail: Detail) -> None:
        from console.ui.screens.reader import Reader  # noqa: PLC0415 - dialogs load when they are needed

        book = detail.runbook
        if book is not None:
            await self.screen.ask(Reader(f"{book.title} · {book.path}", book.text))
