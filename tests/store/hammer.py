"""Many processes at one store, killed at random: ``python -m tests.store.hammer URL FOLDER SECONDS [naive]``.

Ten people ack, give back, escalate, note and open through the rules, all at the same few incidents, and
take turns at being the engine. One process without threads or connections forks the workers, so
that they start fast. A worker writes down what it was told only after it was told, each line at once.
"""

from __future__ import annotations

import importlib
import os
import random
import secrets
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from console.desk.executor import Executor
from console.domain import commands as cmd
from console.domain.actors import ENGINE, Actor
from console.domain.alert import Alert, AlertRef
from console.domain.people import Person
from console.domain.policy import Chain, Level, Policy, Service
from console.domain.priority import Priority
from console.domain.roster import Roster
from console.domain.summary import Summary
from console.domain.vocabulary import EffectState
from console.errors import Conflict, FenceLost
from console.ports.desk import NotSaved, Outcome, Saved, Unknown
from console.ports.store import IncidentStore, Lease, Write
from console.store.address import is_postgres, store_path
from console.store.sqlite.store import SqliteStore
from tests.abilities import silencing
from tests.store.made import T0, report
from tests.waiting import PATIENCE

WORKERS = 10
AT_ONCE = 4  # incidents that everybody is at
LONG = 50  # events after which an incident is left alone and the next one taken
LITTLE = 8000  # bytes of what they were told: some two hundred lines
STARVED = 8.0  # times as long may a run take on a machine that has no time for it
# Seconds; short, so that it lapses under a paused or killed holder, and long enough for a few writes.
LEASES = {"sqlite": 0.03, "postgres": 0.3}
PEOPLE = ("asha", "budi", "citra", "dewi", "eko", "fajar", "rina")
RULES = Policy(
    Roster(),
    people={name: Person(name, name.title()) for name in PEOPLE},
    services={"payments": Service("payments", "payments")},
    teams=("payments",),
    chains=(
        Chain(
            "payments",
            tuple(Level((name,), timedelta(minutes=5 * at)) for at, name in enumerate(PEOPLE[:4])),
        ),
    ),
    abilities=silencing("prod"),  # so that each ack asks something of a source
)


def open_store(url: str) -> IncidentStore:
    """Open the store of an address; it may take its time."""
    if is_postgres(url):
        from console.store.postgres.store import PostgresStore  # noqa: PLC0415 - slow to load
        from console.store.postgres.target import target_of  # noqa: PLC0415

        return PostgresStore(target_of(url), answer_within=PATIENCE)
    return SqliteStore(store_path(url, Path.cwd()), busy_timeout=PATIENCE)


def lease_for(url: str) -> float:
    return LEASES["postgres" if is_postgres(url) else "sqlite"]


def how_many(seconds: float) -> int:
    """Return how many incidents a run works through, at most."""
    return 10 + int(5 * seconds)


def prepare(url: str, seconds: float) -> None:
    """Make the store, with as many incidents as will be needed; INC-1 is the one that engines write to."""
    store = open_store(url)
    executor = Executor(store, lambda: RULES)
    for number in range(how_many(seconds)):
        ref = AlertRef("prod", f"f{number}")
        alert = Alert(ref, "Wrong", "Something is wrong", "payments", Priority.P2, T0)
        opening = cmd.Open("Something is wrong", "payments", f"key-{number}", "Wrong", (alert,))
        assert isinstance(executor.carry_out("", opening, ENGINE, f"open-{number}"), Saved)
    store.close()


class Naive:
    """A store as somebody might use it: where another was first, the numbers are corrected and it goes in.

    It takes a moment from the decision to the write, so that a machine with little time for us shows it too.
    """

    def __init__(self, store: IncidentStore) -> None:
        self._store = store

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def append(self, writes: Sequence[Write], lease: Lease | None = None) -> int:
        time.sleep(random.uniform(0, 0.02))  # noqa: S311 - chance, not secrets
        for _ in range(50):
            try:
                return self._store.append(writes, lease)
            except Conflict:
                writes = [self._behind(write) for write in writes]
        raise Conflict("others are always first")

    def _behind(self, write: Write) -> Write:
        row = self._store.summary(write.incident)
        after = row.n if row else 0
        events = tuple(replace(event, n=after + turn) for turn, event in enumerate(write.events, 1))
        summary = replace(write.summary, n=after + len(events))
        return replace(write, expected_n=after, events=events, summary=summary)


