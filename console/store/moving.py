"""Copy a whole store into an empty one, whichever databases they are, and prove that it has arrived.

Everything comes out of one instant of the one and goes into one transaction of the other, page by page,
so that a million events take little memory and a copy that ends early leaves nothing behind. Who holds
the lease and which consoles are open is not copied: that is true of the old store only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from console.errors import OncallError
from console.store import changes, kept, measuring, notifications, teamlog
from console.store.append import EVENT
from console.store.migrate import stated_versions
from console.store.rows import COLUMNS
from console.store.schema import MIGRATIONS
from console.store.tx import Connection, Row, Tx, number

PAGE = 5000  # rows; some megabytes

Tell = Callable[[str, int, int], None]
"""Told about progress: table, rows done, rows there are."""


@dataclass(frozen=True, slots=True)
class Table:
    """What is copied of a table. ``key`` is the column that its rows are read in the order of.

    A key that is not among ``columns`` counts by itself: in the copy it counts anew, in the same order.
    """

    name: str
    columns: tuple[str, ...]
    key: str


TABLES = (
    Table("events", EVENT, "seq"),
    Table("incidents", (*COLUMNS, "seq", "ended_at", "pruned"), "seq"),
    Table("ops", ("op", "incident", "n", "at"), "op"),
    Table(
        "outbox",
        ("id", "incident", "source", "kind", "actor", "text", "until", "handle", "attempts", "due_at"),
        "pos",
    ),
    Table("journal", ("at", "kind", "subject", "text"), "pos"),
    Table("requests", ("name", "at"), "name"),
    Table("facts", teamlog.COLUMNS, "n"),
    Table("kept", kept.COLUMNS, "name"),
    Table("changes", changes.COLUMNS, "id"),
    Table("notifications", notifications.COLUMNS, "id"),
    Table("measures", measuring.COLUMNS, "incident"),
    Table("pages", measuring.PAGES, "pos"),
)


@dataclass(frozen=True, slots=True)
class Copied:
    """What one side has of a table: how many rows, and the SHA-256 over all of them in order."""

    table: str
    rows: int
    digest: str


def copy(source: Connection, target: Connection, tell: Tell | None = None) -> tuple[Copied, ...]:
    """Copy all of ``source`` into ``target``, which must be empty, and return what both now hold.

    Raises ``OncallError`` where the target is not empty or what arrived is not what was sent,
    ``StoreError`` where one of the two fails. Then nothing is left in the target.
    """
    with source.lasting(), target.lasting(), target.write() as out:
        _require_current(out, target.where)
        require_empty(out, target.where)
        with source.snapshot() as tx:
            _require_current(tx, source.where)
            sent = [_fill(tx, out, table, tell) for table in TABLES]
            sent.append(_allocated(tx))
            out.run("UPDATE meta SET value = ? WHERE name = 'allocated'", sent[-1].rows)
            notifications.go_on(out, notifications.until(tx))
        # The source is let go of first: a server does not wait for long within a transaction.
        arrived = [*(_found(out, table) for table in TABLES), _allocated(out)]
        for ours, theirs in zip(sent, arrived, strict=True):
            if ours != theirs:
                raise OncallError(
                    f"The copy of {ours.table} differs ({ours.rows} sent, {theirs.rows} arrived)",
                    hint=f"nothing was left in {target.where}; try again, and oncall store check both",
                )
    return tuple(sent)


def require_empty(tx: Tx, where: str) -> None:
    """Raise ``OncallError`` where a store holds anything that somebody has written."""
    found = [name for name in (table.name for table in TABLES) if tx.one(f"SELECT 1 FROM {name} LIMIT 1")]
    if found or _allocated(tx).rows:
        held = ", ".join(found) or "numbers given out"
        raise OncallError(
            f"The store {where} is not empty ({held})",
            hint="nothing was changed; name a new one, or move that one away first",
        )


def _require_current(tx: Tx, where: str) -> None:
    found = stated_versions(tx).version
    if found != len(MIGRATIONS):
        raise OncallError(
            f"The store {where} has format {found}, this program copies {len(MIGRATIONS)}",
            hint="run oncall store migrate on it" if found < len(MIGRATIONS) else "upgrade oncall",
        )


def _fill(tx: Tx, out: Tx, table: Table, tell: Tell | None) -> Copied:
    total = number(tx, f"SELECT count(*) FROM {table.name}")
    digest, done = hashlib.sha256(), 0
    for page in _pages(tx, table):
        out.insert(table.name, table.columns, page)
        _add(digest, page)
        done += len(page)
        if tell is not None:
            tell(table.name, done, total)
    return Copied(table.name, done, digest.hexdigest())


def _found(tx: Tx, table: Table) -> Copied:
    digest, rows = hashlib.sha256(), 0
    for page in _pages(tx, table):
        _add(digest, page)
        rows += len(page)
    return Copied(table.name, rows, digest.hexdigest())


def _allocated(tx: Tx) -> Copied:
    """Return how many incident numbers were given out, in the shape of a table."""
    return Copied("meta", number(tx, "SELECT value FROM meta WHERE name = 'allocated'"), "")


def _pages(tx: Tx, table: Table) -> Iterator[list[Row]]:
    """Yield the rows of a table in order, so many at a time that memory stays small."""
    select = f"SELECT {', '.join(table.columns)}, {table.key} FROM {table.name}"
    order = f"ORDER BY {table.key} LIMIT {PAGE}"
    found = tx.all(f"{select} {order}")
    while found:
        yield [row[:-1] for row in found]
        if len(found) < PAGE:
            return
        found = tx.all(f"{select} WHERE {table.key} > ? {order}", found[-1][-1])


def _add(digest: hashlib._Hash, rows: list[Row]) -> None:
    """Add rows to a digest: each as a line of JSON, which is the same on every database."""
    for row in rows:
        digest.update(json.dumps(row).encode("ascii") + b"\n")
