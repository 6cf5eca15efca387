"""Marking runbook steps, copying their commands, reading the whole document."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from console.domain.commands import MarkStep
from console.domain.guard import may_act
from console.domain.runbook import Step
from console.domain.snapshot import Detail
from console.domain.vocabulary import StepState
from console.ui.verbs.base import Verbs

VERBS = {StepState.DONE: "done", StepState.SKIPPED: "skipped", StepState.FAILED: "failed"}


class RunbookVerbs(Verbs):
    """Acts on the step that was painted under the runbook's cursor, of the incident painted with it."""

    def verbs(self) -> dict[str, Callable[[], None]]:
        """Return what each action id runs."""
        return {
            "runbook.done": partial(self.mark, StepState.DONE),
            "runbook.skip": partial(self.mark, StepState.SKIPPED),
            "runbook.fail": partial(self.mark, StepState.FAILED),
            "runbook.copy": self.copy,
            "runbook.read": self.read,
        }

    def conditions(self) -> dict[str, Callable[[], bool]]:
        """Return when an action makes sense: while the runbook has the focus."""
        return dict.fromkeys(self.verbs(), self._in_runbook)

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
        marked = next(
            (mark.state for mark in reversed(detail.incident.steps) if mark.step == step.n), StepState.TODO
        )
        new = StepState.TODO if marked is state else state
        command = MarkStep(
            step.n, new, step.text.split("\n")[0], detail.runbook.path if detail.runbook else ""
        )
        verb = f"step {step.n} {VERBS.get(new, 'to do')}"
        self.screen.run(self._send, detail, command, verb)
        if new is not StepState.TODO:
            self.screen.drawing.runbook.go_on(step.n)

    async def _send(self, detail: Detail, command: MarkStep, verb: str) -> None:
        await self.screen.sender.send(
            detail.incident.id, command, verb, detail.incident.n, self.screen.undo_words()
        )

    def copy(self) -> None:
        """Copy the step's command."""
        found = self._step()
        if found is None:
            return
        _, step = found
        if not step.commands:
            self.screen.flash(f"step {step.n} has no command")
        else:
            self.screen.copy("\n".join(step.commands), step.commands[0])

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
