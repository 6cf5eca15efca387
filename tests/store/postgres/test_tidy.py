"""What a store leaves behind once it is closed, or its process is gone: nothing."""

from __future__ import annotations

import gc
import threading
import warnings

import pytest
from psycopg.pq import TransactionStatus

from console.errors import StoreError
from console.store.postgres.store import PostgresStore
from tests.servers.postgres import PostgresServer
from tests.store.made import follow
from tests.store.postgres.acting import eventually, open_store, timed
from tests.store.postgres.conftest import Open
from tests.store.postgres.relay import Relay
from tests.store.postgres.test_sleepers import sessions
from tests.waiting import BUSY

CLOSED_WITHIN = 1.0 + BUSY  # seconds; without an end to it, closing would take the answer's 30


def ours() -> set[str]:
    return {thread.name for thread in threading.enumerate() if thread.name == "store-listener"}


def in_use(url: str) -> PostgresStore:
    """Return a store that listens and has written."""
    store = open_store(url, 30.0)
    store.signal()
    store.append([follow()])
    eventually(lambda: store.listening)
    return store


def test_a_closed_store_leaves_no_thread_and_no_session(postgres: PostgresServer, url: str) -> None:
    store = in_use(url)
    assert sessions(postgres, url) == 2
    assert ours() == {"store-listener"}
    store.close()
    assert ours() == set()
    eventually(lambda: sessions(postgres, url) == 0)
    store.close()


def test_many_stores_one_after_the_other_leave_nothing(postgres: PostgresServer, url: str) -> None:
    """A driver's connection that nobody closed warns when it is thrown away."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(10):
            use_once(url)
        gc.collect()
    eventually(lambda: ours() == set() and sessions(postgres, url) == 0)


def use_once(url: str) -> None:
    store = open_store(url)
    store.on_news(lambda: None)
    store.now()
    store.close()


def test_closing_does_not_wait_for_a_frozen_server(postgres: PostgresServer, url: str) -> None:
    store = in_use(url)
    postgres.freeze()
    _, seconds = timed(store.close)
    assert seconds < CLOSED_WITHIN
    postgres.thaw()
    eventually(lambda: ours() == set() and sessions(postgres, url) == 0)


def test_closing_does_not_wait_for_a_call_that_waits_for_a_frozen_server(
    postgres: PostgresServer, url: str
) -> None:
    store = open_store(url, 30.0)
    told: list[StoreError] = []

    def ask() -> None:
        with pytest.raises(StoreError) as caught:
            store.now()
        told.append(caught.value)

    line = store._connection._line
    assert line is not None
    asking = threading.Thread(target=ask, daemon=True)
    postgres.freeze()
    asking.start()
    eventually(lambda: line.pgconn.transaction_status == TransactionStatus.ACTIVE)
    _, seconds = timed(store.close)
    assert seconds < CLOSED_WITHIN
    asking.join(5)
    assert told, "its line was cut"
    postgres.thaw()
    eventually(lambda: sessions(postgres, url) == 0)


def test_a_store_that_never_got_a_line_back_closes_too(relay: Relay, opened: Open) -> None:
    store = opened(relay.url, 30.0)
    store.signal()
    relay.close()
    _, seconds = timed(store.close)
    assert seconds < CLOSED_WITHIN
