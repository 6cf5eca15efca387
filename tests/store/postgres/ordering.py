"""Writers and readers in processes of their own: ``python -m tests.store.postgres.ordering URL WAY``.

``WAY`` is ``store``, or ``usual``: the control. That one does what is commonly done: numbers from a
sequence, no lock. A number that was drawn earlier may be committed later; who has read past it
never sees it. Prints for each reader how many of all writes it has missed.

Taking only the lock out of the store would not show that: its numbers follow the last committed
one, so two writers would collide on a number, not overtake each other.
"""

from __future__ import annotations

import multiprocessing
import random
import sys
import time
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier, Event
from typing import Protocol

import psycopg

from console.store.postgres.store import PostgresStore
from console.store.postgres.target import target_of
from tests.store.made import opening
from tests.waiting import PATIENCE

WRITERS = 8
READERS = 3
EACH = 30  # writes of a writer
FORK = multiprocessing.get_context("fork")


class Way(Protocol):
    """How something is written, and what is new after a position."""

    def write(self, name: str) -> None: ...

    def after(self, position: int) -> tuple[int, list[str]]: ...


class Store:
    """The store; each write is an incident."""

    def __init__(self, url: str) -> None:
        self._store = PostgresStore(target_of(url), answer_within=30.0)

    def write(self, name: str) -> None:
        self._store.append([opening(name)])

    def after(self, position: int) -> tuple[int, list[str]]:
        page = self._store.changed(position, 3)
        return page.position, [row.id for row in page.rows]


class Usual:
    """Numbers from a sequence, written in transactions that take a moment."""

    def __init__(self, url: str) -> None:
        self._line = psycopg.connect(url, autocommit=True)

    def write(self, name: str) -> None:
        with self._line.transaction():
            self._line.execute("INSERT INTO usual (name) VALUES (%s)", [name])
            time.sleep(random.uniform(0, 0.003))  # noqa: S311 - what else is written with it

    def after(self, position: int) -> tuple[int, list[str]]:
        found = self._line.execute(
            "SELECT seq, name FROM usual WHERE seq > %s ORDER BY seq LIMIT 3", [position]
        ).fetchall()
        return (found[-1][0] if found else position), [name for _, name in found]


WAYS: dict[str, type[Store | Usual]] = {"store": Store, "usual": Usual}


def write(url: str, way: str, writer: int, start: Barrier) -> None:
    place: Way = WAYS[way](url)
    start.wait(PATIENCE)
    for turn in range(EACH):
        place.write(f"INC-{writer}-{turn}")


def read(url: str, way: str, start: Barrier, done: Event, tell: Connection) -> None:
    """Follow until all is written and nothing more is found; tell how many were seen."""
    place: Way = WAYS[way](url)
    start.wait(PATIENCE)
    seen: set[str] = set()
    position = 0
    while True:
        last = done.is_set()
        position, names = place.after(position)
        seen.update(names)
        if last and not names:
            break
        if not names:
            done.wait(0.001)
    tell.send(len(seen))


def run(url: str, way: str) -> list[int]:
    """Return how many writes each reader has missed."""
    start, done = FORK.Barrier(WRITERS + READERS), FORK.Event()
    pipes = [FORK.Pipe(duplex=False) for _ in range(READERS)]
    readers = [FORK.Process(target=read, args=(url, way, start, done, tell)) for _, tell in pipes]
    writers = [FORK.Process(target=write, args=(url, way, number, start)) for number in range(WRITERS)]
    for process in (*readers, *writers):
        process.start()
    for writer in writers:
        writer.join(PATIENCE)
        if writer.exitcode != 0:
            raise RuntimeError("a writer failed")
    done.set()
    seen = [hear.recv() if hear.poll(PATIENCE) else 0 for hear, _ in pipes]
    for process in (*readers, *writers):
        process.kill()
        process.join()
    return [WRITERS * EACH - count for count in seen]


if __name__ == "__main__":
    print(*run(sys.argv[1], sys.argv[2]))  # noqa: T201 - the answer
