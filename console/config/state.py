"""What the console remembers between runs (theme, layout): a small TOML file of its own, never the user's."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from console.config.files import write_whole

_BIGGEST = 100_000

log = logging.getLogger(__name__)


def default_state_path() -> Path:
    """Return the file in the platform's state folder."""
    from platformdirs import user_state_path  # noqa: PLC0415 - only the console needs it

    return user_state_path("oncall", appauthor=False) / "state.toml"


def read_state(path: Path) -> dict[str, Any]:
    """Return what was remembered; empty where nothing was, or where the file cannot be understood.

    A lost theme is no reason not to start.
    """
    try:
        with path.open("rb") as file:
            return tomllib.loads(file.read(_BIGGEST).decode())
    except (OSError, ValueError, RecursionError):
        return {}


def write_state(path: Path, state: Mapping[str, Any]) -> None:
    """Remember ``state`` (texts, numbers, true or false, tables of these); all or nothing, mode 0600.

    Raises ``OSError`` where the folder cannot be written; the caller says so and goes on.
    """
    import tomli_w  # noqa: PLC0415 - only when something changed

    text = tomli_w.dumps({key: value for key, value in state.items() if value is not None})
    write_whole(path, text, overwrite=True)


def remember(path: Path, chosen: Mapping[str, Any]) -> None:
    """Put what was chosen over what was remembered; a folder that cannot be written is only logged."""
    try:
        write_state(path, {**read_state(path), **chosen})
    except OSError as error:
        log.warning("%s: cannot be written (%s): the choice holds until the end", path, error.strerror)
