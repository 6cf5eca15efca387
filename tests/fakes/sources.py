"""Sources that say what the test tells them to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from console.domain.alert import Alert, AlertRef, Poll
from console.domain.incident import Incident
from console.domain.priority import Priority
from console.domain.vocabulary import EffectKind, EffectState
from console.ports.sources import NOBODY, People, Settled
from console.ports.store import OutboxEntry

Answer = Poll | Exception | Callable[[], Poll]


def alert(
    name: str,
    *,
    source: str = "prod",
    service: str = "payments",
    priority: Priority = Priority.P2,
    instance: str = "a",
    started_at: datetime | None = None,
) -> Alert:
    return Alert(
        ref=AlertRef(source, f"{name}/{instance}"),
        name=name,
        title=f"{name} on {instance}",
        service=service,
        priority=priority,
        started_at=started_at,
        labels=(("alertname", name), ("instance", instance), ("service", service)),
    )


@dataclass
class FakeSource:
    """``answers`` are given in turn, the last one for ever; ``hang`` held: it never answers."""

    name: str = "prod"
    kind: str = "fake"
    interval: float = 15.0
    deadline: float = 30.0
    answers: list[Answer] = field(default_factory=list)
    hang: bool = False
    polls: int = 0
    closed: bool = False

    async def fetch(self) -> Poll:
        self.polls += 1
        if self.hang:
            await asyncio.Event().wait()
        answer: Answer = Poll(self.name, ())
        if self.answers:
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer() if callable(answer) else answer

    async def close(self) -> None:
        self.closed = True

    def fires(self, *alerts: Alert, complete: bool = True) -> None:
        self.answers = [Poll(self.name, alerts, complete=complete)]


@dataclass
class FakeActuator(FakeSource):
    """A source that can be acted on; ``outcomes`` are given in turn, then all is well."""

    can: frozenset[EffectKind] = frozenset({EffectKind.ACK, EffectKind.SNOOZE})
    outcomes: list[Settled | Exception] = field(default_factory=list)
    acted: list[tuple[OutboxEntry, datetime]] = field(default_factory=list)
    act_hangs: bool = False

    async def act(
        self, entry: OutboxEntry, incident: Incident, now: datetime, people: People = NOBODY
    ) -> Settled:
        assert incident.id == entry.incident
        self.acted.append((entry, now))
        if self.act_hangs:
            await asyncio.Event().wait()
        outcome = self.outcomes.pop(0) if self.outcomes else Settled(EffectState.DONE, "silenced", "s-1")
        if isinstance(outcome, Exception):
            raise outcome
        return outcome
