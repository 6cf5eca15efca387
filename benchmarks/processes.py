"""Several consoles at once, each a process of its own, and what they tell.

They are forked from a process that has imported everything, so that fifty of them share their code;
each opens the store after the fork.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from multiprocessing.process import BaseProcess
from operator import itemgetter
from typing import Any

from benchmarks.consoles import Told, Written, console, open_sql, writer

PEOPLE = ("asha", "budi", "citra", "dewi", "eko", "fajar", "rina")
ANSWER_WITHIN = 60.0  # seconds for a child
AT_ONCE = 5  # consoles that are opened together

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["benchmarks.consoles"])


class Child:
    """A process and the pipe to it."""

    def __init__(self, work: Callable[..., None], *args: object) -> None:
        self._pipe, other = _processes.Pipe()
        self._process: BaseProcess = _processes.Process(target=work, args=(*args, other), daemon=True)
        self._process.start()
        other.close()

    def ask(self, what: object) -> None:
        """Send a question."""
        self._pipe.send(what)

    def answer(self) -> Any:
        """Return what it sends next. Raises ``RuntimeError`` where it sends nothing."""
        if not self._pipe.poll(ANSWER_WITHIN):
            raise RuntimeError("a console does not answer")
        return self._pipe.recv()

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        if self._process.pid is not None:
            os.kill(self._process.pid, number)

    def hang_up(self) -> None:
        """Tell it to end."""
        self._pipe.close()

    def close(self) -> None:
        """End it, by force if need be."""
        self.hang_up()
        self._process.join(10)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


class Consoles:
    """Several consoles on one store. ``first`` are the seconds until each had its first snapshot."""

    def __init__(self) -> None:
        self._children: list[Child] = []
        self.first: list[float] = []

    def open(self, url: str, count: int) -> None:
        """Open so many more, a few at a time: each takes a good part of a second of this machine's processors."""
        for start in range(0, count, AT_ONCE):
            fresh = [
                Child(console, url, PEOPLE[number % len(PEOPLE)])
                for number in range(start, min(start + AT_ONCE, count))
            ]
            self._children += fresh
            self.first += [child.answer() for child in fresh]

    def close(self) -> None:
        """End all of them."""
        for child in self._children:
            child.hang_up()
        for child in self._children:
            child.close()

    def ask(self, *, rows: bool = False) -> list[Told]:
        """Return what each has seen since it was last asked."""
        for child in self._children:
            child.ask(rows)
        return [child.answer() for child in self._children]

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold them still while the block runs, as if their work were done on other machines."""
        for child in self._children:
            child.send(signal.SIGSTOP)
        try:
            yield
        finally:
            for child in self._children:
                child.send(signal.SIGCONT)

    def cost(self, seconds: float) -> list[float]:
        """Return the share of a core that each takes over so many seconds in which nobody writes."""
        before = self.ask()
        time.sleep(seconds)
        return shares(before, self.ask())


def shares(before: Sequence[Told], after: Sequence[Told]) -> list[float]:
    """Return the share of a core that each took between two answers, in percent."""
    pairs = zip(before, after, strict=True)
    return [100 * (late.cpu - early.cpu) / (late.at - early.at) for early, late in pairs]


@contextmanager
def consoles(url: str, count: int) -> Iterator[Consoles]:
    """Open that many consoles on a store; all have their first snapshot when the block begins."""
    team = Consoles()
    try:
        team.open(url, count)
        yield team
    finally:
        team.close()


def write(url: str, seconds: float) -> list[Written]:
    """Have a process of its own write for a while and return what it wrote."""
    child = Child(writer, url, seconds)
    try:
        told: list[Written] = child.answer()
        return told
    finally:
        child.close()


def delays(url: str, writes: Sequence[Written], told: Sequence[Told]) -> tuple[list[float], int]:
    """Return for each write and console the milliseconds until it saw it, and how many it never saw."""
    sql = "SELECT seq FROM events WHERE incident = ? AND n = ?"
    with closing(open_sql(url)) as store, store.database.read() as tx:
        found = [tx.one(sql, write.incident, write.n) for write in writes]
    took, missed = [], 0
    for one in told:
        for write, row in zip(writes, found, strict=True):
            place = bisect_left(one.seen, row[0] if row else 0, key=itemgetter(1))
            if row is None or place == len(one.seen):
                missed += 1
            else:
                took.append((one.seen[place][0] - write.at) * 1000)
    return took, missed


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that so much of them (0 to 1) does not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
