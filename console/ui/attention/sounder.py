"""Rings in the ways that are wanted. One that does not work is no reason to say so: the screen shows it anyway."""

from __future__ import annotations

import asyncio
import contextlib
from asyncio.subprocess import DEVNULL
from collections.abc import Sequence
from functools import partial
from typing import Any

from console.ui.attention.ways import program, sequence
from console.ui.terminal.textual_hooks import HookedApp
from console.ui.work import begin

_PATIENCE = 5.0
"""Seconds that tmux or the desktop may take."""


class Sounder:
    """Rings by one app's terminal, and by programs beside it."""

    def __init__(self, app: HookedApp[Any], ways: Sequence[str]) -> None:
        self._app = app
        self._ways = tuple(dict.fromkeys(ways))

    def sound(self, text: str) -> None:
        """Ring in all ways; returns at once."""
        self._app.to_terminal("".join(sequence(way, text) for way in self._ways))
        for command in filter(None, (program(way, text) for way in self._ways)):
            begin(self._app, partial(_run, command), name="ringing", group="ringing")


async def _run(command: Sequence[str]) -> None:
    with contextlib.suppress(OSError, TimeoutError):
        process = await asyncio.create_subprocess_exec(
            *command, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL
        )
        try:
            async with asyncio.timeout(_PATIENCE):
                await process.wait()
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
