from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.app import ComposeResult
from textual.events import AppBlur, AppFocus
from textual.widgets import Label, Static
from textual.worker import WorkerFailed

from console.ui.glyphs import ASCII
from console.ui.terminal.safe_app import TerminalSafeApp
from console.ui.terminal.terminal import Terminal


class Plain(TerminalSafeApp[int]):
    def __init__(self, terminal: Terminal | None = None) -> None:
        super().__init__(terminal)
        self.ticked = 0

    def compose(self) -> ComposeResult:
        yield Static("words")
        yield Label("more")

    def on_mount(self) -> None:
        self.start_ticking(self.count)

    def count(self) -> None:
        self.ticked += 1

    def said(self) -> list[str]:
        return [str(notification.message) for notification in self._notifications]


def crashes(directory: Path) -> int:
    return len(list(directory.glob("crash-*.log")))


async def run_failing(app: Plain) -> None:
    def fail(words: str) -> None:
        raise ValueError(words)

    async with app.run_test() as pilot:
        app.call_later(fail, "first")
        app.call_later(fail, "second")
        await pilot.pause()


@pytest.fixture(autouse=True)
def crash_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("console.ui.terminal.crashlog.log_dir", lambda: tmp_path)
    return tmp_path


async def test_the_tick_is_slow_while_nobody_looks_and_exact_again_at_once() -> None:
    app = Plain()
    async with app.run_test() as pilot:
        assert app._tick_timer is not None
        assert app._tick_timer._interval == 1.0
        first = app._tick_timer
        app.post_message(AppBlur())
        await pilot.pause()
        assert app._tick_timer._interval == 10.0
        assert first._task is None or first._task.cancelling() or first._task.done()
        ticked = app.ticked
        app.post_message(AppFocus())
        await pilot.pause()
        assert app._tick_timer._interval == 1.0
        assert app.ticked == ticked + 1


async def test_ctrl_c_says_how_to_leave_and_ctrl_q_leaves() -> None:
    app = Plain()
    async with app.run_test(notifications=True) as pilot:
        await pilot.press("ctrl+c")
        assert app.said() == ["ctrl+q leaves the console"]
        assert app.is_running
        await pilot.press("ctrl+q")
    assert app.return_code == 0


async def test_nothing_is_animated() -> None:
    app = Plain()
    async with app.run_test():
        assert app.animation_level == "none"


async def test_without_colours_nothing_has_one() -> None:
    app = Plain(Terminal(no_color=True, glyphs=ASCII))
    async with app.run_test():
        strips = app.screen._compositor.render_strips()
        styles = [segment.style for strip in strips for segment in strip if segment.style]
        assert styles
        assert not [style for style in styles if style.color or style.bgcolor]


async def test_a_worker_that_fails_in_the_background_is_told_of(crash_dir: Path) -> None:
    async def work() -> None:
        raise RuntimeError("token=abc [/] went wrong")

    app = Plain()
    async with app.run_test(notifications=True) as pilot:
        app.run_worker(work(), name="follow", exit_on_error=False)
        with pytest.raises(WorkerFailed):
            await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.is_running
        [said] = app.said()
        assert said.startswith("follow stopped: RuntimeError: token=*** [/] went wrong (")
    assert crashes(crash_dir) == 1


async def test_a_task_nobody_waits_for_is_told_of() -> None:
    app = Plain()
    async with app.run_test(notifications=True) as pilot:
        asyncio.get_running_loop().call_exception_handler({"message": "m", "exception": ValueError("lost")})
        asyncio.get_running_loop().call_exception_handler({"message": "only words"})
        await pilot.pause()
        assert app.said()[0].startswith("a task stopped: ValueError: lost")
        assert len(app.said()) == 1


async def test_an_error_is_written_down_once_and_without_a_traceback_on_the_terminal(
    crash_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = Plain()
    with pytest.raises(ValueError, match="first"):
        await run_failing(app)
    assert app.return_code == 1
    assert "(ValueError: first)" in app.crash_line
    assert crashes(crash_dir) == 1
    assert capsys.readouterr().err == ""
