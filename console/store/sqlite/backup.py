"""Copies of a store: complete, private, openable anywhere, also from a read-only disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw

from console.clock import SystemClock
from console.errors import StoreError
from console.store import tx
from console.store.moving import copy
from console.store.soundness import FEW, damage
from console.store.sqlite import files
from console.store.sqlite.connection import Connection
from console.store.sqlite.failures import plain_errors
from console.store.sqlite.opening import open_for_reading
from console.store.sqlite.tx import SqliteTx

BUSY_TIMEOUT = 5.0  # seconds; nobody else knows of a file that is just being made


def copy_to(target: Path, fill: Callable[[apsw.Connection], None]) -> None:
    """Make a new private file, let ``fill`` write a whole store into it and flush it to disk.

    Raises ``StoreError`` where the target exists or cannot be written; then nothing is left behind.
    """
    if not files.create(target):
        raise StoreError(
            f"{target} exists already", hint="name a new file; an existing one is never replaced"
        )
    try:
        with plain_errors(target):
            connection = apsw.Connection(str(target), flags=apsw.SQLITE_OPEN_READWRITE)
            try:
                fill(connection)
                # A file in WAL mode cannot be read from a read-only folder.
                list(connection.execute("PRAGMA journal_mode = DELETE"))
            finally:
                connection.close()
        files.sync_to_disk(target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def write_portable(source: tx.Connection, target: Path) -> None:
    """Write a copy of a store that lies in another database: what was in it at one instant, as a file.

    Raises as ``copy_to`` and ``moving.copy`` do; then nothing is left behind.
    """

    def fill(_new: apsw.Connection) -> None:
        file = Connection(target, BUSY_TIMEOUT, SystemClock())
        try:
            copy(source, file)
        finally:
            file.close()

    copy_to(target, fill)


def file_damage(look: SqliteTx) -> tuple[str, ...]:
    """Return what is wrong with the file's structure; empty where all is well."""
    structure = [row[0] for row in look.all("PRAGMA quick_check")]
    return () if structure == ["ok"] else tuple(f"the file is damaged: {line}" for line in structure[:FEW])


def restore(backup: Path, target: Path) -> None:
    """Make a store of a backup, after looking whether it is sound. The target must not exist yet."""
    files.require_regular(backup)
    with plain_errors(backup):
        source = open_for_reading(backup)
        try:
            look = SqliteTx(source)
            found = (*file_damage(look), *damage(look))
            if found:
                raise StoreError(f"The backup {backup} is not sound: {found[0]}", hint="choose another one")
            files.make_folder(target.parent)
            copy_to(target, lambda connection: _copy(source, connection))
        finally:
            source.close()


@contextmanager
def unpacked(backup: Path) -> Iterator[Connection]:
    """Give the store in a backup, sound and brought up to date; the file itself is not touched.

    Raises ``StoreError`` where it is not a sound store.
    """
    with TemporaryDirectory(prefix="oncall-restore-") as folder:
        path = Path(folder) / "store.db"
        restore(backup, path)
        connection = Connection(path, BUSY_TIMEOUT, SystemClock())
        try:
            yield connection
        finally:
            connection.close()


def _copy(source: apsw.Connection, target: apsw.Connection) -> None:
    with target.backup("main", source, "main") as copying:
        copying.step(-1)
