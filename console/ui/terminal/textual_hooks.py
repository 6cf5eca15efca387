"""Everything private of Textual that the console leans on, in one place.

``tests/ui/test_textual_hooks.py`` checks that each still exists, so that an upgrade tells.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
from codecs import getincrementaldecoder
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.app import App, ReturnType
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Resize
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.worker import Worker, WorkerFailed, WorkerState
from textual.worker_manager import WorkerManager

from console.ui.terminal.encoding import encoder
from console.ui.terminal.output import Output
from console.ui.terminal.terminal import Terminal

if TYPE_CHECKING:
    from textual.drivers._writer_thread import WriterThread

# What puts a terminal right that was left in the middle: mouse, paste, focus and keyboard modes off,
# lines wrap, the ordinary screen and the cursor are back. The same as LinuxDriver's, in one string.
_RESTORE = (
    b"\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l\x1b[?2004l\x1b[?2048l\x1b[?1004l"
    b"\x1b[?2026l\x1b[?7h\x1b[<u\x1b[?1049l\x1b[?25h\x1b[0m\r\n"
)


def repaint_pending(widget: Widget) -> bool:
    """Whether the widget asked for a repaint that no frame has taken up yet.

    Textual may ask for a widget's lines while drawing another one, and then throws away those
    that were not asked to be repainted.
    """
    return bool(widget._repaint_regions)  # noqa: SLF001 - the hook


def was_stopped(message: Message) -> bool:
    """Whether a widget took the message for itself, so that it goes up no further."""
    return message._stop_propagation  # noqa: SLF001 - the hook


def strips_of(screen: Screen[Any]) -> list[Strip]:
    """Return the lines of a screen as it is drawn now."""
    return screen._compositor.render_strips()  # noqa: SLF001 - the hook


class SteadyDriver(LinuxDriver):
    """Textual's driver, but a terminal that stops reading or goes away stops nothing.

    Textual's writer blocks the event loop once 30 writes wait, and its reader spins on a terminal
    that is gone.
    """

    _output: Output | None = None

    @property
    def _writer_thread(self) -> WriterThread | None:
        return self._output  # type: ignore[return-value] # it is used by write, start and stop only

    @_writer_thread.setter
    def _writer_thread(self, theirs: WriterThread | None) -> None:
        """Put our writer where Textual puts its own (which is never started)."""
        app = self._app
        if theirs is None or not isinstance(app, HookedApp):
            self._output = None
            return
        terminal = app.terminal
        self._output = Output(
            self._terminal_fd,
            encoder(terminal.encoding, ascii_signs=terminal.glyphs.ascii_only),
            caught_up=lambda: app.call_later(app.output_caught_up),
            gone=lambda: app.call_later(app.terminal_gone),
        )

    @property
    def _terminal_fd(self) -> int:
        return self._file.fileno() if self._file is not None else 2

    def is_behind(self) -> bool:
        """Whether the terminal has not taken for a while what was sent to it."""
        return self._output is not None and self._output.is_behind()

    def write_aside(self, sequence: str) -> None:
        """Write what draws nothing (a bell) after the frames that are on their way; thrown away where we have no terminal."""
        if self._output is not None and not self._output.is_behind():
            self._output.write(sequence)

    def start_application_mode(self) -> None:
        """Take the terminal over, and hear of its sizes in our own way.

        Textual reads the size inside the signal handler, which another signal may interrupt: in
        a storm of resizes an old size is told last and stays.
        """
        super().start_application_mode()  # type: ignore[no-untyped-call] # theirs is not typed
        self._loop.add_signal_handler(signal.SIGWINCH, self._tell_size)
        self._tell_size()

    def _tell_size(self) -> None:
        if not self._in_band_window_resize:
            size = Size(*self._get_terminal_size())
            self.send_message(Resize(size, size))

    def stop_application_mode(self) -> None:
        """Put the terminal right; frames it has not read are not waited for."""
        if self._output is not None and self._output.is_behind():
            self._output.drop_queue()
        super().stop_application_mode()

    def restore_now(self) -> None:
        """Put the terminal right in one go, without waiting; for when all else is stuck."""
        import termios  # noqa: PLC0415 - there is none on Windows, where this is never called

        if self._output is None:
            return
        with contextlib.suppress(OSError, termios.error):
            termios.tcflush(self._output.fileno(), termios.TCOFLUSH)
        with contextlib.suppress(OSError):
            os.write(self._output.fileno(), _RESTORE)
        if self.attrs_before is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)

    def _get_terminal_size(self) -> tuple[int, int]:
        """Return the size of the terminal we draw on, whatever stdout and ``COLUMNS`` say."""
        try:
            width, height = os.get_terminal_size(self._terminal_fd)
        except OSError:
            width, height = 0, 0
        return width or 80, height or 24

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except Exception as error:  # noqa: BLE001 - the thread's boundary
            self._app.call_later(self._app._handle_exception, error)  # noqa: SLF001 - the hook

    def run_input_thread(self) -> None:
        """Turn what is typed into events until told to stop or the terminal is gone."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        while not self.exit_event.is_set():
            try:
                ready, _, _ = select.select((self.fileno,), (), (), 0.1)
                data = os.read(self.fileno, 4096) if ready else b""
            except OSError:
                ready, data = [self.fileno], b""
            if ready and not data:
                if isinstance(self._app, HookedApp):
                    self._app.call_later(self._app.terminal_gone)
                return
            if data:
                for event in parser.feed(decode(data)):
                    self.process_message(event)
            for event in parser.tick():
                self.process_message(event)
        with contextlib.suppress(EOFError, ParseError):
            for _event in parser.feed(""):
                pass


