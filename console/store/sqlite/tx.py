"""Transactions of SQLite in the shape that the store's SQL is written against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import apsw

from console.clock import Clock, SystemClock
from console.store.tx import Query, Row, marks


class SqliteTx:
    """``console.store.tx.Tx`` over an apsw connection; the store's time is this machine's, or ``clock``'s."""

    def __init__(self, connection: apsw.Connection, clock: Clock | None = None) -> None:
        self._connection = connection
        self._clock = clock or SystemClock()

    def all(self, sql: str, *values: Any) -> list[Row]:
        """Return all rows of a query."""
        return list(self._connection.execute(sql, values))

    def one(self, sql: str, *values: Any) -> Row | None:
        """Return the first row, or None; the query is over afterwards, so that it holds no lock."""
        found = self.all(sql, *values)
        return found[0] if found else None

    def gather(self, queries: Sequence[Query]) -> list[list[Row]]:
        """Return the rows of several queries."""
        return [self.all(sql, *values) for sql, values in queries]

    def run(self, sql: str, *values: Any) -> None:
        """Carry out a statement."""
        self._connection.execute(sql, values)

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Carry out a statement for each row of values."""
        if rows:
            self._connection.executemany(sql, rows)

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Insert rows."""
        self.many(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks(len(columns))})", rows)

    def update(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Set columns of the rows whose ``id`` is the last value of each row of values."""
        self.many(f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in columns)} WHERE id = ?", rows)

    def script(self, sql: str) -> None:
        """Carry out several statements without values."""
        self._connection.execute(sql)

    def now(self) -> datetime:
        """Return this machine's time: the only one that shares the file."""
        return self._clock.now()

    def timed(self, sql: str, *values: Any) -> tuple[list[Row], datetime]:
        """Return all rows of a query and the time."""
        return self.all(sql, *values), self._clock.now()


@contextmanager
def immediate(connection: apsw.Connection, clock: Clock | None = None) -> Iterator[SqliteTx]:
    """Give a transaction that holds the write lock from its start; undone where the block raises.

    Always IMMEDIATE: a transaction that reads first and then wants to write fails at once
    (BUSY_SNAPSHOT), however long it would be willing to wait.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield SqliteTx(connection, clock)
        connection.execute("COMMIT")
    finally:
        # A full disk and some other errors have ended the transaction already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
