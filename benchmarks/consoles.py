"""A console without a screen, and somebody who writes: each the main program of a process of its own.

A console is a desk that follows a store and notes what it sees when. All times are seconds of the
machine's monotonic clock, which processes share.
"""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

from console.desk.executor import Executor
from console.desk.local import LocalDesk
from console.domain.actors import Actor
from console.domain.commands import Ack, Note
from console.domain.policy import Policy
from console.domain.roster import Roster
from console.domain.snapshot import Snapshot, StoreState
from console.ports.desk import Saved
from console.store.address import is_postgres, store_path
from console.store.postgres.store import PostgresStore
from console.store.postgres.target import target_of
from console.store.sqlite.store import SqliteStore

RULES = Policy(Roster(), teams=("payments",))
PAUSES = (0.41, 0.59, 0.47, 0.53)  # seconds between writes: two a second, in step with no poll

Seen = tuple[float, int]
"""When, and the position of the snapshot."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a console has seen since it was last asked, and its processor time so far.

    ``rows`` are its incidents as id and n, if asked for; ``away`` counts snapshots without the store.
    """

    at: float
    cpu: float
    seen: tuple[Seen, ...]
    away: int
    rows: frozenset[tuple[str, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Written:
    """An event that was saved, and when its writer was told so."""

    at: float
    incident: str
    n: int


def open_sql(url: str) -> PostgresStore | SqliteStore:
    """Open the store of an address."""
    return PostgresStore(target_of(url)) if is_postgres(url) else SqliteStore(store_path(url, Path("/")))


def new_desk(url: str, person: str = "asha") -> LocalDesk:
    """Return a desk on a store, without an engine; make it inside the event loop."""
    return LocalDesk(
        open_sql(url), lambda: RULES, Actor(person), find_runbook=lambda _incident: (None, ""), handover=str
    )


@dataclass
class Eyes:
    """What somebody sees who follows a desk."""

    latest: Snapshot | None = None
    seen: list[Seen] = field(default_factory=list)
    away: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def follow(self, desk: LocalDesk) -> None:
        """Note each snapshot that the store stands behind."""
        async for snapshot in desk.follow():
            if snapshot.store.state is not StoreState.OK:
                self.away += 1
                continue
            self.seen.append((time.monotonic(), snapshot.position))
            self.latest = snapshot
            self.changed.set()

    def tell(self, *, rows: bool) -> Told:
        """Tell what was seen, and forget it."""
        seen, self.seen = tuple(self.seen), []
        found = self.latest.rows if rows and self.latest else ()
        return Told(
            time.monotonic(),
            time.process_time(),
            seen,
            self.away,
            frozenset((row.id, row.n) for row in found),
        )


async def _follow(url: str, person: str, pipe: Pipe) -> None:
    """Be a console: tell how long the first snapshot took, then answer until the pipe ends."""
    began = time.monotonic()
    desk, eyes, ended = new_desk(url, person), Eyes(), asyncio.Event()
    following = asyncio.create_task(eyes.follow(desk))
    await eyes.changed.wait()
    pipe.send(time.monotonic() - began)

    def hear() -> None:
        try:
            pipe.send(eyes.tell(rows=pipe.recv()))
        except (EOFError, OSError):
            asyncio.get_running_loop().remove_reader(pipe.fileno())
            ended.set()

    asyncio.get_running_loop().add_reader(pipe.fileno(), hear)
    await ended.wait()
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    await desk.close()


def console(url: str, person: str, pipe: Pipe) -> None:
    """Be a console in a process of its own."""
    logging.getLogger().addHandler(logging.NullHandler())  # its log is nobody's, as without a log file
    asyncio.run(_follow(url, person, pipe))


def writer(url: str, seconds: float, pipe: Pipe) -> None:
    """Ack and note twice a second in a process of its own, and send what was written."""
    told: list[Written] = []
    with closing(open_sql(url)) as store:
        executor = Executor(store, lambda: RULES)
        rows = [row.id for row in store.open_rows().rows]
        began, turn = time.monotonic(), 0
        while time.monotonic() - began < seconds:
            command = Ack(take=True) if turn % 2 else Note(f"looked at it, turn {turn}")
            outcome = executor.carry_out(
                rows[turn // 2 % len(rows)], command, Actor("rina"), f"{pipe.fileno()}-{began}-{turn}"
            )
            saved_at = time.monotonic()
            if isinstance(outcome, Saved):
                told.append(Written(saved_at, outcome.incident, outcome.events[-1].n))
            time.sleep(PAUSES[turn % len(PAUSES)])
            turn += 1
    pipe.send(told)
