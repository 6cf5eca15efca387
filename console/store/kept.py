"""Values under names, each replaced as a whole, such as the shifts of a calendar."""

from __future__ import annotations

from console.ports.store import Lease
from console.ports.team import Kept
from console.store.codec import from_ms, to_ms
from console.store.leases import fence
from console.store.tx import Tx

COLUMNS = ("name", "at", "value")


def keep(tx: Tx, name: str, value: str, lease: Lease) -> None:
    """Carry out ``IncidentStore.keep``."""
    fence(tx, lease)
    row = tx.one("SELECT value FROM kept WHERE name = ?", name)
    if row is None or row[0] != value:
        count(tx)
    tx.run(
        "INSERT INTO kept (name, at, value) VALUES (?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET at = excluded.at, value = excluded.value",
        name,
        to_ms(tx.now()),
        value,
    )


def forget(tx: Tx, name: str, lease: Lease) -> None:
    """Carry out ``IncidentStore.forget``."""
    fence(tx, lease)
    if tx.one("SELECT 1 FROM kept WHERE name = ?", name):
        count(tx)
        tx.run("DELETE FROM kept WHERE name = ?", name)


def kept(tx: Tx, prefix: str) -> tuple[Kept, ...]:
    """Carry out ``IncidentStore.kept``."""
    found = tx.all(
        "SELECT name, at, value FROM kept WHERE name >= ? AND substr(name, 1, ?) = ? ORDER BY name",
        prefix,
        len(prefix),
        prefix,
    )
    return tuple(Kept(name, from_ms(at), value) for name, at, value in found)


def count(tx: Tx) -> None:
    """Count a change, so that who has read the values knows by one number whether to read them again.

    Changes of the world count, too: an open incident may be shown with them.
    """
    tx.run("UPDATE meta SET value = value + 1 WHERE name = 'kept_changes'")
