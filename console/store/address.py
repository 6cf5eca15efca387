"""Which store an address means: ``sqlite:///file.db`` (relative) or ``sqlite:////folder/file.db``."""

from __future__ import annotations

from pathlib import Path

from console.clock import Clock
from console.errors import ConfigError
from console.store.sqlite.store import SqliteStore

_HINT = 'write [store] url = "sqlite:///oncall.db" (beside the config file) or "sqlite:////folder/oncall.db"'


def store_path(url: str, base: Path) -> Path:
    """Return the file an address names; relative ones lie under ``base``.

    Raises ``ConfigError`` for any other address. The address itself is not repeated in the
    message where it may hold a password.
    """
    scheme, separator, rest = url.partition("://")
    if scheme.startswith("postgres"):
        raise ConfigError(
            "A PostgreSQL store comes with the extra [postgres], which this version does not have yet",
            hint=_HINT,
        )
    if not separator or scheme != "sqlite":
        raise ConfigError(f"A store address begins with sqlite:///, not with {scheme[:20]!r}", hint=_HINT)
    name = rest.removeprefix("/")
    if name == rest or not name or name.endswith("/") or name == ":memory:" or "\0" in name:
        raise ConfigError(f"The store address {url!r} names no file", hint=_HINT)
    try:
        # Resolved, so that a symbolic link and its target are one store with one set of side files.
        return (base / Path(name).expanduser()).resolve()
    except (OSError, RuntimeError) as error:
        raise ConfigError(f"The store address {url!r} leads nowhere ({error})", hint=_HINT) from error


def open_store(url: str, base: Path, clock: Clock | None = None) -> SqliteStore:
    """Open the store of an address, creating it where there is none.

    ``base`` is the folder that relative addresses start from. Raises ``ConfigError`` for an
    address that cannot be used, ``StoreError`` for a store that cannot be opened.
    """
    return SqliteStore(store_path(url, base), clock)
