"""What the SQL of the store is written against: one transaction of whichever database it is."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

Row = tuple[Any, ...]
Query = tuple[str, Sequence[object]]
"""SQL with ``?`` for values, and the values."""
CHUNK = 500  # values in one IN (…); far below every database's limit on parameters


class Tx(Protocol):
    """Runs SQL with ``?`` for values.

    What changes rows may be kept back until a query needs an answer or the transaction ends, so
    that a database across a network is asked few times; its errors then come there.
    """

    def all(self, sql: str, *values: object) -> list[Row]:
        """Return all rows of a query."""
        ...

    def one(self, sql: str, *values: object) -> Row | None:
        """Return the first row, or None."""
        ...

    def gather(self, queries: Sequence[Query]) -> list[list[Row]]:
        """Return the rows of several queries, asked together."""
        ...

    def run(self, sql: str, *values: object) -> None:
        """Carry out a statement."""
        ...

    def many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Carry out a statement for each row of values."""
        ...

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Insert rows; however many, in the quickest way there is."""
        ...

    def update(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Set ``columns`` of the rows whose ``id`` is the last value of each row of values."""
        ...

    def script(self, sql: str) -> None:
        """Carry out several statements without values."""
        ...

    def now(self) -> datetime:
        """Return the store's time (UTC, milliseconds) at this moment, not at the transaction's start."""
        ...

    def timed(self, sql: str, *values: object) -> tuple[list[Row], datetime]:
        """Return all rows of a query and the store's time, asked together."""
        ...


class Connection(Protocol):
    """Transactions of a store that is open; safe to use from several threads, one at a time.

    ``where`` is its address for people. ``read_only`` is the reason why nothing can be written, empty
    where writing is possible. ``warnings`` are sentences to show the user.
    """

    where: str

    @property
    def read_only(self) -> str:
        """Why nothing can be written; empty where it can."""
        ...

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is not as it should be about where the store lies."""
        ...

    def read(self) -> AbstractContextManager[Tx]:
        """Give single queries, each true in itself."""
        ...

    def snapshot(self) -> AbstractContextManager[Tx]:
        """Give several queries that see one instant; keep it short."""
        ...

    def write(self, *, durable: bool = True) -> AbstractContextManager[Tx]:
        """Give a transaction, the only one that writes at the time: saved when the block ends, undone when it raises.

        ``durable`` False spares waiting for the disk.
        """
        ...

    def aside(self) -> AbstractContextManager[Tx]:
        """Give a transaction for what concerns no incident and is worth nothing tomorrow.

        Where the database allows it, it waits for no other writer and wakes nobody.
        """
        ...

    def lasting(self) -> AbstractContextManager[None]:
        """Let transactions in the block take as long as they take: copying, a look at everything."""
        ...

    def close(self) -> None:
        """Let go of it; safe to call twice."""
        ...


def number(tx: Tx, sql: str, *values: object) -> int:
    """Return the single number a query finds, 0 where it finds none."""
    row = tx.one(sql, *values)
    return 0 if row is None or row[0] is None else int(row[0])


def marks(count: int) -> str:
    """Return that many placeholders: ``?,?,?``."""
    return ",".join("?" * count)


def in_chunks(sql: str, values: Sequence[str]) -> list[Query]:
    """Return the queries with ``IN ({marks})`` that any number of values takes."""
    chunks = (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))
    return [(sql.format(marks=marks(len(chunk))), chunk) for chunk in chunks]


def select_in(tx: Tx, sql: str, values: Sequence[str]) -> list[Row]:
    """Return the rows of a query with ``IN ({marks})`` for any number of values."""
    return [row for rows in tx.gather(in_chunks(sql, values)) for row in rows]
