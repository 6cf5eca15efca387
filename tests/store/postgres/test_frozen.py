"""The server, or only our process of it, stands still (SIGSTOP): told in time, found out afterwards."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from console.domain.commands import Ack
from console.errors import NothingSavedError, StoreError
from console.ports.desk import NotSaved, Saved, Unknown
from tests.servers.postgres import PostgresServer
from tests.store.made import follow
from tests.store.postgres.acting import TOLD_WITHIN, Person, eventually, open_store, ops_of, timed
from tests.store.postgres.relay import Relay


@contextmanager
def standing_still(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_frozen_server_is_told_in_time_and_used_again_once_it_thaws(
    postgres: PostgresServer, budi: Person
) -> None:
    postgres.freeze()
    outcome = budi.does(Ack(take=True))
    assert isinstance(outcome, NotSaved)
    assert "does not answer" in outcome.text
    tries = [timed(budi.does) for _ in range(5)]
    assert all(isinstance(again, NotSaved) for again, _ in tries)
    quickest = min(seconds for _, seconds in tries)  # a busy machine delays some of them
    assert quickest < 1.0, "right afterwards it is not waited for once more"
    postgres.thaw()
    saved = budi.can_act_again()
    assert ops_of(budi.store) == [saved.op]


def test_a_server_found_frozen_is_told_to_who_opens_the_store(postgres: PostgresServer, url: str) -> None:
    postgres.freeze()

    def refused() -> str:
        with pytest.raises(StoreError) as caught:
            open_store(url)
        return str(caught.value)

    words, seconds = timed(refused)
    assert seconds < TOLD_WITHIN
    assert "does not answer" in words


def test_nothing_is_saved_where_it_froze_before_a_write_began(postgres: PostgresServer, asha: Person) -> None:
    postgres.freeze()
    with pytest.raises(NothingSavedError, match="does not answer"):
        asha.store.append([follow(op="early")])
    postgres.thaw()
    assert eventually(lambda: asha.store.info().events) == 2
    assert asha.store.applied("early") is None


def test_what_froze_at_the_very_end_of_a_write_is_unknown_until_it_thaws(
    postgres: PostgresServer, relay: Relay, far: Person, asha: Person
) -> None:
    relay.before_commit(postgres.freeze)
    outcome = far.does(Ack(take=True))
    assert isinstance(outcome, Unknown)
    assert "asking again whether it was saved" in outcome.text
    postgres.thaw()
    assert isinstance(far.becomes_of_it(), Saved)
    assert ops_of(asha.store) == [far.op]


def test_our_process_of_the_server_alone_is_frozen(asha: Person, budi: Person) -> None:
    with standing_still(asha.backend):
        assert isinstance(asha.does(), NotSaved)
        assert isinstance(budi.does(), Saved), "others go on"
        saved = asha.can_act_again()
        assert ops_of(budi.store) == [budi.op, saved.op]


def test_a_writer_frozen_with_the_lock_is_told_to_the_others_as_that(
    relay: Relay, far: Person, budi: Person
) -> None:
    """Its process holds the lock, so nobody can know what becomes of it before it goes on."""
    pid = far.backend
    relay.before_commit(lambda: os.kill(pid, signal.SIGSTOP))
    try:
        assert isinstance(far.does(), Unknown)
        refused = budi.does()
        assert isinstance(refused, NotSaved)
        assert "is busy with another write for too long: nothing was saved; try again" in refused.text
        assert budi.store.open_rows().position == 2, "reading goes on"
    finally:
        os.kill(pid, signal.SIGCONT)
    fate = far.becomes_of_it()
    saved = budi.can_act_again()
    assert ops_of(budi.store) == [*([far.op] if isinstance(fate, Saved) else []), saved.op]
