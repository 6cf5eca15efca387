"""Open the store's file: make it, guard it, bring its tables up to date; for reading only where need be."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import apsw

from console.clock import ticks
from console.errors import StoreError
from console.store.migrate import Versions, may_write, migrate, too_new, versions
from console.store.schema import APPLICATION_ID, MIGRATIONS, SQLITE
from console.store.sqlite import files, fsguard
from console.store.sqlite.failures import plain_errors
from console.store.sqlite.tx import SqliteTx, immediate

# Older ones can corrupt a file that several connections write to (the WAL-reset bug).
OLDEST_SQLITE = (3, 51, 3)
_PAUSE = 0.005  # seconds between two attempts
READONLY = "--readonly"
"""Why nothing is written where the user wanted it so."""
WAL_LIMIT = 4 << 20  # bytes the write-ahead log is cut back to after a checkpoint


@dataclass(frozen=True, slots=True)
class Opened:
    """An open file; ``read_only`` says why nothing can be written, empty where it can."""

    connection: apsw.Connection
    read_only: str
    warnings: tuple[str, ...]


def require_sqlite(version: str) -> None:
    """Raise ``StoreError`` for an SQLite library that is too old to be trusted with the store."""
    if tuple(int(part) for part in version.split(".")[:3]) < OLDEST_SQLITE:
        oldest = ".".join(map(str, OLDEST_SQLITE))
        raise StoreError(
            f"SQLite {version} can damage a shared store (at least {oldest} is needed)",
            hint="install apsw from its wheel, which brings its own SQLite",
        )


def open_file(path: Path, busy_timeout: float, *, readonly: bool = False) -> Opened:
    """Open a store, creating it where there is none. Raises ``StoreError``.

    ``readonly``: never write to it, so never make it, bring it up to date or change its rights.
    """
    require_sqlite(apsw.sqlite_lib_version())
    if readonly:
        return _only_reading(path, busy_timeout)
    warnings = [fsguard.check(path.parent.resolve())]
    files.make_folder(path.parent)
    if not files.create(path):
        files.require_regular(path)
        warnings.append(files.keep_private(path))
    told = tuple(warning for warning in warnings if warning)
    with plain_errors(path):
        try:
            connection, reason = _for_writing(path, busy_timeout)
        except (apsw.ReadOnlyError, apsw.CantOpenError, apsw.PermissionsError):
            connection, reason = open_for_reading(path), "the file or its folder cannot be written to"
    return Opened(connection, reason, told)


def _only_reading(path: Path, busy_timeout: float) -> Opened:
    warning = fsguard.check(path.parent.resolve())
    files.require_regular(path)
    with plain_errors(path):
        connection = open_for_reading(path)
        try:
            connection.set_busy_timeout(round(busy_timeout * 1000))
            connection.execute("PRAGMA query_only = ON")
            _require_up_to_date(versions(SqliteTx(connection), SQLITE), path)
        except BaseException:
            connection.close()
            raise
    return Opened(connection, READONLY, (warning,) if warning else ())


def _require_up_to_date(found: Versions, path: Path) -> None:
    if found.version < len(MIGRATIONS):
        raise StoreError(
            f"The store {path} has an older format ({found.version}) and is not changed for --readonly",
            hint="bring it up to date with: oncall store migrate",
        )


def _for_writing(path: Path, busy_timeout: float) -> tuple[apsw.Connection, str]:
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        _require_open_for_writing(connection)
        connection.set_busy_timeout(round(busy_timeout * 1000))
        found = _require_ours(connection, path)
        if not may_write(found):
            connection.execute("PRAGMA query_only = ON")
            return connection, too_new(found)
        _set_up(connection)
        _use_wal(connection, busy_timeout)
        if found.version < len(MIGRATIONS):
            migrate(lambda: _first_of_all(connection), SQLITE, MIGRATIONS)
        _probe(connection, busy_timeout)
    except BaseException:
        connection.close()
        raise
    return connection, ""


def _require_open_for_writing(connection: apsw.Connection) -> None:
    # SQLite itself falls back to reading without a word.
    if connection.readonly("main"):
        raise apsw.ReadOnlyError("the file cannot be written to")


def _set_up(connection: apsw.Connection) -> None:
    # Without this a statement with LIMIT ? is planned anew each time it runs.
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
    for pragma in (
        "synchronous = FULL",  # NORMAL survives a kill but not a power loss
        f"journal_size_limit = {WAL_LIMIT}",
        "foreign_keys = OFF",
        "trusted_schema = OFF",
    ):
        list(connection.execute(f"PRAGMA {pragma}"))


def _use_wal(connection: apsw.Connection, busy_timeout: float) -> None:
    """Switch a new file to write-ahead logging; where several do so at once SQLite does not always wait."""
    until = ticks() + busy_timeout
    connection.set_busy_timeout(0)
    try:
        for attempt in itertools.count():
            try:
                list(connection.execute("PRAGMA journal_mode = WAL"))
            except apsw.BusyError:
                if attempt and ticks() > until:
                    raise
                time.sleep(_PAUSE)
            else:
                return
    finally:
        connection.set_busy_timeout(round(busy_timeout * 1000))


def _require_ours(connection: apsw.Connection, path: Path) -> Versions:
    """Return the versions of the tables; refuse another program's database before anything is changed in it."""
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()[0][0]
    mark = connection.execute("PRAGMA application_id").fetchall()[0][0]
    if tables and mark != APPLICATION_ID:
        raise StoreError(
            f"The file {path} is another program's database", hint="name another file in [store] url"
        )
    return versions(SqliteTx(connection), SQLITE)


@contextmanager
def _first_of_all(connection: apsw.Connection) -> Iterator[SqliteTx]:
    with immediate(connection) as tx:
        tx.script(f"PRAGMA application_id = {APPLICATION_ID}")
        yield tx


def _probe(connection: apsw.Connection, busy_timeout: float) -> None:
    """Write for real and take it back: SQLite grants a write lock on a file that it cannot write."""
    connection.set_busy_timeout(0)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE meta SET value = value + 1 WHERE name = 'version'")
    except apsw.BusyError:
        return  # somebody is writing this moment, so it can be written
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.set_busy_timeout(round(busy_timeout * 1000))


def open_for_reading(path: Path) -> apsw.Connection:
    """Open a store that cannot or shall not be written to. Raises ``StoreError`` or SQLite's error.

    Without the right to make the shared-memory file, SQLite cannot even read a store in WAL
    mode, unless it is told that the file never changes. That is so only if nobody has it open.
    """
    try:
        return _readable(path, "mode=ro")
    except (apsw.ReadOnlyError, apsw.CantOpenError):
        log = path.with_name(f"{path.name}-wal")
        if files.size(log):
            raise StoreError(
                f"The store {path} has changes beside it ({log.name}) that cannot be read from here",
                hint="open it once where the folder can be written to",
            ) from None
        return _readable(path, "immutable=1")


def _readable(path: Path, how: str) -> apsw.Connection:
    connection = apsw.Connection(
        f"file:{quote(str(path))}?{how}", flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    )
    try:
        found = _require_ours(connection, path)
    except BaseException:
        connection.close()
        raise
    if not found.version:
        connection.close()
        raise StoreError(f"The store {path} is empty and cannot be set up", hint="make it writable")
    return connection
