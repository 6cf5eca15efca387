"""Stores on a server of our own, with one incident in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from console.store.postgres.store import PostgresStore
from tests.servers.postgres import PostgresServer
from tests.store.postgres.acting import ANSWER_WITHIN, COMMAND_LINE, Person, open_incident, open_store
from tests.store.postgres.relay import Relay, relayed

Open = Callable[..., PostgresStore]


@pytest.fixture
def url(postgres: PostgresServer) -> Iterator[str]:
    """The store's address on a server that the test may harm; it is well again for the next one."""
    postgres.heal()
    name = postgres.create_database(postgres.template("one incident", open_incident))
    yield postgres.url(name)
    postgres.heal()
    postgres.drop_database(name)


@pytest.fixture
def opened() -> Iterator[Open]:
    """Open stores that are closed afterwards, in time, whatever became of the server."""
    stores: list[PostgresStore] = []

    def one(url: str, answer_within: float = ANSWER_WITHIN) -> PostgresStore:
        stores.append(open_store(url, answer_within))
        return stores[-1]

    yield one
    for store in stores:
        store.close()


@pytest.fixture
def asha(url: str, opened: Open) -> Person:
    return Person(opened(url))


@pytest.fixture
def relay(postgres: PostgresServer, url: str) -> Iterator[Relay]:
    with relayed(postgres, url) as one:
        yield one


@pytest.fixture
def far(relay: Relay, opened: Open) -> Person:
    """Somebody who reaches the server over the relay."""
    return Person(opened(relay.url), "dewi")


@pytest.fixture
def budi(url: str, opened: Open) -> Person:
    """Somebody at the command line."""
    return Person(opened(url, COMMAND_LINE), "budi")
