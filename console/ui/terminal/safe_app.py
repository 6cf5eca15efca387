"""The app every terminal survives: whatever ends it, the terminal is put right and one line says why."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any, ClassVar

from textual.app import ReturnType
from textual.binding import Binding, BindingType
from textual.filter import LineFilter, Monochrome
from textual.timer import Timer

from console.clock import SystemClock
from console.domain.text import one_line
from console.ui.terminal.crashlog import last_line, redact, write_crash
from console.ui.terminal.nocolor import NoColor
from console.ui.terminal.nolinks import NoLinks
from console.ui.terminal.terminal import Terminal
from console.ui.terminal.textual_hooks import HookedApp
from console.ui.themes.variables import defaults

PATIENCE = 3.0
"""Seconds an orderly end may take once a signal asked for it."""

_TICK, _TICK_UNSEEN = 1.0, 10.0


class TerminalSafeApp(HookedApp[ReturnType]):
    """A Textual app that leaves no terminal broken; start it with ``run_safely``."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+z", "suspend_process", "suspend", show=False, system=True),
    ]

    def __init__(self, terminal: Terminal | None = None) -> None:
        super().__init__(terminal or Terminal())
        self.animation_level = "none"
        self.crash_line = ""
        self._running_loop: asyncio.AbstractEventLoop | None = None
        self._watchdog: threading.Timer | None = None
        self._on_tick: Callable[[], None] | None = None
        self._tick_timer: Timer | None = None

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return our colours by meaning, so that any theme will do."""
        return defaults()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return no colours at all where none are wanted; Textual would send greys, or the default's codes."""
        plain: list[LineFilter] = [] if self.terminal.links else [NoLinks()]
        if self.terminal.no_color:
            return [NoColor(), *plain]
        return [*(found for found in super().get_line_filters() if not isinstance(found, Monochrome)), *plain]

    # The one-second tick

    def start_ticking(self, call: Callable[[], None]) -> None:
        """Call this every second, every ten while nobody looks at the terminal."""
        self._on_tick = call
        self._tick_every(_TICK)

    def on_app_blur(self) -> None:
        """Slow down: nobody looks."""
        if self._on_tick is not None:
            self._tick_every(_TICK_UNSEEN)

    def on_app_focus(self) -> None:
        """Be exact again, at once."""
        if self._on_tick is not None:
            self._tick_every(_TICK)
            self._on_tick()

    def _tick_every(self, seconds: float) -> None:
        if self._tick_timer is not None:
            self._tick_timer.stop()
        self._tick_timer = self.set_interval(seconds, self._tick_once, name="tick")

    def _tick_once(self) -> None:
        if self._on_tick is not None:
            self._on_tick()

    # Leaving

    def on_load(self) -> None:
        """Note the loop, and hear of errors nobody waits for."""
        self._running_loop = asyncio.get_running_loop()
        self._running_loop.set_exception_handler(self._loop_error)
        # Back from ctrl+z or an editor: Textual counts on a change of size to paint anew.
        self.app_resume_signal.subscribe(self, lambda _: self.output_caught_up())

    def ask_to_leave(self, code: int) -> None:
        """Leave with this exit code; from any thread or signal handler. Not waited for beyond ``PATIENCE``."""
        self._leave_by_force_after(PATIENCE, code)
        loop = self._running_loop
        if loop is None:
            raise SystemExit(code)
        loop.call_soon_threadsafe(lambda: self.exit(return_code=code))

    def terminal_gone(self) -> None:
        """Leave as after a hang-up, also where the hang-up signal is ignored."""
        self._leave_by_force_after(PATIENCE, 128 + signal.SIGHUP)
        self.exit(return_code=128 + signal.SIGHUP)

    def action_help_quit(self) -> None:
        """Say how to leave: ctrl+c means too many things to too many people."""
        self.notify("ctrl+q leaves the console", markup=False)

    # Errors

    def unexpected_error(self, error: BaseException) -> None:
        """Write the first such error to a file and prepare the line that will say so."""
        if not self.crash_line:
            self.crash_line = last_line(error, write_crash(error, SystemClock().now()))

    def background_failed(self, name: str, error: BaseException) -> None:
        """Say that something in the background stopped; the console goes on."""
        path = write_crash(error, SystemClock().now())
        said = one_line(redact(f"{type(error).__name__}: {error}"), 120)
        self.notify(
            f"{name} stopped: {said}" + (f" ({path})" if path else ""), severity="error", markup=False
        )

    def _loop_error(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, Exception):
            self.call_later(self.background_failed, "a task", error)

    def _thread_error(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and self._running_loop is not None:
            self.call_later(
                self.background_failed, args.thread.name if args.thread else "a thread", args.exc_value
            )

    def _leave_by_force_after(self, seconds: float, code: int) -> None:
        if self._watchdog is None:
            self._watchdog = threading.Timer(seconds, self._leave_by_force, (code,))
            self._watchdog.daemon = True
            self._watchdog.start()

    def _leave_by_force(self, code: int) -> None:
        self.restore_terminal()
        os._exit(code)

    def no_more_force(self) -> None:
        """Call the watchdog off: the end was orderly."""
        if self._watchdog is not None:
            self._watchdog.cancel()
            self._watchdog = None


def run_safely(app: TerminalSafeApp[Any], *, mouse: bool = True) -> int:
    """Run the app to its end and return the exit code; after an unexpected error one line tells of it.

    The code is the number the app was left with (``App.exit(3)``), or its return code.
    """
    with _ending_signals(app):
        try:
            app.run(mouse=mouse)
        except Exception as error:  # noqa: BLE001 - the app's boundary
            app.unexpected_error(error)
            app.restore_terminal()
        finally:
            app.no_more_force()
    if app.crash_line:
        print(app.crash_line, file=sys.stderr)  # noqa: T201 - the screen is gone, this is what remains
        return 1
    return app.return_value if isinstance(app.return_value, int) else app.return_code or 0


@contextmanager
def _ending_signals(app: TerminalSafeApp[Any]) -> Iterator[None]:
    """Make signals that end the program end it in order; a hang-up that is ignored stays so (nohup)."""

    def ask(number: int, _frame: FrameType | None) -> None:
        app.ask_to_leave(128 + number)

    numbers = [signal.SIGTERM, signal.SIGINT]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    before = {number: signal.signal(number, ask) for number in numbers}
    hook, threading.excepthook = threading.excepthook, app._thread_error  # noqa: SLF001 - our own
    try:
        yield
    finally:
        threading.excepthook = hook
        for number, handler in before.items():
            signal.signal(number, handler)
