"""``x`` in the runbook: the exact command is shown, a yes runs it, and the incident keeps what came of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from console.domain.commands import RecordRun
from console.domain.events import StepRan
from console.ports.commands import ScriptRan, StepRunning
from console.ui.screens.confirm import Confirm
from tests.fakes.desk import FakeDesk
from tests.ui import scenes
from tests.ui.driving import console

FIRST = "INC-1039"
COMMAND = "kubectl -n '{{ service }}' logs \"{{ alert }}\""
FILLED = "kubectl -n 'payments' logs \"HighErrorRate\""


class Runner:
    """Runs nothing, and keeps what it was asked to run; it can be held until it is stopped."""

    def __init__(self, *, held: bool = False) -> None:
        self.asked: list[tuple[str, str, float]] = []
        self.stopped = threading.Event()
        self.held = held

    def __call__(self, shell: str, script: str, timeout: float, stop: Callable[[], bool]) -> ScriptRan:
        self.asked.append((shell, script, timeout))
        while self.held and not stop():
            self.stopped.wait(0.01)
        ended = "stopped by hand" if self.held else ""
        return ScriptRan(None if self.held else 0, ended, "one\ntwo", 1.5, script)


def desk(command: str = COMMAND, shell: str = "sh", path: str = scenes.BOOK.path) -> FakeDesk:
    first, *rest = scenes.BOOK.steps
    step = replace(first, commands=(command,), shell=shell)
    book = replace(scenes.BOOK, steps=(step, *rest), path=path)
    return FakeDesk(scenes.scene(), details={FIRST: scenes.detail(FIRST, book=book)})


def running(runner: Runner, *only: str) -> StepRunning:
    return StepRunning(runner, 60.0, only, "host-1")


async def test_the_exact_command_is_shown_and_only_a_yes_runs_it() -> None:
    runner = Runner()
    async with console(desk=desk(), step_running=running(runner)) as it:
        await it.loaded()
        await it.press("b")
        it.later(1)
        await it.press("k", "x")
        assert isinstance(it.app.screen, Confirm)
        assert FILLED in it.screen_text
        assert "sh -eu on host-1, for at most 60 s, as you" in it.screen_text
        await it.press("escape")
        assert runner.asked == []
        await it.press("x", "enter")
        await it.settle(lambda: bool(it.commands))
        assert runner.asked == [("sh", FILLED, 60.0)]
        ran = StepRan(
            1,
            scenes.BOOK.steps[0].text,
            scenes.BOOK.path,
            FILLED,
            0,
            timedelta(seconds=1.5),
            "one\ntwo",
            "",
            "host-1",
        )
        assert it.commands == [(FIRST, RecordRun(ran))]
        assert "step 1 of INC-1039: exit code 0 after 1.5 s: two" in it.app.messages


async def test_nothing_runs_where_the_config_does_not_say_so() -> None:
    async with console(desk=desk()) as it:
        await it.loaded()
        await it.press("b")
        it.later(1)
        await it.press("k", "x")
        assert not isinstance(it.app.screen, Confirm)
        assert "the config has no [runbooks] run" in it.screen_text


async def test_a_drill_runs_nothing_and_does_not_blame_the_config() -> None:
    made = desk()
    made.push(rehearsal="drill")
    async with console(desk=made) as it:
        await it.loaded()
        await it.press("b")
        it.later(1)
        await it.press("k", "x")
        assert "not run: no command is run in a drill" in it.screen_text


async def test_a_console_that_only_reads_runs_nothing() -> None:
    runner = Runner()
    async with console(desk=desk(), step_running=running(runner), readonly=True) as it:
        await it.loaded()
        await it.press("b")
        it.later(1)
        await it.press("k", "x", "enter")
        assert runner.asked == []


async def test_what_is_not_filled_not_fenced_or_not_allowed_is_not_run() -> None:
    for made, only, why in (
        (desk("kubectl {{ labels.zone }}"), (), "not run: no label zone"),
        (desk(shell=""), (), "not run: step 1 is not fenced as sh or bash"),
        (desk(), ("systemctl",), "not run: [runbooks] run_only does not name kubectl"),
    ):
        runner = Runner()
        async with console(desk=made, step_running=running(runner, *only)) as it:
            await it.loaded()
            await it.press("b")
            it.later(1)
            await it.press("k", "x")
            assert why in it.screen_text
            assert runner.asked == []


async def test_the_same_key_stops_it() -> None:
    runner = Runner(held=True)
    async with console(desk=desk(), step_running=running(runner)) as it:
        await it.loaded()
        await it.press("b")
        it.later(1)
        await it.press("k", "x", "enter")
        await it.press("x")
        assert "stopping the commands of step 1" in it.screen_text
        await it.settle(lambda: bool(it.commands))
        (_, command) = it.commands[0]
        assert isinstance(command, RecordRun)
        assert command.ran.ended == "stopped by hand"


async def test_copying_takes_the_filled_text() -> None:
    async with console(desk=desk()) as it:
        await it.loaded()
        await it.press("b")
        it.later(1)
        await it.press("k", "y")
        assert it.app.copied == [FILLED]


async def test_the_commands_of_a_page_that_came_without_tls_are_not_offered() -> None:
    runner = Runner()
    async with console(desk=desk(path="http://wiki.example/a.md"), step_running=running(runner)) as it:
        await it.loaded()
        await it.press("b", "k", "x")
        assert not isinstance(it.app.screen, Confirm)
        assert "not run: this page came over http" in it.screen_text
    assert runner.asked == []
