"""The app: a shell round one screen. It follows the desk, keeps time, and knows themes and keys; nothing else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

from textual.app import App
from textual.command import Provider
from textual.timer import Timer

from console.domain.snapshot import Snapshot, StoreHealth, StoreState
from console.domain.text import one_line
from console.errors import OncallError
from console.ports.desk import Desk
from console.ui.screens.main import MainScreen
from console.ui.settings import UiSettings
from console.ui.theme_variables import defaults
from console.ui.themes import load_themes

TICK = 1.0
TICK_BLURRED = 10.0
"""Seconds between ticks, and while somebody looks elsewhere."""
RETRY = 1.0
"""Seconds before following a desk again that failed."""

log = logging.getLogger(__name__)


def _actions() -> type[Provider]:
    from console.ui.commands import ActionCommands  # noqa: PLC0415 - loads when the palette opens

    return ActionCommands


def _incidents() -> type[Provider]:
    from console.ui.commands import IncidentCommands  # noqa: PLC0415 - loads when the palette opens

    return IncidentCommands


def _themes() -> type[Provider]:
    from console.ui.commands import ThemeCommands  # noqa: PLC0415 - loads when the palette opens

    return ThemeCommands


class ConsoleApp(App[int]):
    """Shows a desk. ``open_desk`` is called in the running loop; the app closes what it opened."""

    TITLE = "oncall"
    CSS_PATH = "screens/main.tcss"
    COMMANDS = {_actions, _incidents, _themes}  # noqa: RUF012 - Textual's way

    def __init__(self, open_desk: Callable[[], Desk], settings: UiSettings) -> None:
        super().__init__()
        self.settings = settings
        self.keys = settings.keymap
        self._open_desk = open_desk
        self._desk: Desk | None = None
        self._tick: Timer | None = None
        self.main = MainScreen(settings)
        self.failures: list[BaseException] = []
        self.theme_titles: dict[str, str] = {}
        self.notices: list[str] = []

    @property
    def desk(self) -> Desk:
        """The desk; there is one from the moment the app runs."""
        if self._desk is None:
            raise RuntimeError("the desk is opened when the app starts")
        return self._desk

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return our own colours for themes that do not name them."""
        return defaults()

    async def on_load(self) -> None:
        """Open the desk and take up theme and keys before anything is drawn."""
        self._desk = self._open_desk()
        themes = load_themes(*self.settings.theme_folders)
        for theme in themes.textual():
            self.register_theme(theme)
        self.theme_titles = {name: loaded.file.title for name, loaded in themes.by_name.items()}
        self.theme, wrong = themes.choose(self.settings.theme, no_color=self.settings.no_color)
        self.notices = [*self.settings.notices, *map(str, themes.problems), *([str(wrong)] if wrong else [])]
        self.set_keymap(self.keys.remapped)

    def get_default_screen(self) -> MainScreen:
        """Return the one screen."""
        return self.main

    def on_mount(self) -> None:
        """Begin to follow and to tick."""
        self.run_worker(self._follow(), group="follow", exit_on_error=False)
        self._tick = self.set_interval(TICK, self._on_tick)
        for notice in self.notices:
            self.notify(one_line(notice), severity="warning", markup=False, timeout=10)

    async def _follow(self) -> None:
        """Hand every snapshot to the screen; a desk that fails is said so and followed again."""
        asyncio.get_running_loop().call_soon(self._ensure_engine)
        while True:
            try:
                async for snapshot in self.desk.follow():
                    self.main.take(snapshot)
            except OncallError as error:
                self._lost(str(error))
            await asyncio.sleep(RETRY)

    def _ensure_engine(self) -> None:
        self.run_worker(self.desk.ensure_engine(), group="engine", exit_on_error=False)

    def _lost(self, error: str) -> None:
        """Say on the screen that nothing new is heard; what is shown stays as it was."""
        shown = self.main.session.snapshot
        if shown is not None:
            self.main.take(_cut_off(shown, error))

    def _on_tick(self) -> None:
        self.main.tick()

    def on_app_blur(self) -> None:
        """Tick slowly while somebody looks elsewhere."""
        self._every(TICK_BLURRED)

    def on_app_focus(self) -> None:
        """Tick each second again, from now."""
        self._every(TICK)
        self.main.tick()

    def _every(self, seconds: float) -> None:
        if self._tick is not None:
            self._tick._interval = seconds  # noqa: SLF001 - one timer only, see textual_hooks
            self._tick.reset()

    def report(self, error: BaseException | None) -> None:
        """Say that something of ours went wrong; it is logged, the console goes on."""
        if error is not None:
            self.failures.append(error)
            log.error("a worker failed", exc_info=error)
            self.notify(
                f"that went wrong: {one_line(str(error)) or type(error).__name__}",
                severity="error",
                markup=False,
            )

    def use_theme(self, name: str) -> None:
        """Use a theme from now on, and the next time too."""
        self.theme = name
        self.settings.remember({"theme": name})

    async def on_unmount(self) -> None:
        """Close the desk."""
        if self._desk is not None:
            await self._desk.close()


def _cut_off(snapshot: Snapshot, error: str) -> Snapshot:
    store = snapshot.store
    return replace(snapshot, store=StoreHealth(store.kind, StoreState.UNREACHABLE, store.seen_at, error))
