"""What the console is told at its start; made by ``bootstrap`` from the config and the remembered state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

from console.domain.views import View
from console.ports.commands import RunCommand, StepRunning
from console.ui.draftfile import DraftFile
from console.ui.glyphs import Glyphs
from console.ui.keys.actions import ACTIONS
from console.ui.keys.keymap import Keymap, check_keymap
from console.ui.terminal.terminal import Terminal


def forget(_state: Mapping[str, Any]) -> None:
    """Remember nothing."""


@dataclass(frozen=True, slots=True)
class UiSettings:
    """Looks and habits of one console.

    ``terminal`` is what ``check_terminal`` found out; without colour it decides the theme, else
    ``theme`` does. ``theme_folders`` have themes beside the bundled ones. ``keymap`` is the checked one. ``views`` are the config's and those saved on screen. ``remember`` is called with what the
    person chose (``{"theme": name}``). ``zone`` is for showing times. ``export_folder`` is where
    a handover is saved unless told otherwise. ``notices`` are shown once at the start,
    ``set_aside`` (entries of the roster that are wrong and do not count) there and in the about dialog.
    ``readonly``: started to look only, no key writes. ``config`` is the config file, for the about dialog.
    ``attention`` are the ways it rings. ``run_command`` runs what a checklist names (None: nothing can be run),
    ``step_running`` the commands of runbook steps (None: the config does not allow it).
    ``draft_file`` keeps what is being written (None: it is kept until the console ends).
    """

    terminal: Terminal = field(default_factory=Terminal)
    theme: str | None = None
    theme_folders: tuple[Path, ...] = ()
    mouse: bool = True
    attention: tuple[str, ...] = ()
    keymap: Keymap = field(default_factory=lambda: check_keymap(ACTIONS, {}))
    views: tuple[View, ...] = ()
    remember: Callable[[Mapping[str, Any]], None] = forget
    zone: tzinfo = UTC
    export_folder: Path = Path()
    notices: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()
    readonly: bool = False
    config: str = ""
    run_command: RunCommand | None = None
    step_running: StepRunning | None = None
    draft_file: DraftFile | None = None

    @property
    def glyphs(self) -> Glyphs:
        """The signs to draw with."""
        return self.terminal.glyphs
