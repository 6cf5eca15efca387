"""Where the config file is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from console.errors import ConfigError

FILE_NAME = "oncall.toml"


def default_path() -> Path:
    """Return where ``oncall init`` writes, and where a config is looked for first."""
    from platformdirs import user_config_path  # noqa: PLC0415 - only where no file was named

    return user_config_path("oncall", appauthor=False) / FILE_NAME


def find(named: str | None, environment: Mapping[str, str] | None = None) -> Path | None:
    """Return the config file to use, or None where there is none.

    In this order: ``named`` (``--config``), ``$ONCALL_CONFIG``, the platform's config folder,
    ``./oncall.toml``. Raises ``ConfigError`` where a named one does not exist.
    """
    variable = (os.environ if environment is None else environment).get("ONCALL_CONFIG", "")
    for path, said in ((named, "--config"), (variable, "$ONCALL_CONFIG")):
        if path:
            if not Path(path).expanduser().is_file():
                raise ConfigError(f"{path}: no such file", hint=f"correct {said}")
            return Path(path).expanduser()
    return next((path for path in (default_path(), Path(FILE_NAME)) if path.is_file()), None)
