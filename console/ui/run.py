"""Running the console: the one door for ``bootstrap``."""

from __future__ import annotations

from collections.abc import Callable

from console.ports.desk import Desk
from console.ui.app import ConsoleApp
from console.ui.settings import UiSettings


def run_console(open_desk: Callable[[], Desk], settings: UiSettings) -> int:
    """Run until the person leaves; return the exit code. ``open_desk`` is called inside the running loop."""
    app = ConsoleApp(open_desk, settings)
    result = app.run(mouse=settings.mouse)
    return result if result is not None else (app.return_code or 0)
