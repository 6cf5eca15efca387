"""A line that is lost: while nothing was asked, in the middle of a write, before the answer to a commit."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from console.domain.commands import Ack
from console.errors import NothingSavedError, StoreError
from console.ports.desk import NotSaved, Saved, Unknown
from console.store.postgres.failures import explain
from tests.servers.postgres import PostgresServer
from tests.store.made import follow
from tests.store.postgres.acting import Person, open_store, ops_of
from tests.store.postgres.relay import Relay


def ended(postgres: PostgresServer, person: Person) -> Callable[[], object]:
    """Return what ends the server's process behind a person's line, as an administrator may."""
    pid = person.backend
    return lambda: postgres.admin("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_a_line_ended_while_nothing_was_asked_is_made_anew_unnoticed(
    postgres: PostgresServer, asha: Person
) -> None:
    ended(postgres, asha)()
    assert isinstance(asha.does(Ack(take=True)), Saved)
    ended(postgres, asha)()
    assert asha.store.open_rows().position == 3


def test_a_line_ended_in_the_middle_of_a_write_saved_nothing(
    postgres: PostgresServer, relay: Relay, far: Person
) -> None:
    """The fate of a write is asked over a new line at once, so it is definite."""
    relay.before_commit(ended(postgres, far))
    outcome = far.does()
    assert isinstance(outcome, NotSaved)
    saved = far.can_act_again()
    assert ops_of(far.store) == [saved.op]


def test_a_commit_whose_answer_got_lost_is_found_out_at_once(relay: Relay, far: Person) -> None:
    relay.lose_answer("cut")
    assert isinstance(far.does(Ack(take=True)), Saved)
    assert ops_of(far.store) == [far.op]


def test_only_a_lost_answer_leaves_a_write_in_doubt(relay: Relay, far: Person) -> None:
    relay.lose_answer("cut")
    with pytest.raises(StoreError, match="lost the connection") as caught:
        far.store.append([follow(op="lost")])
    assert not isinstance(caught.value, NothingSavedError)
    assert far.store.applied("lost") == ("INC-1", 3)
    assert far.store.append([follow(op="lost")]) == 3, "sent again it is not done again"
    assert ops_of(far.store) == ["lost"]


def test_a_network_that_falls_silent_before_the_answer(relay: Relay, far: Person) -> None:
    relay.lose_answer("silent")
    outcome = far.does(Ack(take=True))
    assert isinstance(outcome, Unknown)
    assert "does not answer: asking again whether it was saved" in outcome.text
    assert isinstance(far.becomes_of_it(), Saved)
    assert ops_of(far.store) == [far.op]


def test_a_name_that_the_resolver_looks_for_too_long(
    asha: Person, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a network a resolver takes ten seconds and more."""
    find = socket.getaddrinfo

    def slowly(*args: Any, **more: Any) -> Any:
        time.sleep(1.4)
        return find(*args, **more)

    connection = asha.store._connection
    named = connection._target.conninfo.replace("127.0.0.1", "localhost")
    monkeypatch.setattr(connection, "_target", type(connection._target)(named, "there"))
    monkeypatch.setattr(socket, "getaddrinfo", slowly)
    ended(postgres, asha)()
    assert isinstance(asha.does(), NotSaved)
    assert isinstance(asha.can_act_again(), Saved)


def test_the_next_server_is_tried_where_the_first_one_says_nothing(
    postgres: PostgresServer, url: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        pair = f"127.0.0.1:{silent.getsockname()[1]},127.0.0.1:{postgres.port}"
        store = open_store(url.replace(f"127.0.0.1:{postgres.port}", pair))
    assert store.open_rows().position == 2
    store.close()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("FATAL:  the database system is starting up", "is starting up"),
        ("FATAL:  the database system is shutting down", "is shutting down"),
        ("FATAL:  the database system is in recovery mode", "is recovering from a crash"),
        ("FATAL:  the database system is not yet accepting connections", "is recovering from a crash"),
        ("FATAL:  sorry, too many clients already", "has no connection left"),
        (
            "FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute",
            "has no connection left",
        ),
        ('FATAL:  database "oncall" does not exist', "has no such database"),
        ('FATAL:  role "oncall" does not exist', "does not let this user in"),
        ("server closed the connection unexpectedly", "lost the connection"),
    ],
)
def test_each_reason_for_no_connection_has_its_own_words(words: str, told: str) -> None:
    error = psycopg.OperationalError(f'connection failed: connection to server at "::1" failed: {words}')
    assert f"The store there {told}" in str(explain(error, "there"))
