"""The person's own editor in the console's place, and the console back afterwards."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from console.domain.text import one_line

if TYPE_CHECKING:
    from textual.app import App


def editor_command(file: Path, environment: Mapping[str, str] = os.environ) -> list[str]:
    """Return the program for a file, as a list: no shell reads it. Raises ``ValueError`` where there is none."""
    said = environment.get("VISUAL") or environment.get("EDITOR") or "vi"
    argv = shlex.split(said)
    if not argv:
        raise ValueError("$EDITOR is empty")
    return [*argv, str(file)]


def edit(app: App[int], file: Path) -> str:
    """Give the terminal to the editor until it ends, and take it back; return what went wrong, or nothing.

    The event loop stands still meanwhile, so that nothing is drawn over the editor; the engine is a
    process of its own and goes on. Raises ``SuspendNotSupported``.
    """
    try:
        argv = editor_command(file)
    except ValueError as error:
        return one_line(f"no editor: {error}")
    with app.suspend():
        return run(argv)


def run(argv: list[str]) -> str:
    """Run an editor in this terminal until it ends; return what went wrong, or nothing. Ctrl+C is the editor's alone."""
    before = signal.signal(signal.SIGINT, _nothing)
    try:
        code = subprocess.call(argv)  # noqa: S603 - the person's own editor, without a shell
    except OSError as error:
        return one_line(f"{argv[0]} cannot be run: {(error.strerror or str(error)).lower()}")
    finally:
        signal.signal(signal.SIGINT, before)
    if code < 0:
        return one_line(f"{argv[0]} was ended by signal {-code}")
    return one_line(f"{argv[0]} ended with code {code}") if code else ""


def _nothing(_signal: int, _frame: FrameType | None) -> None:
    """Take no notice; unlike an ignored signal, this is not passed on to the editor."""