class Worker:
    """Acts as one person after the other on what everybody is at, and sometimes is the engine."""

    def __init__(self, url: str, folder: Path, last: int, *, naive: bool) -> None:
        self.random = random.Random(os.getpid())  # noqa: S311 - chance, not secrets
        self.store = open_store(url)
        used: IncidentStore = Naive(self.store) if naive else self.store  # type: ignore[assignment]
        self.executor = Executor(used, lambda: RULES)
        self.first, self.last = 2, last
        self.ttl = lease_for(url)
        self.name = str(os.getpid())
        self.lease: Lease | None = None
        self.told = os.open(folder / self.name, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)

    def tell(self, *words: object) -> None:
        os.write(self.told, (" ".join(map(str, words)) + "\n").encode())

    def turn(self) -> None:
        """Do one thing."""
        if self.random.random() < 0.15:
            self.be_engine()
        number = self.first + self.random.randrange(AT_ONCE)
        row = self.store.summary(f"INC-{number}")
        assert row is not None
        if row.n >= LONG and number == self.first and number + AT_ONCE <= self.last:
            self.first += 1
        else:
            self.act(row)

    def act(self, row: Summary) -> None:
        """Do what somebody does who has just seen the incident's row."""
        dice, incident = self.random.random(), row.id
        command: cmd.Command = cmd.Ack(take=True)
        if dice > 0.97:
            command, incident = cmd.Open("Reported by hand", "payments"), ""
        elif dice > 0.8:
            command = cmd.Note(f"seen at {row.n}")
        elif dice > 0.6:
            command = cmd.Escalate(seen_level=row.level)
        elif dice > 0.45:
            command = cmd.Unack()
        actor, op = Actor(self.random.choice(PEOPLE)), f"{self.name}-{secrets.token_hex(8)}"
        outcome = self.executor.carry_out(incident, command, actor, op)
        while isinstance(outcome, Unknown):
            outcome = self.executor.outcome_of(incident, command, actor, op)
        self.tell_outcome(outcome, command, op)
        if isinstance(outcome, Saved) and dice < 0.1:  # the answer got lost, say: it is asked again
            again = self.executor.carry_out(incident, command, actor, op)
            assert isinstance(again, Saved), again

    def tell_outcome(self, outcome: Outcome, command: cmd.Command, op: str) -> None:
        kind = type(command).__name__
        if isinstance(outcome, Saved):
            self.tell("saved", kind, outcome.incident, op)
        elif isinstance(outcome, NotSaved):
            if not isinstance(
                command, cmd.SettleEffect
            ):  # whoever is the engine next does it, as the same op
                self.tell("unsaved", kind, op)
        else:
            self.tell("second", kind, op)

    def be_engine(self) -> None:
        """Take the lease, or do a little under it; another may have taken over meanwhile."""
        try:
            lease = self.lease = self.lease or self.take_lease()
            if lease is None:
                return
            if self.random.random() < 0.3:
                lease = self.lease = self.store.renew(lease, report(self.name), self.ttl)
                self.tell("until", lease.token, lease.expires_at.isoformat())
            if self.random.random() < 0.5:
                self.settle(lease)
            op = f"{self.name}-{secrets.token_hex(8)}"
            outcome = self.executor.carry_out("INC-1", cmd.Note(str(lease.token)), ENGINE, op, lease=lease)
            if isinstance(outcome, Saved):
                self.tell("fenced", lease.token, op)
        except FenceLost:
            self.tell("lost")
            self.lease = None

    def take_lease(self) -> Lease | None:
        lease = self.store.acquire(report(self.name), self.ttl)
        if lease is not None:
            granted_at = lease.expires_at - timedelta(seconds=self.ttl)
            self.tell("lease", lease.token, granted_at.isoformat())
            self.tell("until", lease.token, lease.expires_at.isoformat())
        return lease

    def settle(self, lease: Lease) -> None:
        """Conclude what was asked of the source first."""
        for entry in self.store.outbox(self.store.now(), 3):
            done = cmd.SettleEffect(
                entry.id, entry.source, entry.kind, EffectState.DONE, "silenced", "handle"
            )
            op = f"settle:{entry.id}"
            settled = (entry.id,)
            outcome = self.executor.carry_out(entry.incident, done, ENGINE, op, lease=lease, settled=settled)
            self.tell_outcome(outcome, done, op)


def run(url: str, folder: Path, seconds: float, *, naive: bool) -> int:
    """Keep the workers running and kill one of them after the other; return how many were killed.

    Longer where the machine is so busy that little has been done.
    """
    slow = 3.0 if is_postgres(url) else 1.0  # getting a line takes a while: they should also act
    children: list[int] = []
    kills = 0
    begun = time.monotonic()
    while time.monotonic() < begun + seconds or (
        starved(folder) and time.monotonic() < begun + seconds * STARVED
    ):
        while len(children) < WORKERS:
            children.append(_fork(url, folder, seconds, naive=naive))
        time.sleep(slow * random.uniform(0.02, 0.12))  # noqa: S311 - chance, not secrets
        victim = children.pop(random.randrange(len(children)))  # noqa: S311 - chance, not secrets
        if random.random() < 0.4:  # noqa: S311 - chance, not secrets
            os.kill(victim, signal.SIGSTOP)
            time.sleep(1.5 * lease_for(url))
            os.kill(victim, signal.SIGCONT)
            time.sleep(0.01)
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        kills += 1
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return kills


def starved(folder: Path) -> bool:
    """Return whether the workers have been told little so far."""
    return sum(found.stat().st_size for found in folder.iterdir()) < LITTLE


def _fork(url: str, folder: Path, seconds: float, *, naive: bool) -> int:
    parent, child = os.getpid(), os.fork()
    if child:
        return child
    try:
        worker = Worker(url, folder, how_many(seconds), naive=naive)
        while os.getppid() == parent:
            worker.turn()
    except BaseException as error:  # noqa: BLE001 - what a worker meets is part of what is judged
        (folder / f"error-{os.getpid()}").write_text(repr(error))
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    if is_postgres(sys.argv[1]):
        importlib.import_module("console.store.postgres.store")  # or each worker spends its life with it
    print(run(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]), naive="naive" in sys.argv))  # noqa: T201 - the answer
