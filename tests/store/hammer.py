"""Many processes at one store, killed at random: ``python -m tests.store.hammer PATH FOLDER SECONDS [naive]``.

One process without threads forks the workers, so that they start fast. A worker writes down
what the store told it only after it was told, each line at once.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

from console.domain.events import Noted
from console.errors import Conflict, FenceLost
from console.ports.store import Lease
from console.store.sqlite.store import SqliteStore
from tests.store.made import effect, follow, report

WORKERS = 6
INCIDENTS = 5
LEASE = 0.03  # seconds; short, so that it lapses under a paused or killed holder


class Worker:
    """Claims the next step of an incident again and again, and sometimes is the engine."""

    def __init__(self, path: Path, folder: Path, *, naive: bool) -> None:
        self.random = random.Random(os.getpid())  # noqa: S311 - chance, not secrets
        self.store = SqliteStore(path, busy_timeout=20.0)
        self.naive = naive
        self.name = str(os.getpid())
        self.lease: Lease | None = None
        self.told = os.open(folder / self.name, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)

    def tell(self, *words: object) -> None:
        os.write(self.told, (" ".join(map(str, words)) + "\n").encode())

    def turn(self) -> None:
        """Do one thing: claim a step, or see to the lease."""
        if self.random.random() < 0.2:
            self.be_engine()
        self.claim(f"INC-{self.random.randrange(INCIDENTS)}")

    def claim(self, incident: str) -> None:
        """Take the step after the last one seen. The naive worker writes whatever has happened since."""
        row = self.store.summary(incident)
        assert row is not None
        op = f"{self.name}-{self.random.getrandbits(64):x}"
        after = row.n
        for _ in range(50):
            write = follow(incident, after=after, op=op, body=Noted("claimed"))
            try:
                self.store.append([replace(write, effects=(effect(op, incident),))])
            except Conflict:
                if not self.naive:
                    return
                latest = self.store.summary(incident)
                assert latest is not None
                after = latest.n
            else:
                self.tell("claimed", incident, row.n, op)
                return

    def be_engine(self) -> None:
        """Hold the lease for a while and write under it; another may have taken over meanwhile."""
        try:
            if self.lease is None:
                self.lease = self.store.acquire(report(self.name), LEASE)
                if self.lease is not None:
                    self.tell("lease", self.lease.token)
                return
            if self.random.random() < 0.3:
                self.lease = self.store.renew(self.lease, report(self.name), LEASE)
            row = self.store.summary("ENGINE")
            assert row is not None
            note = Noted(str(self.lease.token))
            self.store.append([follow("ENGINE", after=row.n, body=note)], self.lease)
            self.tell("fenced", self.lease.token, row.n + 1)
        except FenceLost:
            self.tell("lost")
            self.lease = None
        except Conflict:
            self.lease = None


def run(path: Path, folder: Path, seconds: float, *, naive: bool) -> int:
    """Keep the workers running and kill one of them after the other; return how many were killed."""
    children: list[int] = []
    kills = 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        while len(children) < WORKERS:
            children.append(_fork(path, folder, until + 5, naive=naive))
        time.sleep(random.uniform(0.02, 0.12))  # noqa: S311 - chance, not secrets
        victim = children.pop(random.randrange(len(children)))  # noqa: S311 - chance, not secrets
        if random.random() < 0.5:  # noqa: S311 - chance, not secrets
            os.kill(victim, signal.SIGSTOP)
            time.sleep(2 * LEASE)
            os.kill(victim, signal.SIGCONT)
            time.sleep(0.01)
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        kills += 1
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return kills


def _fork(path: Path, folder: Path, until: float, *, naive: bool) -> int:
    child = os.fork()
    if child:
        return child
    try:
        worker = Worker(path, folder, naive=naive)
        while time.monotonic() < until:
            worker.turn()
    except BaseException as error:  # noqa: BLE001 - what a worker meets is part of what is judged
        (folder / f"error-{os.getpid()}").write_text(repr(error))
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    print(run(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]), naive="naive" in sys.argv))  # noqa: T201 - the answer
