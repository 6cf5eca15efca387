"""The store on a real PostgreSQL against the whole contract."""

from __future__ import annotations

import time
from collections.abc import Iterator

import psycopg
import pytest

from console.ports.store import IncidentStore
from console.store.postgres.store import PostgresStore
from console.store.postgres.target import target_of
from console.store.schema import SCHEMA
from tests.servers.postgres_databases import Databases
from tests.store.contract import StoreContract
from tests.store.seams import AdjustableClock, Connect


class RealTime:
    """The server's own time, which passes by itself."""

    def advance(self, seconds: float) -> None:
        time.sleep(seconds)


@pytest.fixture(scope="module")
def database(pg_server: Databases) -> Iterator[str]:
    """One database for all of them: making one takes longer than most of the tests."""
    name = pg_server.create_database()
    yield pg_server.url(name)
    pg_server.drop_database(name)


class TestPostgres(StoreContract):
    @pytest.fixture
    def clock(self) -> AdjustableClock:
        return RealTime()

    @pytest.fixture
    def connect(self, database: str) -> Iterator[Connect]:
        with psycopg.connect(database, autocommit=True) as owner:
            owner.execute("SET client_min_messages TO error")
            owner.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        opened: list[PostgresStore] = []

        def another() -> IncidentStore:
            opened.append(PostgresStore(target_of(database), answer_within=30.0))
            return opened[-1]

        yield another
        for store in opened:
            store.close()
