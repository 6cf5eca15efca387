"""A console that follows a store on a server: it says within the bar that the server is gone, and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest_asyncio

from console.clock import ticks
from console.desk.local import LocalDesk
from console.domain.actors import Actor
from console.domain.commands import Ack
from console.domain.snapshot import Snapshot, StoreState
from console.ports.desk import NotSaved, Saved, Unknown
from tests.servers.postgres import PostgresServer
from tests.store.postgres.acting import BACK_WITHIN, RULES, TOLD_WITHIN, Person, open_store

CONSOLE = 5.0  # seconds that a console's thread gives a server; its loop does not wait as long


class Watched:
    """A desk whose snapshots are read all the time."""

    def __init__(self, url: str) -> None:
        store = open_store(url, CONSOLE)
        find: Callable[..., tuple[None, str]] = lambda _incident: (None, "")  # noqa: E731 - no runbooks here
        self.desk = LocalDesk(store, lambda: RULES, Actor("asha"), find_runbook=find)
        self.last: Snapshot | None = None
        self.news = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for snapshot in self.desk.follow():
            self.last = snapshot
            self.news.set()

    async def sees(self, what: Callable[[Snapshot], bool], within: float = BACK_WITHIN) -> float:
        """Wait until a snapshot says so; return how many seconds that took."""
        begun = ticks()
        async with asyncio.timeout(within):
            while self.last is None or not what(self.last):
                self.news.clear()
                await self.news.wait()
        return ticks() - begun

    async def close(self) -> None:
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        await self.desk.close()


def well(snapshot: Snapshot) -> bool:
    return snapshot.store.state is StoreState.OK


def gone(snapshot: Snapshot) -> bool:
    return snapshot.store.state is StoreState.UNREACHABLE


def stopped(snapshot: Snapshot) -> bool:
    """Whoever was asked in the moment of its end says only that the line is lost; the next to be asked knows."""
    error = snapshot.store.error
    return gone(snapshot) and ("is shutting down" in error or "is not running" in error)


@pytest_asyncio.fixture
async def console(url: str) -> AsyncIterator[Watched]:
    watched = Watched(url)
    await watched.sees(well)
    yield watched
    await watched.close()


async def test_a_stopped_server_is_shown_and_its_return_too(
    postgres: PostgresServer, console: Watched, asha: Person
) -> None:
    await asyncio.to_thread(postgres.stop)
    await console.sees(gone, TOLD_WITHIN)
    await console.sees(stopped)
    assert console.last is not None
    assert [row.id for row in console.last.rows] == ["INC-1"], "what was known last stays"
    await asyncio.to_thread(postgres.start)
    await console.sees(well)
    asha.can_act_again()
    await console.sees(lambda snapshot: snapshot.position == 3)


async def test_a_frozen_server_is_shown_in_time(postgres: PostgresServer, console: Watched) -> None:
    await asyncio.to_thread(postgres.freeze)
    await console.sees(gone, TOLD_WITHIN)
    begun = ticks()
    outcome = await console.desk.carry_out("INC-1", Ack(take=True), "frozen")
    assert ticks() - begun < TOLD_WITHIN
    assert isinstance(outcome, NotSaved | Unknown)
    await asyncio.to_thread(postgres.thaw)
    await console.sees(well)
    async with asyncio.timeout(BACK_WITHIN):
        again = await console.desk.carry_out("INC-1", Ack(take=True), "frozen")
        while not isinstance(again, Saved):
            again = await console.desk.carry_out("INC-1", Ack(take=True), "frozen")
    await console.sees(lambda snapshot: snapshot.position == 3)
