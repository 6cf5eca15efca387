"""Ten engines compete for one store, the one that works is killed again and again: each page goes out once."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from console.domain import events as ev
from console.domain.actors import ENGINE
from console.domain.events import Event
from console.ports.store import IncidentStore
from console.store.address import open_store
from tests.e2e import engines
from tests.fakes.virtualtime import START
from tests.waiting import until

ENGINES = 10
KILLS = 3


@contextmanager
def competing(url: str, count: int) -> Iterator[dict[int, BaseProcess]]:
    started = engines.start(url, count)
    try:
        yield {process.pid: process for process in started if process.pid is not None}
    finally:
        for process in started:
            process.kill()
        for process in started:
            process.join(5)


def audit(logs: dict[str, tuple[Event, ...]]) -> list[str]:
    """Return what is wrong with the pages of some incidents that nobody touched."""
    wrong = []
    for name, log in logs.items():
        pages = [event.body for event in log if isinstance(event.body, ev.Escalated)]
        twice = [
            step for step, times in Counter((page.level, page.round) for page in pages).items() if times > 1
        ]
        wrong += [f"{name}: level {level} was paged twice" for level, _ in twice]
        paged = [person for page in pages for person in page.to]
        if not twice and paged != list(engines.PEOPLE):
            wrong.append(f"{name}: paged {paged}")
    return wrong


def pages(store: IncidentStore) -> int:
    return sum(isinstance(event.body, ev.Escalated) for log in logs_of(store).values() for event in log)


def logs_of(store: IncidentStore) -> dict[str, tuple[Event, ...]]:
    return store.logs([row.id for row in store.rows()])


def holder(store: IncidentStore) -> int:
    """Return the process that works, 0 where none does."""
    report = store.engine()
    return report.pid if report is not None and report.expires_at > store.now() else 0


def ripe(store: IncidentStore, turn: int, running: dict[int, BaseProcess]) -> bool:
    """Return whether so many rounds of pages went out and one of those still running works."""
    return pages(store) >= turn * engines.INCIDENTS and holder(store) in running


async def compete(url: str) -> None:
    """Let ten engines race, kill the one in office three times, and check every page that went out."""
    store = open_store(url, Path("/"))
    killed: list[int] = []
    tokens = []
    try:
        with competing(url, ENGINES) as running:
            for turn in range(1, KILLS + 1):
                await until(partial(ripe, store, turn, running))
                victim = holder(store)
                report = store.engine()
                assert report is not None
                tokens.append(report.token)
                os.kill(victim, signal.SIGKILL)
                killed.append(victim)
                del running[victim]
            expected = engines.INCIDENTS * len(engines.PEOPLE)
            await until(lambda: pages(store) >= expected)
            await asyncio.sleep(0.3)  # a second page would go out now
            assert len(running) == ENGINES - KILLS
            assert all(process.is_alive() for process in running.values())
        logs = logs_of(store)
    finally:
        store.close()
    assert len(set(killed)) == KILLS
    assert tokens == sorted(set(tokens))
    assert len(logs) == engines.INCIDENTS
    assert audit(logs) == []


async def test_each_step_exactly_once_on_sqlite(tmp_path: Path) -> None:
    await compete(f"sqlite:///{tmp_path / 'oncall.db'}")


async def test_each_step_exactly_once_on_postgresql(pg_database: str) -> None:
    await compete(pg_database)


@pytest.mark.parametrize("levels", [[0, 1, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4]], ids=["twice", "missing"])
def test_the_audit_finds_what_it_looks_for(levels: list[int]) -> None:
    bodies = [ev.Escalated(level, (engines.PEOPLE[level],), auto=True) for level in levels]
    log = tuple(Event("INC-1", n, START, ENGINE, body) for n, body in enumerate(bodies, 1))
    assert len(audit({"INC-1": log})) == 1
