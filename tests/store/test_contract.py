"""The stores that there are, each against the whole contract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.clock import Clock
from console.ports.store import IncidentStore
from console.store.sqlite.store import SqliteStore
from tests.fakes.store import MemoryStore, Shelf
from tests.store.contract import StoreContract
from tests.store.seams import Connect


class TestSqlite(StoreContract):
    @pytest.fixture
    def connect(self, clock: Clock, tmp_path: Path) -> Iterator[Connect]:
        opened: list[SqliteStore] = []

        def another() -> IncidentStore:
            opened.append(SqliteStore(tmp_path / "store.db", clock, busy_timeout=20.0))
            return opened[-1]

        yield another
        for store in opened:
            store.close()


class TestMemory(StoreContract):
    @pytest.fixture
    def connect(self, clock: Clock) -> Connect:
        shelf = Shelf()
        return lambda: MemoryStore(clock, shelf)
