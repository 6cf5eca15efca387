"""The store on a real PostgreSQL against the whole contract."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from console.ports.store import IncidentStore
from console.store.postgres.store import PostgresStore
from console.store.postgres.target import target_of
from tests.store.contract import StoreContract
from tests.store.seams import AdjustableClock, Connect


class RealTime:
    """The server's own time, which passes by itself."""

    def advance(self, seconds: float) -> None:
        time.sleep(seconds)


class TestPostgres(StoreContract):
    @pytest.fixture
    def clock(self) -> AdjustableClock:
        return RealTime()

    @pytest.fixture
    def connect(self, pg_database: str) -> Iterator[Connect]:
        opened: list[PostgresStore] = []

        def another() -> IncidentStore:
            opened.append(PostgresStore(target_of(pg_database), answer_within=30.0))
            return opened[-1]

        yield another
        for store in opened:
            store.close()
