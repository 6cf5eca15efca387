"""Driving the console in tests: one app, a scripted desk, and what a terminal would show."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from unittest.mock import patch

from rich.console import RenderableType
from textual import events
from textual._compositor import LayoutUpdate
from textual.app import App
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen

from console.clock import ticks
from console.domain.snapshot import Snapshot
from console.ui.app import ConsoleApp
from console.ui.screens.main import MainScreen
from console.ui.settings import UiSettings
from tests.fakes.desk import FakeDesk
from tests.ui import scenes

_SEQUENCE = re.compile(
    r"\x1b\[(\d+);(\d+)H|\x1b\[[0-9;:?]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\n|([^\x1b\n]+)"
)


class Grid:
    """What a terminal shows, as far as cursor addressing and text go; every character is one cell here.

    What is sent is only read when somebody looks: most pictures are never looked at.
    """

    def __init__(self) -> None:
        self._lines: dict[int, dict[int, str]] = {}
        self._unread: list[Callable[[], str]] = []

    def feed(self, sent: Callable[[], str], *, whole: bool) -> None:
        """Take what is sent to the terminal; ``whole``: it paints every cell, so what was there before is gone."""
        if whole:
            self._unread.clear()
        self._unread.append(sent)

    @property
    def lines(self) -> dict[int, dict[int, str]]:
        """What each cell shows now."""
        for sent in self._unread:
            self._read(sent())
        self._unread.clear()
        return self._lines

    def _read(self, text: str) -> None:
        y = x = 0
        for found in _SEQUENCE.finditer(text):
            if found.group(1):
                y, x = int(found.group(1)) - 1, int(found.group(2)) - 1
            elif found.group() == "\n":
                y, x = y + 1, 0
            elif found.group(3):
                line = self._lines.setdefault(y, {})
                line.update(enumerate(found.group(3), x))
                x += len(found.group(3))

    def text(self) -> list[str]:
        """Return the lines shown."""
        lines = self.lines
        return [
            "".join(line.get(x, " ") for x in range(max(line) + 1)) if (line := lines.get(y)) else ""
            for y in range(max(lines, default=-1) + 1)
        ]


class WatchedConsole(ConsoleApp):
    """The console, with what it sends to the terminal, its messages and its failures kept."""

    def __init__(self, desk: FakeDesk, settings: UiSettings) -> None:
        super().__init__(lambda: desk, settings)
        self.grid = Grid()
        self.failed: list[BaseException] = []
        self.copied: list[str] = []
        self.frames = 0

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        super()._display(screen, renderable)
        self.frames += 1
        segments = getattr(renderable, "render_segments", None)  # every update of the compositor has it
        if segments is not None and not self._batch_count:
            whole = isinstance(renderable, LayoutUpdate) and renderable.region == screen.size.region
            self.grid.feed(partial(segments, self.console), whole=whole)

    def background_failed(self, name: str, error: BaseException) -> None:
        self.failed.append(error)
        super().background_failed(name, error)

    def copy_to_clipboard(self, text: str) -> None:
        self.copied.append(text)
        super().copy_to_clipboard(text)

    @property
    def messages(self) -> list[str]:
        """Every message shown so far."""
        return [notification.message for notification in self._notifications]


QUIET = 2
"""So often in a row nothing may be left to run: between two looks the loop asks files and timers."""
BUSY = 20_000
"""So many turns of the loop are never taken at one time, unless it turns for ever."""
LOOKS = 2000
"""Looks at a condition, 10 ms apart: the machine may be busy."""


async def idle(app: App[Any]) -> None:
    """Wait until nothing is left to run now, and what is due has been painted.

    Not ``Pilot.pause``: that sends every widget a message, four times for one key.
    """
    ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
    painted, quiet = False, 0
    for _ in range(BUSY):
        await asyncio.sleep(0)
        if ready:
            painted, quiet = False, 0
            continue
        quiet += 1
        if quiet < QUIET:
            continue
        if painted or app._exit or not app.screen_stack:
            return
        app.screen._on_timer_update()  # as Pilot.pause does; the screen's own timer would a moment later
        painted, quiet = True, 0
    raise AssertionError("it is never idle")


async def settle(app: ConsoleApp, until: Callable[[], bool] | None = None) -> None:
    """Wait until a console has nothing to do, or for a condition."""
    await idle(app)
    for _ in range(LOOKS):
        if app._exit:
            return
        settled = not app._batch_count and app.key_queue.idle  # keys wait for a dialog's focus
        if settled and (until is None or until()):
            return
        await asyncio.sleep(0.01)
        await idle(app)
    raise AssertionError("it did not come to that")


async def loaded(app: ConsoleApp) -> None:
    """Wait until the lower panes show the incident under the cursor."""
    session = app.main.session

    def there() -> bool:
        shown = session.detail is not None and session.detail.incident.id == session.selected
        return shown and all(worker.is_finished for worker in app.workers if worker.group == "detail")

    await settle(app, there)


class Ticks:
    """The clock that never jumps, for once moved on by hand."""

    ahead = 0.0

    def __call__(self) -> float:
        return ticks() + self.ahead


TICKERS = ("widgets.linewidget", "screens.incoming", "screens.selection", "sender", "verbs.incident")
"""Modules that measure short spans."""


@dataclass
class Driver:
    """A running console and its desk."""

    app: WatchedConsole
    pilot: Pilot[Any]
    desk: FakeDesk
    clock: Ticks
    remembered: list[Any] = field(default_factory=list)

    def key(self, name: str) -> events.Key:
        """Return a key pressed now; a character is typed as itself."""
        one = len(name) == 1
        event = events.Key(_character_to_key(name) if one else name, name if one else None)
        event.time = self.clock()
        return event

    def later(self, seconds: float) -> None:
        """Let so much time pass for everything that measures spans of a person's doing."""
        self.clock.ahead += seconds

    @property
    def main(self) -> MainScreen:
        return self.app.main

    @property
    def cursor(self) -> str | None:
        return self.main.drawing.incidents.table.cursor_key

    @property
    def commands(self) -> list[tuple[str, Any]]:
        """The commands sent so far: (incident, command)."""
        return [(incident, command) for incident, command, _ in self.desk.commands]

    @property
    def screen_text(self) -> str:
        """What the terminal shows now."""
        width, height = self.app.size
        return "\n".join(line[:width] for line in self.app.grid.text()[:height])

    async def press(self, *keys: str) -> None:
        """Press keys, each after the one before has had its effect."""
        for key in keys:
            self.app.post_message(self.key(key))
            await self.settle()

    async def write(self, text: str) -> None:
        """Type text."""
        for character in text:
            self.app.post_message(self.key(character))
        await self.settle()

    async def push(self, snapshot: Snapshot | None = None, **changes: Any) -> None:
        """Let the desk tell something new."""
        self.desk.push(snapshot, **changes)
        await self.settle()

    async def settle(self, until: Callable[[], bool] | None = None) -> None:
        """Wait until the console has nothing to do, or for a condition."""
        await settle(self.app, until)

    async def loaded(self) -> None:
        """Wait until the lower panes show the incident under the cursor."""
        await loaded(self.app)


@asynccontextmanager
async def console(
    snapshot: Snapshot | None = None,
    *,
    size: tuple[int, int] = (120, 35),
    desk: FakeDesk | None = None,
    **settings: Any,
) -> AsyncIterator[Driver]:
    """Run the console on a scripted desk; nothing may fail in the background meanwhile."""
    desk = desk or FakeDesk(snapshot or scenes.scene(), details=scenes.details())
    remembered: list[Any] = []
    app = WatchedConsole(desk, UiSettings(remember=remembered.append, **settings))
    clock = Ticks()
    wrong: Exception | None = None
    try:
        async with AsyncExitStack() as stack:
            for module in TICKERS:
                stack.enter_context(patch(f"console.ui.{module}.ticks", clock))
            pilot = await stack.enter_async_context(app.run_test(size=size))
            driver = Driver(app, pilot, desk, clock, remembered)
            await driver.settle(lambda: app.main.session.snapshot is not None)
            try:
                yield driver
            except Exception as error:
                wrong = error
                raise
    except Exception:
        if wrong is not None:
            raise wrong from None  # rather than what an app says that is closed in the middle of a key
        raise
    assert not app.failed, app.failed
    assert not app.crash_line
    assert desk.closed
