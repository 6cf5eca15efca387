"""Bring a store's tables up to date: once, however many programs start at once, or not at all.

Each run is one transaction under the database's write lock, so a second starter waits and then
finds the work done, and a killed one leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from console.store.schema import MIGRATIONS, Dialect, Migration
from console.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Versions:
    """Of the store's tables: their version, and the oldest version that may still write them."""

    version: int
    compatible: int


def versions(tx: Tx, dialect: Dialect) -> Versions:
    """Return what the store says about itself; zeros where it has not been set up."""
    return Versions(0, 0) if tx.one(dialect.find_meta) is None else stated_versions(tx)


def stated_versions(tx: Tx) -> Versions:
    """Return what a store that has been set up says about itself; every write asks."""
    found: dict[str, int] = dict(
        tx.all("SELECT name, value FROM meta WHERE name IN ('version', 'compatible')")
    )
    return Versions(found.get("version", 0), found.get("compatible", 0))


def migrate(
    begin: Callable[[], AbstractContextManager[Tx]],
    dialect: Dialect,
    migrations: Sequence[Migration] = MIGRATIONS,
) -> None:
    """Carry out the migrations that are missing. A newer store is left as it is."""
    with begin() as tx:
        before = versions(tx, dialect)
        for version, step in enumerate(migrations[before.version :], before.version + 1):
            tx.script(step.text(dialect))
            if step.then is not None:
                step.then(tx)
            tx.run("UPDATE meta SET value = ? WHERE name = 'version'", version)
            tx.run(
                "UPDATE meta SET value = ? WHERE name = 'compatible' AND value < ?", *[step.compatible] * 2
            )


def may_write(found: Versions, known: int = len(MIGRATIONS)) -> bool:
    """Return whether a program that knows the tables up to version ``known`` may write to the store."""
    return found.compatible <= known


def too_new(found: Versions, known: int = len(MIGRATIONS)) -> str:
    """Return the sentence for a store that only newer programs may write to."""
    return f"its format ({found.version}) is newer than the one written here ({known}), upgrade oncall"
