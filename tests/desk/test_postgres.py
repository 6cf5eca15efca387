"""Consoles on a real server that freezes, is killed and comes back."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from console.clock import ticks
from console.config.files import write_whole
from console.desk.waiting import WaitingNotes
from console.domain import commands as cmd
from console.domain.events import Noted
from console.domain.snapshot import StoreState
from console.ports.desk import Nothing, NotSaved, Saved, Waiting
from console.store.postgres.store import PostgresStore
from console.store.postgres.target import target_of
from tests.desk.desks import manned, open_incident
from tests.engine.kits import ASHA, BUDI
from tests.servers.postgres import PostgresServer
from tests.waiting import BUSY, until


@pytest.fixture
def store(pg_database: str) -> PostgresStore:
    store = PostgresStore(target_of(pg_database))
    open_incident(store)
    return store


async def test_two_consoles_see_what_the_other_does_and_who_is_there(
    store: PostgresStore, pg_database: str
) -> None:
    other = PostgresStore(target_of(pg_database))
    async with manned(store, ASHA) as asha, manned(other, BUDI) as budi:
        asha.desk.looking("INC-1")
        await until(lambda: [one.incident for one in budi.seen[-1].consoles] == ["INC-1"])
        assert isinstance(await asha.do(cmd.Ack(), "op-a"), Saved)
        await until(lambda: budi.seen[-1].rows[0].owner == "asha")
        outcome = await budi.do(cmd.Ack(), "op-b")
        assert isinstance(outcome, Nothing)
        assert outcome.text.startswith("acked by Asha ")
        assert asha.seen[-1].skew is None


async def test_a_frozen_server_is_told_in_time_and_caught_up_with(
    store: PostgresStore, postgres: PostgresServer, tmp_path: Path
) -> None:
    notes = WaitingNotes(tmp_path / "notes.json", partial(write_whole, overwrite=True))
    async with manned(store, notes=notes) as asha:
        await asha.in_state(StoreState.OK)
        postgres.freeze()
        began = ticks()
        gone = await asha.in_state(StoreState.UNREACHABLE)  # nobody has pressed a key
        assert ticks() - began < 2.1 + BUSY
        assert [row.id for row in gone.rows] == ["INC-1"]
        began = ticks()
        assert isinstance(await asha.do(cmd.Ack(), "ack"), NotSaved)
        assert isinstance(await asha.do(cmd.Note("pool restarted"), "note"), Waiting)
        assert ticks() - began < 2 * 2.1 + BUSY
        postgres.thaw()
        await asha.in_state(StoreState.OK)
        (late,) = await asha.all_settled()
        assert isinstance(late, Saved)
        await until(lambda: asha.seen[-1].rows[0].n > gone.rows[0].n)
        log = asha.desk._store.log("INC-1")
        assert [event.op for event in log if isinstance(event.body, Noted)] == ["note"]
        assert asha.seen[-1].rows[0].owner == ""


async def test_a_server_that_was_killed_is_found_again(
    store: PostgresStore, postgres: PostgresServer
) -> None:
    async with manned(store) as asha:
        await asha.in_state(StoreState.OK)
        postgres.kill9()
        began = ticks()
        assert isinstance(await asha.do(cmd.Ack(), "op-1"), NotSaved)
        await asha.in_state(StoreState.UNREACHABLE)
        assert ticks() - began < 2.1 + BUSY
        postgres.start()
        await asha.in_state(StoreState.OK)
        assert isinstance(await asha.do(cmd.Ack(), "op-2"), Saved)
        await until(lambda: asha.seen[-1].rows[0].owner == "asha")
