"""The incident store in an SQLite file, for one machine."""

from __future__ import annotations

from pathlib import Path

from console.clock import Clock, SystemClock
from console.store import soundness
from console.store.sql import SqlStore
from console.store.sqlite import backup
from console.store.sqlite.connection import Connection


class SqliteStore(SqlStore):
    """An incident store in a file. Its time is this machine's: the only one that shares the file.

    ``busy_timeout`` is how many seconds a write waits for another program's before it gives up
    with a ``StoreError``. Where the file can only be read, ``read_only`` says why and every
    writing method raises; ``readonly`` opens it so. ``warnings`` are sentences to show the user.
    """

    kind = "sqlite"

    def __init__(
        self, path: Path, clock: Clock | None = None, busy_timeout: float = 5.0, *, readonly: bool = False
    ) -> None:
        self.path = path
        self._connection = Connection(path, busy_timeout, clock or SystemClock(), readonly=readonly)
        super().__init__(self._connection)

    def signal(self) -> int:
        """Return SQLite's data version: own commits do not change it, a writer reads after its own writes."""
        return self._connection.signal()

    def _damage(self) -> tuple[str, ...]:
        """Return what is wrong with the file and with its contents."""
        with self._connection.read() as tx:
            return (*backup.file_damage(tx), *soundness.damage(tx))

    def backup(self, target: str) -> None:
        """Write a complete copy to a new file, for the owner only."""
        backup.copy_to(Path(target), self._connection.copy_into)
