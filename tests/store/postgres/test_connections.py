"""A server that has no connection left: for who opens the store, for a writer, for the line that listens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import psycopg
import pytest

from console.errors import NothingSavedError, StoreError
from console.ports.desk import NotSaved, Saved
from tests.servers.postgres import PostgresServer, running
from tests.store.made import follow
from tests.store.postgres.acting import Person, eventually, open_incident, open_store, ops_of
from tests.store.postgres.conftest import Open

FEW = 9  # connections; three of them are an administrator's


@pytest.fixture(scope="module")
def small() -> Iterator[PostgresServer]:
    with running(max_connections=FEW) as server:
        yield server


@pytest.fixture
def url(small: PostgresServer) -> Iterator[str]:
    name = small.create_database(small.template("one incident", open_incident))
    yield small.url(name)
    small.drop_database(name)


@contextmanager
def all_taken(url: str) -> Iterator[None]:
    """Take every connection that is left."""
    with ExitStack() as taken:
        for _ in range(FEW):
            try:
                taken.enter_context(closing(psycopg.connect(url)))
            except psycopg.OperationalError:
                break
        else:
            raise AssertionError("there is no end of connections")
        yield


def test_who_opens_the_store_is_told(url: str) -> None:
    with all_taken(url), pytest.raises(StoreError, match="has no connection left: close consoles"):
        open_store(url)
    eventually(lambda: open_store(url)).close()


def test_a_writer_that_lost_its_line_is_told_and_gets_another_later(
    small: PostgresServer, url: str, asha: Person
) -> None:
    pid = asha.backend
    with ExitStack() as still:
        still.enter_context(all_taken(url))
        small.admin("SELECT pg_terminate_backend(%s, 5000)", [pid])
        still.enter_context(all_taken(url))  # the one that became free
        outcome = asha.does()
        assert isinstance(outcome, NotSaved)
        assert "has no connection left" in outcome.text
        with pytest.raises(NothingSavedError, match="has no connection left"):
            asha.store.append([follow()])
    saved = asha.can_act_again()
    assert ops_of(asha.store) == [saved.op]


def test_without_a_line_to_listen_on_news_are_looked_for(url: str, opened: Open) -> None:
    """Reading and writing go on; it is listened again as soon as there is a connection."""
    reader, writer = Person(opened(url)), Person(opened(url), "budi")
    with all_taken(url):
        before = reader.store.signal()
        assert isinstance(writer.does(), Saved)
        eventually(lambda: reader.store.signal() != before)
        assert not reader.store.listening
        assert reader.store.changed(2).position == 3
    eventually(lambda: reader.store.listening)
    before = reader.store.signal()
    assert isinstance(writer.does(), Saved)
    eventually(lambda: reader.store.signal() != before)
    assert reader.store.changed(3).position == 4
