"""Fixtures that tests of several rooms share. Nothing here starts before a test asks for it."""

from __future__ import annotations

import gc
import importlib.util
import os
import sys
from collections.abc import Generator, Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.servers.postgres import PostgresServer, databases, ours
from tests.servers.postgres_databases import Databases

# Here and not in the store's own folder: tests of rooms that come before it use parts of its contract.
pytest.register_assert_rewrite(
    "tests.store.contract_append",
    "tests.store.contract_reading",
    "tests.store.contract_engine",
    "tests.store.contract_team",
    "tests.store.contract_notify",
)

# Other examples in every run, fewer in each: a law that asks for a number of its own gets that one.
# How long one takes says more of the neighbours on the machine than of us.
settings.register_profile(
    "oncall",
    max_examples=int(os.environ.get("ONCALL_TEST_EXAMPLES", "40")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("oncall")

if importlib.util.find_spec("sniffio") is None:
    # httpx tries to import it for each request. That it is not there need not be found out a hundred thousand times.
    sys.modules["sniffio"] = None  # type: ignore[assignment]

SELDOM = (20_000, 20, 50)
"""So many new objects before garbage is looked for: each test leaves few behind."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Search nothing for garbage that stays to the end: thousands of tests, and all that they import."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(*SELDOM)
        gc.enable()


@pytest.fixture(scope="session")
def pg_server() -> Iterator[Databases]:
    """Where databases for tests are made: the server that is named, or one of this session."""
    with databases() as server:
        yield server


@pytest.fixture(scope="session")
def postgres(pg_server: Databases) -> PostgresServer:
    """A server of our own, for tests that stop, freeze or kill it; ``pg_database`` finds it well again."""
    return ours(pg_server)


@pytest.fixture
def pg_database(pg_server: Databases) -> Iterator[str]:
    """The URL of a new, empty database; it is dropped afterwards, with the sessions left in it."""
    with pg_server.fresh() as url:
        yield url
