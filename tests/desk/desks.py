"""Desks over a store in trouble, for the tests of what they tell."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from console.desk.executor import Executor
from console.desk.local import LocalDesk
from console.domain import commands as cmd
from console.domain.actors import ENGINE, Actor
from console.domain.snapshot import Snapshot, StoreState
from console.ports.desk import Outcome, Saved, Unknown, Waiting
from console.ports.store import IncidentStore
from tests.engine.kits import ASHA, policy
from tests.fakes.sources import alert
from tests.waiting import until


def open_incident(store: IncidentStore, name: str = "A") -> str:
    """Open an incident and return its id."""
    opened = cmd.Open(f"{name} burns", "payments", key=name, alert_name=name, alerts=(alert(name),))
    outcome = Executor(store, policy).carry_out("", opened, ENGINE, f"open-{name}")
    assert isinstance(outcome, Saved)
    return outcome.incident


@dataclass
class Manned:
    """A desk that somebody follows, with all it has told."""

    desk: LocalDesk
    seen: list[Snapshot] = field(default_factory=list)
    answers: dict[str, Outcome] = field(default_factory=dict)
    late: list[Outcome] = field(default_factory=list)

    async def follow(self) -> None:
        async for snapshot in self.desk.follow():
            self.seen.append(snapshot)
            self.late += self.desk.resolved()

    async def do(self, command: cmd.Command, op: str, incident: str = "INC-1") -> Outcome:
        self.answers[op] = await self.desk.carry_out(incident, command, op)
        return self.answers[op]

    @property
    def open(self) -> set[str]:
        """The commands whose end is not known yet."""
        owed = {op for op, answer in self.answers.items() if isinstance(answer, Unknown | Waiting)}
        return owed - {outcome.op for outcome in self.late}

    async def in_state(self, state: StoreState) -> Snapshot:
        """Return the last snapshot once it says so."""
        await until(lambda: self.seen and self.seen[-1].store.state is state)
        return self.seen[-1]

    async def all_settled(self) -> Sequence[Outcome]:
        """Wait until nothing is open any more and return what was told late."""
        await until(lambda: not self.open)
        return self.late


@asynccontextmanager
async def manned(store: IncidentStore, actor: Actor = ASHA, **options: Any) -> AsyncIterator[Manned]:
    """Open a desk, follow it, wait until it knows the store, and close it in the end."""
    desk = LocalDesk(store, policy, actor, find_runbook=lambda _: (None, ""), **options)
    one = Manned(desk)
    reader = asyncio.create_task(one.follow())
    try:
        await until(lambda: one.seen)
        yield one
    finally:
        reader.cancel()
        with suppress(asyncio.CancelledError):
            await reader
        await desk.close()
