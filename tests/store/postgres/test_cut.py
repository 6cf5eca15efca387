"""The network between console and server falls silent: packets are lost in both directions, nobody is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import pytest

from console.domain.commands import Ack
from console.errors import StoreError
from console.ports.desk import NotSaved, Saved, Unknown
from console.store.postgres import listener, opening
from tests.servers.postgres import PostgresServer, running
from tests.store.postgres.acting import (
    COMMAND_LINE,
    TOLD_WITHIN,
    Person,
    eventually,
    open_incident,
    open_store,
    ops_of,
    timed,
)
from tests.store.postgres.conftest import Open
from tests.store.postgres.test_sleepers import sessions
from tests.store.postgres.wire import Wire, wire

__all__ = ["wire"]  # a fixture, found by its name


@pytest.fixture(scope="module")
def reachable(wire: Wire) -> Iterator[PostgresServer]:
    """A server that also listens at its end of the wire, to whoever is at the other."""
    with running(settings={"listen_addresses": f"127.0.0.1,{wire.server}"}) as server:
        with (server.data / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all all {wire.client}/32 trust\n")
        server.admin("SELECT pg_reload_conf()")
        yield server


@pytest.fixture
def url(reachable: PostgresServer, wire: Wire) -> Iterator[str]:
    with reachable.fresh() as url:
        open_incident(url)
        yield url
        wire.mend()


@pytest.fixture
def away(reachable: PostgresServer, wire: Wire, url: str) -> str:
    """The store's address for who is at the other end of the wire."""
    parts = urlsplit(url)
    return urlunsplit(
        parts._replace(netloc=f"{parts.username}@{wire.server}:{reachable.port}", query="sslmode=disable")
    )


def settled(person: Person) -> Person:
    """Have the last packets arrive before the wire is cut."""
    person.store.now()
    return person


def test_a_cut_network_is_told_in_time_and_used_again_once_it_is_mended(
    wire: Wire, away: str, opened: Open
) -> None:
    with wire.entered():
        citra = settled(Person(opened(away, COMMAND_LINE), "citra"))
        wire.cut()
        outcome = citra.does(Ack(take=True))
        assert isinstance(outcome, NotSaved)
        assert "does not answer" in outcome.text

        def refused() -> str:
            with pytest.raises(StoreError) as caught:
                open_store(away)
            return str(caught.value)

        words, seconds = timed(refused)
        assert "does not answer" in words
        assert seconds < TOLD_WITHIN
        wire.mend()
        saved = citra.can_act_again()
    assert ops_of(citra.store) == [saved.op]


def test_a_write_that_was_under_way_is_unknown_until_the_network_is_back(
    wire: Wire, away: str, url: str, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its last words wait in this machine; the server takes the lock back from who says nothing for 3 s."""
    asha = Person(opened(url, 10.0))
    with wire.entered():
        citra = settled(Person(opened(away), "citra"))
        cut_before_commit(wire, monkeypatch)
        assert isinstance(citra.does(Ack(take=True)), Unknown)
        others = eventually(lambda: asha.executor.carry_out("INC-1", Ack(take=True), asha.actor, "asha"))
        assert not isinstance(others, NotSaved), "the others wait no longer than for a sleeper"
        wire.mend()
        fate = citra.becomes_of_it()
    ops = ops_of(asha.store)
    assert ops == ([citra.op] if isinstance(fate, Saved) else ["asha"])


def test_news_are_heard_again_once_the_network_is_back(
    wire: Wire, away: str, url: str, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "HEARTBEAT", 0.5)
    asha = Person(opened(url))
    with wire.entered():
        store = opened(away)
        store.signal()
        eventually(lambda: store.listening)
        wire.cut()
        eventually(lambda: not store.listening)
        wire.mend()
        eventually(lambda: store.listening)
        before = store.signal()
        asha.does()
        eventually(lambda: store.signal() != before)
        assert store.changed(2).position == 3


def test_a_machine_that_vanished_leaves_no_session_on_the_server(
    reachable: PostgresServer, wire: Wire, away: str, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A laptop that was closed would keep its connections for two hours otherwise. The spans are shorter here."""
    soon = [re.sub(r"\d+", "1", setting) for setting in opening.KEEPALIVES]
    monkeypatch.setattr(opening, "_SETTINGS", (*soon, *opening._SETTINGS[len(soon) :]))
    monkeypatch.setattr(listener, "KEEPALIVES", soon)
    with wire.entered():
        store = settled(Person(opened(away), "citra")).store
        store.signal()
        eventually(lambda: store.listening)
        assert sessions(reachable, away) == 2
        wire.cut()
        eventually(lambda: sessions(reachable, away) == 0)


def cut_before_commit(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut the network as soon as a write has been decided and is about to be saved."""
    from console.store import append  # noqa: PLC0415

    write_events = append._write_events

    def cut_first(*args: object) -> int:
        wire.cut()
        monkeypatch.undo()
        return write_events(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(append, "_write_events", cut_first)
