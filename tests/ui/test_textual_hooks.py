"""What the console relies on of Textual's insides; when this fails after an upgrade, read ``textual_hooks``."""

from __future__ import annotations

import inspect
import re
from importlib import metadata
from pathlib import Path

import pytest
from textual._compositor import Compositor
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers import _writer_thread
from textual.drivers.linux_driver import LinuxDriver
from textual.message_pump import MessagePump
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import Screen
from textual.widget import Widget
from textual.worker_manager import WorkerManager

import console
from console.ui.terminal.safe_app import TerminalSafeApp
from console.ui.terminal.textual_hooks import HookedApp, SteadyDriver
from console.ui.widgets.lines import LinesView
from console.ui.widgets.linewidget import LineWidget
from console.ui.widgets.table import RowTable


def parameters(function: object) -> list[str]:
    return list(inspect.signature(function).parameters)  # type: ignore[arg-type] # functions only


def test_textual_is_the_version_the_hooks_were_written_for() -> None:
    assert metadata.version("textual").split(".")[:2] == ["8", "2"]


def test_the_widget_hook() -> None:
    widget = Widget()
    assert widget._repaint_regions == set()
    assert "_repaint_regions" in inspect.getsource(Widget._exchange_repaint_regions)
    assert parameters(Widget.render_lines) == ["self", "crop"]


def test_the_screen_hook() -> None:
    assert parameters(Compositor.render_strips) == ["self", "size"]
    assert "self.screen._compositor" in inspect.getsource(BackgroundScreen)
    assert "BackgroundScreen(base_screen, background)" in inspect.getsource(Screen.render)


def test_the_app_hooks() -> None:
    assert parameters(App._display) == ["self", "screen", "renderable"]
    assert parameters(App._handle_exception) == ["self", "error"]
    assert parameters(App._fatal_error) == ["self"]
    assert parameters(MessagePump._close_messages_no_wait) == ["self"]
    assert "self._workers = WorkerManager(self)" in inspect.getsource(App.__init__)
    assert "self._fatal_error()" in inspect.getsource(App._handle_exception)
    assert "app._display(" in inspect.getsource(Screen._compositor_refresh)


def test_the_worker_hook() -> None:
    assert parameters(WorkerManager._remove_worker) == ["self", "worker"]
    assert "self._remove_worker" in inspect.getsource(WorkerManager.add_worker)


def test_the_driver_hooks() -> None:
    start = inspect.getsource(LinuxDriver.start_application_mode)
    assert "self._writer_thread = WriterThread(self._file)" in start
    assert "self._writer_thread.start()" in start
    assert "target=self._run_input_thread" in start
    assert "self._get_terminal_size()" in start
    used = set(re.findall(r"_writer_thread\.(\w+)", inspect.getsource(LinuxDriver)))
    assert used == {"write", "start", "stop"}
    assert "signal.signal(signal.SIGWINCH, on_terminal_resize)" in start
    assert "if not self._in_band_window_resize" in start
    made = inspect.getsource(LinuxDriver.__init__)
    for name in ("_file", "fileno", "attrs_before", "exit_event"):
        assert f"self.{name}" in made
    assert hasattr(_writer_thread, "WriterThread")
    assert {"feed", "tick"} <= set(dir(XTermParser(False)))


@pytest.mark.parametrize("ours", [HookedApp, TerminalSafeApp, SteadyDriver, LineWidget, RowTable, LinesView])
def test_no_name_of_ours_is_taken_by_textual_unawares(ours: type) -> None:
    """Textual keeps many attributes on a widget; taking one by accident fails in strange ways."""
    base = next(cls for cls in ours.__mro__ if cls.__module__.startswith("textual"))
    meant = {
        "BINDINGS", "DEFAULT_CSS", "ALLOW_SELECT", "animation_level", "_workers", "_display", "_handle_exception",
        "_fatal_error", "panic", "get_line_filters", "get_theme_variable_defaults", "action_help_quit",
        "render_lines", "notify_style_update", "start_application_mode", "stop_application_mode", "_get_terminal_size", "_run_input_thread",
        "run_input_thread", "_writer_thread",
    }  # fmt: skip
    source = Path(inspect.getsourcefile(ours) or "").read_text(encoding="utf-8")
    own = {name for name in vars(ours) if not name.startswith("__")}
    own |= set(re.findall(r"self\.(\w+)(?::[^=\n]+)? = ", source)) & set(
        re.findall(r"self\.(\w+)(?::[^=\n]+)? = ", inspect.getsource(ours))
    )
    theirs = set(dir(base)) | set(re.findall(r"self\.(\w+)(?::[^=\n]+)? = ", _all_sources(base)))
    machinery = {"_abc_impl", "can_focus", "can_focus_children", "control"}
    assert {
        name
        for name in own & theirs
        if name not in meant | machinery
        and not re.match(r"_(merged|css|decorated|inherit|reactives|computes)", name)
    } == set()


def _all_sources(cls: type) -> str:
    return "\n".join(
        inspect.getsource(base)
        for base in cls.__mro__
        if base.__module__.startswith("textual") and base is not object
    )


def test_nobody_else_reaches_into_textual() -> None:
    """Private names of Textual are imported in one file only."""
    ui = Path(console.__file__).parent / "ui"
    strays = [
        str(path.relative_to(ui))
        for path in ui.rglob("*.py")
        if path.name != "textual_hooks.py"
        and re.search(r"(from|import) textual(\.\w+)*\._", path.read_text(encoding="utf-8"))
    ]
    assert strays == []
