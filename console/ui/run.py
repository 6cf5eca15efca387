"""Running the console: the one door for ``bootstrap``."""

from __future__ import annotations

from collections.abc import Callable

from console.ports.desk import Desk
from console.ui.app import ConsoleApp
from console.ui.settings import UiSettings
from console.ui.terminal.safe_app import run_safely


def run_console(open_desk: Callable[[], Desk], settings: UiSettings) -> int:
    """Run until the person leaves; return the exit code.

    ``open_desk`` is called once, inside the running event loop; the console closes what it opened.
    ``settings.terminal`` comes from ``terminal.check_terminal``, which refuses what cannot be drawn on.
    """
    return run_safely(ConsoleApp(open_desk, settings), mouse=settings.mouse)
