"""What the SQL of the store is written against: one transaction of whichever database it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

Row = tuple[Any, ...]
CHUNK = 500  # values in one IN (…); far below every database's limit on parameters


class Tx(Protocol):
    """Runs SQL with ``?`` for values."""

    def all(self, sql: str, *values: object) -> list[Row]:
        """Return all rows of a query."""
        ...

    def one(self, sql: str, *values: object) -> Row | None:
        """Return the first row, or None."""
        ...

    def run(self, sql: str, *values: object) -> int:
        """Carry out a statement and return how many rows it changed."""
        ...

    def many(self, sql: str, rows: Sequence[Sequence[object]]) -> int:
        """Carry out a statement for each row of values; return how many rows were changed in all."""
        ...

    def script(self, sql: str) -> None:
        """Carry out several statements without values."""
        ...


def number(tx: Tx, sql: str, *values: object) -> int:
    """Return the single number a query finds, 0 where it finds none."""
    row = tx.one(sql, *values)
    return 0 if row is None or row[0] is None else int(row[0])


def marks(count: int) -> str:
    """Return that many placeholders: ``?,?,?``."""
    return ",".join("?" * count)


def select_in(tx: Tx, sql: str, values: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of a query with ``IN ({marks})`` for any number of values."""
    for start in range(0, len(values), CHUNK):
        chunk = values[start : start + CHUNK]
        yield from tx.all(sql.format(marks=marks(len(chunk))), *chunk)
