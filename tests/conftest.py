"""Fixtures that tests of several rooms share. Nothing here starts before a test asks for it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.servers.postgres import PostgresServer, running
from tests.servers.postgres_databases import Databases, NamedServer

NAMED = "ONCALL_TEST_POSTGRES_URL"


@pytest.fixture(scope="session")
def pg_server() -> Iterator[Databases]:
    """Where databases for tests are made: the server that is named, or one of this session."""
    named = os.environ.get(NAMED)
    if named:
        server = NamedServer(named)
        yield server
        server.drop_templates()
        return
    with running() as own:
        yield own


@pytest.fixture(scope="session")
def postgres(pg_server: Databases) -> PostgresServer:
    """A server of our own, for tests that stop, freeze or kill it; ``pg_database`` finds it well again."""
    if not isinstance(pg_server, PostgresServer):
        pytest.skip(f"{NAMED} names a server that is not ours to stop")
    return pg_server


@pytest.fixture
def pg_database(pg_server: Databases) -> Iterator[str]:
    """The URL of a new, empty database; it is dropped afterwards, with the sessions left in it."""
    if isinstance(pg_server, PostgresServer):
        pg_server.heal()
    name = pg_server.create_database()
    try:
        yield pg_server.url(name)
    finally:
        if isinstance(pg_server, PostgresServer):
            pg_server.heal()
        pg_server.drop_database(name)
