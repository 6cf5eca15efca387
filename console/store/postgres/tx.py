"""Transactions of PostgreSQL in the shape that the store's SQL is written against."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import psycopg

from console.store.codec import from_ms
from console.store.postgres.line import Line
from console.store.postgres.plans import executed, prepared
from console.store.tx import Query, Row, marks

STORM = 100  # rows from which on COPY is quicker than one statement a row
_CLOCK: Query = ("SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint", ())


class PostgresTx:
    """``console.store.tx.Tx`` over a connection.

    ``first`` is what to say before anything else, ``check`` is given what the last of it found and
    may raise.

    A question to the server takes a round trip, whatever it asks. So statements wait until an
    answer is needed, and then go out together.
    """

    def __init__(
        self, line: Line, first: Sequence[Query] = (), check: Callable[[list[Row]], None] | None = None
    ) -> None:
        self._line = line
        self._waiting: list[Query] = list(first)
        self._first = len(first)
        self._check = check

    def all(self, sql: str, *values: Any) -> list[Row]:
        """Return all rows of a query."""
        return self.gather([(sql, values)])[0]

    def one(self, sql: str, *values: Any) -> Row | None:
        """Return the first row, or None."""
        found = self.all(sql, *values)
        return found[0] if found else None

    def gather(self, queries: Sequence[Query]) -> list[list[Row]]:
        """Return the rows of several queries: one round trip, with everything that has waited."""
        batch = [*self._waiting, *queries]
        self._waiting.clear()
        found = self._ask(batch)
        if self._check is not None:
            check, self._check = self._check, None
            check(found[self._first - 1])
        return found[len(batch) - len(queries) :]

    def _ask(self, batch: Sequence[Query]) -> list[list[Row]]:
        """Send all statements in one message, with the values written into them by the driver.

        Against its pipeline mode this halves the time of an ack: the server is woken once, and
        once it answers.
        """
        cursor = psycopg.ClientCursor(self._line)
        plans = self._line.plans
        if new := plans.wanted([sql for sql, _ in batch]):
            cursor.execute("; ".join(prepared(name, sql) for sql, name in new.items()).encode())
            plans.keep(new)
        told = []
        for sql, values in batch:
            name = plans.name(sql)
            asked = executed(name, len(values)) if name else sql
            # Only what has values goes through the driver's quoting: that is most of the work of asking.
            told.append(cursor.mogrify(_own(asked), values) if values else asked)
        cursor.execute("; ".join(told).encode())
        found = []
        for _ in batch:
            found.append(cursor.fetchall() if _has_rows(cursor) else [])
            cursor.nextset()
        return found

    def run(self, sql: str, *values: Any) -> None:
        """Carry out a statement, at the latest when the transaction ends."""
        self._waiting.append((sql, values))

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Carry out a statement for each row of values."""
        for start in range(0, len(rows), STORM):
            self._waiting += [(sql, row) for row in rows[start : start + STORM]]
            if len(rows) > STORM:
                self.flush()

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Insert rows; a storm of them by COPY."""
        if len(rows) >= STORM:
            self._copy(table, columns, rows)
        else:
            self.many(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks(len(columns))})", rows)

    def update(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Set columns of the rows whose ``id`` is the last value; a storm of them by COPY into a table of its own."""
        if len(rows) < STORM:
            self.many(_update(table, tuple(columns)), rows)
            return
        names = ", ".join(f"{name} AS new_{name}" for name in columns)
        self.run(f"CREATE TEMP TABLE news ON COMMIT DROP AS SELECT {names}, id AS of FROM {table} LIMIT 0")
        self._copy("news", (*(f"new_{name}" for name in columns), "of"), rows)
        # Without it the plan is made for an empty table.
        self.run("ANALYZE news")
        news = ", ".join(f"{name} = new_{name}" for name in columns)
        self.run(f"UPDATE {table} SET {news} FROM news WHERE id = of")
        self.run("DROP TABLE news")

    def script(self, sql: str) -> None:
        """Carry out several statements without values."""
        self.flush()
        self._line.execute(sql)

    def now(self) -> datetime:
        """Return the server's time, also in a transaction that has waited long for its turn."""
        return from_ms(self.gather([_CLOCK])[0][0][0])

    def timed(self, sql: str, *values: Any) -> tuple[list[Row], datetime]:
        """Return all rows of a query and the server's time, in one round trip."""
        found, now = self.gather([(sql, values), _CLOCK])
        return found, from_ms(now[0][0])

    def begin(self) -> None:
        """Have what comes first looked at by ``check`` before anything ends, if that has not been yet."""
        if self._check is not None:
            self.flush()

    def flush(self) -> None:
        """Carry out what waits."""
        if self._waiting:
            self.gather(())

    def _copy(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        self.flush()
        with (
            self._line.cursor() as cursor,
            cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copying,
        ):
            for row in rows:
                copying.write_row(row)


def _has_rows(cursor: psycopg.Cursor[Row]) -> bool:
    """Return whether a statement answers with rows, be they none; ``description`` would describe each column."""
    answer = cursor.pgresult
    return answer is not None and answer.status == psycopg.pq.ExecStatus.TUPLES_OK


@lru_cache(maxsize=32)
def _update(table: str, columns: tuple[str, ...]) -> str:
    """Return the statement that sets columns of one row."""
    return f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in columns)} WHERE id = ?"


@lru_cache(maxsize=512)
def _own(sql: str) -> str:
    """Return SQL with the driver's placeholders."""
    return sql.replace("%", "%%").replace("?", "%s")
