"""Transactions of SQLite in the shape that the store's SQL is written against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import apsw

from console.store.tx import Row


class SqliteTx:
    """``console.store.tx.Tx`` over an apsw connection."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def all(self, sql: str, *values: Any) -> list[Row]:
        """Return all rows of a query."""
        return list(self._connection.execute(sql, values))

    def one(self, sql: str, *values: Any) -> Row | None:
        """Return the first row, or None; the query is over afterwards, so that it holds no lock."""
        found = self.all(sql, *values)
        return found[0] if found else None

    def run(self, sql: str, *values: Any) -> int:
        """Carry out a statement and return how many rows it changed."""
        return self.many(sql, [values])

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> int:
        """Carry out a statement for each row of values; return how many rows were changed in all."""
        before = self._connection.total_changes()
        if rows:
            self._connection.executemany(sql, rows)
        return self._connection.total_changes() - before

    def script(self, sql: str) -> None:
        """Carry out several statements without values."""
        self._connection.execute(sql)


@contextmanager
def immediate(connection: apsw.Connection) -> Iterator[SqliteTx]:
    """Give a transaction that holds the write lock from its start; undone where the block raises.

    Always IMMEDIATE: a transaction that reads first and then wants to write fails at once
    (BUSY_SNAPSHOT), however long it would be willing to wait.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield SqliteTx(connection)
        connection.execute("COMMIT")
    finally:
        # A full disk and some other errors have ended the transaction already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
