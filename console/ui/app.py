"""The app: a shell round one screen. It follows the desk, keeps time, and knows themes and keys; nothing else."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events
from textual.command import Provider

from console.domain.human import count
from console.domain.snapshot import StoreHealth, StoreState
from console.domain.text import one_line
from console.errors import OncallError
from console.ports.desk import Desk
from console.ui.keys.keyqueue import KeyQueue
from console.ui.screens.main import MainScreen
from console.ui.settings import UiSettings
from console.ui.terminal.safe_app import TerminalSafeApp
from console.ui.themes.load import load_themes
from console.ui.work import begin

if TYPE_CHECKING:
    from console.ui.attention.ringer import Ringer

RETRY = 1.0
"""Seconds before following a desk again that failed."""


def _actions() -> type[Provider]:
    from console.ui.keys.commands import ActionCommands  # noqa: PLC0415 - loads when the palette opens

    return ActionCommands


def _incidents() -> type[Provider]:
    from console.ui.keys.commands import IncidentCommands  # noqa: PLC0415 - loads when the palette opens

    return IncidentCommands


def _themes() -> type[Provider]:
    from console.ui.keys.commands import ThemeCommands  # noqa: PLC0415 - loads when the palette opens

    return ThemeCommands


def _books() -> type[Provider]:
    from console.ui.keys.bookcommands import BookCommands  # noqa: PLC0415 - loads when the palette opens

    return BookCommands


class ConsoleApp(TerminalSafeApp[int]):
    """Shows a desk. ``open_desk`` is called in the running loop; the app closes what it opened."""

    TITLE = "oncall"
    CSS_PATH = Path(__file__).parent / "screens" / "main.tcss"
    COMMANDS = {_actions, _incidents, _themes, _books}  # noqa: RUF012 - Textual's way

    def __init__(self, open_desk: Callable[[], Desk], settings: UiSettings) -> None:
        super().__init__(settings.terminal)
        self.settings = settings
        self.keys = settings.keymap
        self.theme_titles: dict[str, str] = {}
        self.notices: list[str] = list(settings.notices)
        self.main = MainScreen(settings)
        self.key_queue = KeyQueue(self, super().on_event, self._keys_dropped)
        self._open_desk = open_desk
        self._desk: Desk | None = None
        self._ringer: Ringer | None = None
        self.pressed_at = 0.0
        """When the key or click being carried out was made (seconds of ``clock.ticks``)."""

    @property
    def desk(self) -> Desk:
        """The desk; there is one from the moment the app runs."""
        if self._desk is None:
            raise RuntimeError("the desk is opened when the app starts")
        return self._desk

    @property
    def rehearsal(self) -> str:
        """``demo`` or ``drill`` where this is no real shift."""
        snapshot = self.main.session.snapshot
        return snapshot.rehearsal if snapshot else ""

    def on_load(self) -> None:
        """Open the desk and take up theme and keys before anything is drawn."""
        self._desk = self._open_desk()
        themes = load_themes(*self.settings.theme_folders)
        for theme in themes.textual():
            self.register_theme(theme)
        self.theme_titles = {name: loaded.file.title for name, loaded in themes.by_name.items()}
        self.theme, wrong = themes.choose(self.settings.theme, no_color=self.terminal.no_color)
        self.notices += [str(problem) for problem in (*themes.problems, wrong) if problem]
        self.set_keymap(self.keys.remapped)

    def on_key(self, event: events.Key) -> None:
        """Note when the key was pressed, which may be a while before it is carried out."""
        self.pressed_at = event.time
        self.key_queue.came_back(event)

    def on_click(self, event: events.Click) -> None:
        """Note when it was clicked."""
        self.pressed_at = event.time

    def get_default_screen(self) -> MainScreen:
        """Return the one screen."""
        return self.main

    async def on_event(self, event: events.Event) -> None:
        """Take fresh keys one at a time."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            await self.key_queue.press(event)
        else:
            await super().on_event(event)

    def _keys_dropped(self, lost: int) -> None:
        self.main.flash(f"{count(lost, 'key')} typed meanwhile went nowhere")

    def on_mount(self) -> None:
        """Begin to follow and to tick."""
        begin(self, self._follow, name="following the store", group="follow")
        self.start_ticking(self._tick)
        if aside := self.settings.set_aside:
            text = f"{count(len(aside), 'mistake')} in the roster of the config, see About: {aside[0]}"
            self.notify(one_line(text, 400), severity="error", markup=False, timeout=60)
        for notice in self.notices:
            self.notify(one_line(notice), severity="warning", markup=False, timeout=10)
        self._keep_drafts()

    def _keep_drafts(self) -> None:
        """Say what an earlier console left unsaved, and write down from now on what is begun."""
        drafts = self.main.session.drafts
        drafts.tell = lambda line: self.notify(
            one_line(line, 400), severity="warning", markup=False, timeout=20
        )
        drafts.take_over()
        drafts.changed = lambda: begin(self, drafts.save, name="keeping drafts", group="drafts")

    def exit(self, *result: Any, **how: Any) -> None:
        """Leave, with what is being written kept as it stands."""
        self.main.session.drafts.look()
        super().exit(*result, **how)

    def _tick(self) -> None:
        """Let a second pass."""
        self.main.tick()
        if self._ringer is not None:
            self._ringer.tick(self.main.session.now)

    async def _follow(self) -> None:
        """Hand every snapshot to the screen; a desk that fails is said so and followed again."""
        begun = False
        while True:
            try:
                async for snapshot in self.desk.follow():
                    self.main.take(snapshot)
                    if self._ringer is not None:
                        self._ringer.take(snapshot)
                    if not begun:
                        begun = True
                        self.call_after_refresh(self._first_paint_done)
            except OncallError as error:
                self._lost(str(error))
            await asyncio.sleep(RETRY)

    def _first_paint_done(self) -> None:
        """Start what the first picture need not wait for.

        What has been made so far stays to the end: the collector need not look at it again.
        """
        gc.freeze()
        gc.enable()
        if self.settings.attention:
            self._ring_from_now_on()
        if not self.settings.readonly:
            begin(self, self.desk.ensure_engine, name="starting the engine", group="engine")

    def _ring_from_now_on(self) -> None:
        """Call the person where something concerns them; first for what waits already, once for all of it."""
        from console.ui.attention.ringer import Ringer  # noqa: PLC0415 - the first picture does not wait for it
        from console.ui.attention.sounder import Sounder  # noqa: PLC0415 - same

        self._ringer = Ringer(Sounder(self, self.settings.attention).sound)
        if self.main.session.snapshot is not None:
            self._ringer.take(self.main.session.snapshot)

    def _lost(self, error: str) -> None:
        """Say on the screen that nothing new is heard; what is shown stays as it was."""
        shown = self.main.session.snapshot
        if shown is not None:
            lost = StoreHealth(shown.store.kind, StoreState.UNREACHABLE, shown.store.seen_at, error)
            self.main.take(replace(shown, store=lost))

    def use_theme(self, name: str) -> None:
        """Use a theme from now on, and the next time too."""
        self.theme = name
        self.settings.remember({"theme": name})

    async def on_unmount(self) -> None:
        """Close the desk, and write down what is not saved yet."""
        await self.main.session.drafts.close()
        if self._desk is not None:
            await self._desk.close()
