"""Handovers by processes that are killed: ``python -m tests.desk.handover_killed URL SEED``.

First an acceptance is killed with -9 before every step of it, one after the other, until one comes through; then
people accept, offer anew and take an incident at the same time, and one of them is killed. After each the store
is looked at: the incidents are the outgoing person's and nothing is accepted, or they have changed hands once.
One process without threads forks the others, so that they start fast. Prints what happened.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from console.desk.arranger import Arranger
from console.desk.executor import Executor
from console.desk.livepolicy import LivePolicy
from console.domain import commands as cmd
from console.domain.actors import Actor
from console.domain.events import HandedOver
from console.domain.fold import fold
from console.domain.policy import Policy
from console.domain.roster import Override, Roster
from console.domain.team.commands import AcceptHandover, OfferHandover, TeamCommand
from console.domain.team.handoverfacts import HandoverAccepted
from console.domain.team.handovers import Handing, Stage
from console.domain.team.shifts import shift_at
from console.ports.desk import Outcome, Saved
from console.ports.store import IncidentStore
from tests.desk.desks import open_incident
from tests.engine.kits import policy, rotation
from tests.store.hammer import open_store

ASHA, BUDI, DEWI = Actor("asha"), Actor("budi"), Actor("dewi")
MOST_STEPS = 80
ROUNDS = 6
INCIDENTS = 3


class Deadly:
    """A store's database: before its ``at``-th step this process is killed."""

    def __init__(self, database: Any, at: int) -> None:
        self._database, self._left = database, at

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    @contextmanager
    def read(self) -> Iterator[Any]:
        with self._database.read() as tx:
            yield _Steps(tx, self.step)

    @contextmanager
    def write(self) -> Iterator[Any]:
        self.step()
        with self._database.write() as tx:
            yield _Steps(tx, self.step)
            self.step()  # before the commit
        self.step()  # after it, before anybody is told

    def step(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class _Steps:
    def __init__(self, tx: Any, step: Callable[[], None]) -> None:
        self._tx, self._step = tx, step

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._tx, name)
        if not callable(found):
            return found

        def call(*args: Any, **named: Any) -> Any:
            self._step()
            return found(*args, **named)

        return call


class Scene:
    """A store with incidents of Asha's, whose shift Budi follows. Each ``turn`` is another shift."""

    def __init__(self, url: str, turn: int) -> None:
        self.url = url
        with closing(open_store(url)) as store:
            now = store.now()
            hour = timedelta(hours=1)
            held = tuple(
                Override("payments", "primary", who, now + start * hour, now + end * hour)
                for who, start, end in (("asha", -2 - turn, 2), ("budi", 2, 12))
            )
            roster = Roster((rotation("primary", "dewi"),), overrides=held)
            self.rules: Policy = replace(policy(), roster=roster)
            self.names = [open_incident(store, f"{now.timestamp()} {n}") for n in range(INCIDENTS)]
            for name in self.names:
                self.carry(store, ASHA, name, cmd.Ack(take=True))

    def carry(self, store: IncidentStore, actor: Actor, incident: str, command: cmd.Command) -> Outcome:
        return Executor(store, lambda: self.rules).carry_out(incident, command, actor, "")

    def arrange(self, store: IncidentStore, actor: Actor, command: TeamCommand, op: str = "") -> Outcome:
        return Arranger(store, LivePolicy(store, lambda: self.rules)).arrange(command, actor, op)

    def offer(self, store: IncidentStore) -> Outcome:
        live = LivePolicy(store, lambda: self.rules)
        live.refresh()
        one = shift_at(live().roster, live.team, "payments", "primary", store.now())
        assert one is not None
        assert one.start
        assert one.end
        listed = tuple((name, "asha") for name in self.names)
        wanted = OfferHandover(one.id, one.team, one.role, one.start, one.end, "budi", listed, "packed")
        return self.arrange(store, ASHA, wanted)

    def handing(self, store: IncidentStore) -> Handing:
        live = LivePolicy(store, lambda: self.rules)
        live.refresh()
        return live.team.handovers[-1]

    def acceptance(self, store: IncidentStore) -> AcceptHandover:
        one = self.handing(store)
        assert one.offered_at
        return AcceptHandover(one.id, one.offered_at)

    def check(self) -> Stage:
        """Fail where an incident has no owner or two, or where the log tells another story than they do."""
        with closing(open_store(self.url)) as store:
            one = self.handing(store)
            facts = [fact.body for fact in store.facts() if isinstance(fact.body, HandoverAccepted)]
            logs = {name: store.log(name) for name in self.names}
        accepted = [fact for fact in facts if fact.handover == one.id]
        assert len(accepted) == (one.stage is Stage.ACCEPTED)
        for name, log in logs.items():
            handed = sum(isinstance(event.body, HandedOver) for event in log)
            owner = fold(log).owner
            assert handed == (name in one.moved), (name, handed, one)
            assert owner in {"asha", "dewi"} if not handed else owner in {"budi", "dewi"}, (name, owner)
            if one.stage is Stage.ACCEPTED:
                assert owner != "asha", "what was listed and hers has moved"
        return one.stage


