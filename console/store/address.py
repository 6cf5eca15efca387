"""Which store an address means.

``sqlite:///file.db`` (relative), ``sqlite:////folder/file.db`` or ``postgresql://user@host/database``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from console.clock import Clock
from console.errors import ConfigError, StoreError
from console.ports.store import IncidentStore
from console.store.sqlite.store import SqliteStore

if TYPE_CHECKING:
    from console.store.postgres.store import PostgresStore

_HINT = (
    'write [store] url = "sqlite:///oncall.db" (beside the config file), "sqlite:////folder/oncall.db" '
    'or "postgresql://oncall@db.example.org/oncall"'
)


def is_postgres(url: str) -> bool:
    """Return whether an address means a database on a server."""
    return url.startswith(("postgresql://", "postgres://"))


def store_path(url: str, base: Path) -> Path:
    """Return the file an address names; relative ones lie under ``base``.

    Raises ``ConfigError`` for any other address. The address itself is not repeated in the
    message where it may hold a password.
    """
    scheme, separator, rest = url.partition("://")
    if not separator or scheme != "sqlite":
        raise ConfigError(
            f"A store address begins with sqlite:/// or postgresql://, not with {scheme[:20]!r}", hint=_HINT
        )
    name = rest.removeprefix("/")
    if name == rest or not name or name.endswith("/") or name == ":memory:" or "\0" in name:
        raise ConfigError(f"The store address {url!r} names no file", hint=_HINT)
    try:
        # Resolved, so that a symbolic link and its target are one store with one set of side files.
        return (base / Path(name).expanduser()).resolve()
    except (OSError, RuntimeError) as error:
        raise ConfigError(f"The store address {url!r} leads nowhere ({error})", hint=_HINT) from error


def open_store(  # noqa: PLR0913 - each is one independent wish
    url: str,
    base: Path,
    clock: Clock | None = None,
    *,
    password: str | None = None,
    existing: bool = False,
    readonly: bool = False,
    answer_within: float = 5.0,
) -> IncidentStore:
    """Open the store of an address, creating it where there is none.

    ``base`` is the folder that relative addresses start from. ``existing``: never make one.
    ``readonly``: never write. ``password`` and ``answer_within`` (seconds for one call) are for a
    server. Raises ``ConfigError`` for an address that cannot be used, ``StoreError`` for a
    store that cannot be opened.
    """
    if is_postgres(url):
        return _postgres(url, password, existing=existing, readonly=readonly, answer_within=answer_within)
    path = store_path(url, base)
    if (existing or readonly) and not path.exists():
        raise StoreError(f"there is no store {path}", hint="the first command that writes makes it")
    return SqliteStore(path, clock, readonly=readonly)


def _postgres(
    url: str, password: str | None, *, existing: bool, readonly: bool, answer_within: float
) -> PostgresStore:
    try:
        import psycopg  # noqa: F401, PLC0415 - an extra, and slow to load
    except ImportError:
        raise ConfigError(
            "A PostgreSQL store needs the extra [postgres]", hint="pip install 'oncall-console[postgres]'"
        ) from None
    from console.store.postgres.store import PostgresStore  # noqa: PLC0415 - not without the driver
    from console.store.postgres.target import target_of  # noqa: PLC0415

    return PostgresStore(
        target_of(url, password), answer_within=answer_within, readonly=readonly, existing=existing
    )
