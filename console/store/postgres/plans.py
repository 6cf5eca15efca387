"""Statements that the server plans once for a connection, not at each use.

Small statements take longer to plan than to carry out: with plans that are kept, an ack takes 0.75 ms of
the server's time instead of 1.3. The driver's own way needs its extended protocol, one message a
statement; ``PREPARE`` and ``EXECUTE`` are SQL and go out with everything else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

FROM_USE = 3  # of a statement on it is worth a plan
MOST = 200  # plans kept for a connection
MOST_VALUES = 60  # of a statement; longer ones are lists, of ever different lengths
_KINDS = ("SELECT", "INSERT", "UPDATE", "DELETE")


class Plans:
    """The plans of one connection: names of prepared statements by their SQL with ``?`` for values."""

    def __init__(self) -> None:
        self._uses: Counter[str] = Counter()
        self._names: dict[str, str] = {}
        self._count = 0

    def wanted(self, statements: Sequence[str]) -> dict[str, str]:
        """Return new names for those of the statements that should be prepared now."""
        new: dict[str, str] = {}
        for sql in statements:
            if sql in self._names or not _worth_it(sql):
                continue
            self._uses[sql] += 1
            if self._uses[sql] >= FROM_USE and len(self._names) + len(new) < MOST:
                self._count += 1  # never again the same name: a message that failed may have used it
                new[sql] = f"plan_{self._count}"
        return new

    def keep(self, new: dict[str, str]) -> None:
        """Take in what was prepared."""
        self._names |= new

    def name(self, sql: str) -> str:
        """Return the name of a statement's plan, empty where there is none."""
        return self._names.get(sql, "")


def _worth_it(sql: str) -> bool:
    return sql.startswith(_KINDS) and sql.count("?") <= MOST_VALUES


def prepared(name: str, sql: str) -> str:
    """Return the SQL that prepares a statement."""
    first, *rest = sql.split("?")
    numbered = "".join(f"${n}{part}" for n, part in enumerate(rest, 1))
    return f"PREPARE {name} AS {first}{numbered}"


def executed(name: str, count: int) -> str:
    """Return the SQL that carries a prepared statement out, with ``?`` for values."""
    return f"EXECUTE {name} ({', '.join('?' * count)})" if count else f"EXECUTE {name}"
