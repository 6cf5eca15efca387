"""Running the commands of a runbook step: shown first, ended in time, and written down at the incident."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from console.domain.bodies.work import StepRan
from console.domain.commands import RecordRun
from console.domain.placeholders import Filled, fill_step
from console.domain.runbook import Step
from console.domain.runnable import why_not
from console.domain.snapshot import Detail
from console.domain.stepmarks import first_line
from console.domain.text import one_line
from console.ports.commands import ScriptRan, StepRunning
from console.ui.sender import Told
from console.ui.text import Spans
from console.ui.verbs.base import Verbs

if TYPE_CHECKING:
    from console.ui.screens.main import MainScreen

FoundStep = Callable[[], tuple[Detail, Step] | None]


class RunningVerbs(Verbs):
    """Runs what was painted, with a yes to exactly that; running scripts outlive the dialog, not the console."""

    def __init__(self, screen: MainScreen, found: FoundStep) -> None:
        super().__init__(screen)
        self._found = found
        self._runs: dict[tuple[str, int], threading.Event] = {}

    def run(self) -> None:
        """Show the commands of the step and run them after a yes; while they run: stop them."""
        found, running = self._found(), self.session.settings.step_running
        if found is None:
            return
        detail, step = found
        stop = self._runs.get((detail.incident.id, step.n))
        if stop is not None:
            stop.set()
            self.screen.flash(f"stopping the commands of step {step.n}")
            return
        filled = fill_step(step, detail.incident)
        book = detail.runbook.path if detail.runbook else ""
        refused = self._nowhere() if running is None else why_not(step, filled, running.only, book)
        if running is None or refused:
            self.screen.flash(f"not run: {refused}")
        else:
            self.screen.open(self._ask, detail, step, filled, running)

    def _nowhere(self) -> str:
        """Return why no command of any runbook is run."""
        snapshot = self.session.snapshot
        if snapshot is not None and snapshot.rehearsal:
            return f"no command is run in a {snapshot.rehearsal}"
        return "nothing is run from here: the config has no [runbooks] run"

    async def _ask(self, detail: Detail, step: Step, filled: Filled, running: StepRunning) -> None:
        from console.ui.screens.confirm import Confirm  # noqa: PLC0415 - dialogs load when they are needed

        where = f"{step.shell} -eu on {running.host or 'this machine'}, for at most {running.timeout:.0f} s, as you"
        script: list[Spans] = [((line, "command"),) for line in filled.text.split("\n")]
        lines: list[Spans] = [*script, (), ((where, "dim"),)]
        place = (detail.incident.id, step.n)
        yes = await self.screen.ask(Confirm(f"run step {step.n} of {place[0]}", lines, "run it"))
        if yes and place not in self._runs:
            self._runs[place] = threading.Event()
            self.screen.run(self._run, detail, step, filled, running)

    async def _run(self, detail: Detail, step: Step, filled: Filled, running: StepRunning) -> None:
        place = (detail.incident.id, step.n)
        stop = self._runs[place]
        key = self.screen.key_of("runbook.run")
        self.screen.tell(Told(f"step {step.n} of {place[0]} runs · {key} stop"))
        try:
            ran = await asyncio.to_thread(running.run, step.shell, filled.text, running.timeout, stop.is_set)
        finally:
            stop.set()  # also where the console is being left: then its thread must not stay
            del self._runs[place]
        body = written_down(detail, step, ran, running.host)
        said = f": {body.last}" if body.last else ""
        good = body.code == 0
        self.screen.tell(
            Told(f"step {step.n} of {place[0]}: {body.words}{said}", "information" if good else "warning")
        )
        await self.screen.sender.send(place[0], RecordRun(body), f"run of step {step.n}")

    def output(self) -> None:
        """Read what the step's commands wrote when they ran last."""
        found = self._found()
        if found is None:
            return
        detail, step = found
        ran = last_run(detail, step)
        if ran is None:
            self.screen.flash(f"the commands of step {step.n} have not been run")
        else:
            self.screen.open(self._read, step, ran)

    async def _read(self, step: Step, ran: StepRan) -> None:
        from console.ui.screens.reader import Reader  # noqa: PLC0415 - dialogs load when they are needed

        command = "\n".join(f"    {line}" for line in ran.command.split("\n"))
        output = (
            "\n".join(f"    {line}" for line in ran.output.split("\n")) if ran.output else "it wrote nothing"
        )
        host = f" on {ran.host}" if ran.host else ""
        text = f"{command}\n\n{ran.words}{host}\n\n{output}"
        await self.screen.ask(Reader(f"step {step.n}  {first_line(step.text)}", text))


def written_down(detail: Detail, step: Step, ran: ScriptRan, host: str) -> StepRan:
    """Return what is kept of a run."""
    path = detail.runbook.path if detail.runbook else ""
    took = timedelta(milliseconds=round(ran.seconds * 1000))
    return StepRan(
        step.n,
        first_line(step.text),
        path,
        ran.script,
        ran.code,
        took,
        ran.output,
        ran.ended,
        one_line(host, 100),
    )


def last_run(detail: Detail, step: Step) -> StepRan | None:
    """Return the last run of a step's commands, None where there was none."""
    text = first_line(step.text)
    bodies = (event.body for event in reversed(detail.events))
    return next((body for body in bodies if isinstance(body, StepRan) and body.text == text), None)
