"""What the console remembers between runs (theme, layout): a small TOML file of its own, never the user's."""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_BIGGEST = 100_000


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
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".state-")  # made with mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
