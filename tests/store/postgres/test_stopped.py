"""The server stops, starts again, or is killed: told at once, nothing lost, nothing done twice."""

from __future__ import annotations

import threading
from functools import partial
from typing import Literal

import pytest

from console.domain.commands import Ack
from console.errors import NothingSavedError, StoreError
from console.ports.desk import NotSaved, Outcome, Saved, Unknown
from tests.servers.postgres import PostgresServer
from tests.store.made import follow
from tests.store.postgres.acting import TOLD_WITHIN, Person, eventually, open_store, ops_of
from tests.store.postgres.conftest import Open

KILLS = 3


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_stopped_server_is_told_at_once_and_used_again_once_it_is_back(
    postgres: PostgresServer, asha: Person, mode: Literal["fast", "immediate"]
) -> None:
    postgres.stop(mode)
    outcome = asha.does(Ack(take=True))
    assert isinstance(outcome, NotSaved)
    assert "is not running there: start it" in outcome.text
    with pytest.raises(NothingSavedError, match="is not running there"):
        asha.store.append([follow()])
    with pytest.raises(StoreError, match="is not running there"):
        asha.store.open_rows()
    postgres.start()
    saved = asha.can_act_again()
    assert ops_of(asha.store) == [saved.op]


def test_a_store_that_is_not_there_is_told_to_who_opens_it(
    postgres: PostgresServer, url: str, asha: Person
) -> None:
    postgres.stop()
    with pytest.raises(StoreError, match="is not running there"):
        open_store(url)
    postgres.start()
    asha.can_act_again()


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_restart_while_nothing_is_asked_goes_unnoticed(
    postgres: PostgresServer, asha: Person, mode: Literal["fast", "immediate"]
) -> None:
    postgres.restart(mode)
    assert isinstance(asha.does(), Saved)
    postgres.restart(mode)
    assert asha.store.open_rows().position == 3


def more_saved(told: list[tuple[Person, str, Outcome]], before: int) -> bool:
    return sum(isinstance(outcome, Saved) for _, _, outcome in told[before:]) > 20


def test_kill_9_of_the_server_loses_nothing_that_was_told(
    postgres: PostgresServer, url: str, opened: Open
) -> None:
    """Everybody writes notes; those told as saved are there once, those of unknown fate are found out."""
    people = [Person(opened(url), name) for name in ("asha", "budi", "citra", "dewi")]
    told: list[tuple[Person, str, Outcome]] = []
    done = threading.Event()

    def keep_writing(person: Person) -> None:
        while not done.is_set():
            outcome = person.does()
            told.append((person, person.op, outcome))

    threads = [threading.Thread(target=keep_writing, args=(person,), daemon=True) for person in people]
    for thread in threads:
        thread.start()
    try:
        for _ in range(KILLS):
            eventually(partial(more_saved, told, len(told)))
            postgres.kill9()
            eventually(lambda: isinstance(told[-1][2], NotSaved | Unknown))
            postgres.start()
    finally:
        done.set()
    for thread in threads:
        thread.join(TOLD_WITHIN * 2)
        assert not thread.is_alive()
    people[0].can_act_again()
    there = set(ops_of(people[0].store))
    fates = {op: outcome for _, op, outcome in told}
    for person, op, outcome in told:
        if isinstance(outcome, Unknown):
            fates[op] = person.becomes_of_it(op)
    assert {op for op, outcome in fates.items() if isinstance(outcome, Saved)} == there - {people[0].op}
    assert not any(isinstance(outcome, Unknown) for outcome in fates.values())
