"""What the owner of a store does with it now and then: fill it from another, cut what is old."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from console.ports.store import IncidentStore
from console.store.moving import Copied, Tell, copy
from console.store.pruning import Pruned, prune
from console.store.sql import SqlStore
from console.store.sqlite.backup import unpacked
from console.store.tx import Connection


class Keeper:
    """Works on one open store, whichever database it is in. ``tell`` is told about progress."""

    def __init__(self, store: IncidentStore, tell: Tell | None = None) -> None:
        self._store = store
        self._database = _database(store)
        self._tell = tell

    def in_use(self) -> tuple[str, ...]:
        """Return who has the store open at this moment: the engine, then each console."""
        report, now = self._store.engine(), self._store.now()
        running = report is not None and report.expires_at > now
        engine = (f"the engine on {report.host}",) if report is not None and running else ()
        consoles = (f"the console of {one.person or 'somebody'}" for one in self._store.presences())
        return (*engine, *consoles)

    def fill_from(self, source: IncidentStore) -> tuple[Copied, ...]:
        """Copy all of another store into this empty one; see ``moving.copy`` for what it raises."""
        return copy(_database(source), self._database, self._tell)

    def restore(self, backup: Path) -> tuple[Copied, ...]:
        """Copy a backup into this empty store. Raises as ``fill_from``, ``StoreError`` where it is not sound."""
        with unpacked(backup) as source:
            return copy(source, self._database, self._tell)

    def prune(self, cutoff: datetime, *, dry_run: bool) -> Pruned:
        """Cut what ended before ``cutoff`` (UTC) down to its numbers. Raises ``StoreError``."""
        return prune(self._database, cutoff, dry_run=dry_run, tell=self._tell)


def _database(store: IncidentStore) -> Connection:
    if not isinstance(store, SqlStore):
        raise TypeError(f"{type(store).__name__} is in no database")
    return store.database