class _WatchedWorkers(WorkerManager):
    """Tells the app of workers that failed and do not end it; Textual says nothing of those."""

    def _remove_worker(self, worker: Worker[Any]) -> None:
        super()._remove_worker(worker)
        error = worker.error
        if worker.state is WorkerState.ERROR and not worker.exit_on_error and error is not None:
            app = self._app
            app.call_later(app.background_failed, worker.name or worker.group, error)  # type: ignore[attr-defined]


class HookedApp(App[ReturnType]):
    """Gives the events that Textual keeps to itself public names for a subclass to fill in."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(driver_class=SteadyDriver)
        self.terminal = terminal
        self.output_stalled = False
        """The terminal does not read: nothing drawn since counts as seen."""
        self._workers = _WatchedWorkers(self)

    # For a subclass to fill in

    def unexpected_error(self, error: BaseException) -> None:
        """Take note of an error that ends the app."""

    def background_failed(self, name: str, error: BaseException) -> None:
        """Take note of an error in the background that does not end the app."""

    def terminal_gone(self) -> None:
        """Leave: there is no terminal any more."""

    # The hooks

    def output_caught_up(self) -> None:
        """Paint everything: frames were left out while the terminal did not read."""
        self.output_stalled = False
        if self.screen_stack:
            self.screen.refresh()

    def to_terminal(self, sequence: str) -> None:
        """Send the terminal what draws nothing, such as a bell. Never waits."""
        if sequence and isinstance(self._driver, SteadyDriver):
            self._driver.write_aside(sequence)

    def restore_terminal(self) -> None:
        """Put the terminal right at once, if it is not already."""
        if isinstance(self._driver, SteadyDriver):
            self._driver.restore_now()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if self.output_stalled:
            self.post_display_hook()
            return
        super()._display(screen, renderable)
        # Asked after a frame, not before, so that what a widget believes while it is drawn holds
        # until the frame is sent.
        self.output_stalled = isinstance(self._driver, SteadyDriver) and self._driver.is_behind()

    def _handle_exception(self, error: Exception) -> None:
        cause: BaseException | None = error.error if isinstance(error, WorkerFailed) else error
        self.unexpected_error(cause or error)
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End without the traceback that Textual would print, local variables and all."""
        self._close_messages_no_wait()

    def panic(self, *_renderables: RenderableType) -> None:
        """End; what is to be said was noted by ``unexpected_error``."""
        self._close_messages_no_wait()