def forked(work: Callable[[IncidentStore], object], url: str, at: int = 0) -> int:
    """Do something in a process of its own that is killed before its ``at``-th step; return its pid."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        store = open_store(url)
        if at:
            store._db = Deadly(store._db, at)  # type: ignore[attr-defined]
        work(store)
        code = 0
    finally:
        os._exit(code)


def ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def step_by_step(url: str, turn: int = 0) -> None:
    """Kill an acceptance before each of its steps until one comes through; sent again it is the same one."""
    scene = Scene(url, turn)
    with closing(open_store(url)) as store:
        assert isinstance(scene.offer(store), Saved)
        wanted = scene.acceptance(store)
    stages, code = [], 1
    for at in range(1, MOST_STEPS):
        code = ended(forked(lambda store: scene.arrange(store, BUDI, wanted, "accept"), url, at))
        stages.append(scene.check())
        if code == 0:
            break
    assert code == 0
    assert stages[0] is Stage.OFFERED
    assert stages[-1] is Stage.ACCEPTED
    assert sorted(stages, reverse=True) == stages, "once accepted it stays so"  # "offered" before "accepted"
    print("steps", len(stages), "killed before the commit", stages.count(Stage.OFFERED))  # noqa: T201 - its report


def all_at_once(url: str, chance: random.Random, turn: int) -> None:
    """Accept twice, offer anew and take an incident at the same time, one of them killed at some point."""
    scene = Scene(url, turn)
    with closing(open_store(url)) as store:
        assert isinstance(scene.offer(store), Saved)
        wanted = scene.acceptance(store)
    children = [
        forked(lambda store: scene.arrange(store, BUDI, wanted, "one"), url),
        forked(lambda store: scene.arrange(store, BUDI, wanted, "two"), url),
        forked(scene.offer, url),
        forked(lambda store: scene.carry(store, DEWI, scene.names[0], cmd.Assign("dewi")), url),
    ]
    time.sleep(chance.uniform(0, 0.03))
    os.kill(chance.choice(children), signal.SIGKILL)
    codes = [ended(child) for child in children]
    assert set(codes) <= {0, -signal.SIGKILL}, codes
    stage = scene.check()
    with closing(open_store(url)) as store:
        if stage is Stage.OFFERED:  # whoever was killed: it can still be accepted
            assert isinstance(scene.arrange(store, BUDI, scene.acceptance(store)), Saved)
            assert scene.check() is Stage.ACCEPTED
    print("at once", stage)  # noqa: T201 - its report


if __name__ == "__main__":
    address, seed = sys.argv[1:]
    step_by_step(address)
    chance = random.Random(seed)  # noqa: S311 - chaos, not secrets
    for turn in range(1, ROUNDS + 1):
        all_at_once(address, chance, turn)
