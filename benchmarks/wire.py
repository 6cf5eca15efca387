"""What goes over the wire to a PostgreSQL server, by libpq's own account of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from console.store.postgres.store import PostgresStore


@dataclass
class Traffic:
    """``trips`` are round trips: how often an answer was waited for. ``statements`` were carried out in them."""

    trips: int = 0
    statements: int = 0


def line_of(store: PostgresStore) -> psycopg.Connection[Any]:
    """Return the connection that a store writes through."""
    with store.database.read() as tx:
        line: psycopg.Connection[Any] = tx._line  # type: ignore[attr-defined]  # noqa: SLF001 - only to look at it
        return line


@contextmanager
def watched(line: psycopg.Connection[Any]) -> Iterator[Traffic]:
    """Count what goes over a connection while the block runs."""
    traffic = Traffic()
    with tempfile.TemporaryFile("w+") as told:
        line.pgconn.trace(told.fileno())
        try:
            yield traffic
        finally:
            line.pgconn.untrace()
        told.seek(0)
        for entry in told:
            _, side, _, kind, *_ = [*entry.split("\t"), "", "", "", ""]
            traffic.trips += side == "F" and kind.strip() in {"Query", "Sync"}
            traffic.statements += side == "B" and kind.strip() == "CommandComplete"
