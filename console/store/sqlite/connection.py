"""One connection to the store's file: transactions, durability, and the checks around them."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import apsw

from console.clock import Clock, ticks
from console.errors import StoreError
from console.store.migrate import may_write, stated_versions, too_new
from console.store.sqlite.failures import NOTHING_SAVED, plain_errors
from console.store.sqlite.files import identity
from console.store.sqlite.opening import open_file
from console.store.sqlite.tx import SqliteTx, immediate

LOOK_EVERY = 1.0  # seconds between two looks whether the file is still the one that was opened


class Connection:
    """The store's file, open. Safe to use from several threads, one transaction at a time.

    ``busy_timeout`` is how many seconds a write waits for another program's. ``read_only`` is
    the reason why nothing can be written, empty where writing is possible. ``readonly``: never write.
    """

    def __init__(self, path: Path, busy_timeout: float, clock: Clock, *, readonly: bool = False) -> None:
        opened = open_file(path, busy_timeout, readonly=readonly)
        self.path = path
        self.where = str(path)
        self.read_only = opened.read_only
        self.warnings = opened.warnings
        self._connection = opened.connection
        self._identity = identity(path)
        self._looked_at = ticks()
        self._lock = threading.RLock()
        self._clock = clock
        self._tx = SqliteTx(opened.connection, clock)

    @contextmanager
    def read(self) -> Iterator[SqliteTx]:
        """Give single queries, each true in itself. No read transaction stays open: it would keep the WAL growing."""
        with self._lock, plain_errors(self.path):
            if ticks() - self._looked_at >= LOOK_EVERY:
                self._require_same_file()
            yield self._tx

    @contextmanager
    def snapshot(self) -> Iterator[SqliteTx]:
        """Give several queries that see one instant; keep it short."""
        with self.read() as tx:
            self._connection.execute("BEGIN")
            try:
                yield tx
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[SqliteTx]:
        """Give a transaction that is saved when the block ends and undone when it raises.

        ``durable`` False spares the disk flush: such a write outlives a kill, but perhaps not a
        power loss.
        """
        if self.read_only:
            raise StoreError(f"The store {self.path} is read-only: {self.read_only}", hint=NOTHING_SAVED)
        with self._lock, plain_errors(self.path):
            self._require_same_file()
            if not durable:
                self._connection.execute("PRAGMA synchronous = NORMAL")
            try:
                with immediate(self._connection, self._clock) as tx:
                    self._require_writable()
                    yield tx
            finally:
                if not durable:
                    self._connection.execute("PRAGMA synchronous = FULL")
            self._require_same_file()

    def lasting(self) -> AbstractContextManager[None]:
        """Let transactions in the block take as long as they take; here nothing cuts them short."""
        return nullcontext()

    def aside(self) -> AbstractContextManager[SqliteTx]:
        """Give a transaction that is not flushed to disk; a file has one writer at a time, whatever it writes."""
        return self.write(durable=False)

    def signal(self) -> int:
        """Return a number that changes when another connection has committed (not by our own commits)."""
        with self.read() as tx:
            row = tx.one("PRAGMA data_version")
            return 0 if row is None else int(row[0])

    def copy_into(self, target: apsw.Connection) -> None:
        """Copy the whole store into an empty database, page by page, while others go on writing."""
        with self._lock, target.backup("main", self._connection, "main") as copying:
            copying.step(-1)

    def close(self) -> None:
        """Close the file; the last one to close folds the write-ahead log into it."""
        with self._lock, plain_errors(self.path):
            self._connection.close()

    def _require_writable(self) -> None:
        """Raise where a newer program has changed the tables since this connection was opened."""
        found = stated_versions(self._tx)
        if not may_write(found):
            raise StoreError(f"The store {self.path} is read-only: {too_new(found)}", hint=NOTHING_SAVED)

    def _require_same_file(self) -> None:
        """Raise where the file was moved, replaced or deleted: what we write would be found by nobody."""
        if identity(self.path) != self._identity:
            self._looked_at = -math.inf  # look again at the next use, reading included
            raise StoreError(
                f"The store {self.path} was moved, replaced or deleted while it was open",
                hint="put it back, or restart oncall to go on with what is there now",
            )
        self._looked_at = ticks()
