"""A desk whose snapshots are pushed by the test and whose answers are scripted; it keeps every command."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from console.domain.commands import Command
from console.domain.loadmeter import ShiftLoad
from console.domain.noise.tuning import Noise
from console.domain.reports.report import Report, Scope
from console.domain.review.board import ReviewBoard
from console.domain.review.document import ReviewDocument
from console.domain.similar import Memory
from console.domain.snapshot import Detail, Snapshot
from console.domain.team.commands import TeamCommand
from console.errors import StoreError
from console.ports.books import Books
from console.ports.desk import Outcome, Saved
from console.ports.handover import Handovers

Answer = Callable[[str, Command, str], Outcome]


def saved(incident: str, command: Command, op: str) -> Outcome:
    """Answer as a desk does when all is well."""
    return Saved(incident, op, f"{type(command).__name__.lower()} {incident}".strip())


@dataclass
class FakeDesk:
    """See ``console.ports.desk.Desk``. ``gate`` held: commands wait for it before they are answered."""

    snapshot: Snapshot
    details: dict[str, Detail] = field(default_factory=dict)
    answers: list[Answer | Outcome | Exception] = field(default_factory=list)
    commands: list[tuple[str, Command, str]] = field(default_factory=list)
    arranged: list[tuple[TeamCommand, str]] = field(default_factory=list)
    team_answers: list[Outcome | Exception] = field(default_factory=list)
    late: list[Outcome] = field(default_factory=list)
    handovers: Handovers | None = None
    engine_trouble: str = ""
    engine_asked: int = 0
    refreshed: int = 0
    closed: bool = False
    detail_asked: list[str] = field(default_factory=list)
    gate: asyncio.Event | None = None
    detail_gate: asyncio.Event | None = None
    breaks: Exception | None = None
    clock: datetime | None = None
    memories: dict[str, Memory] = field(default_factory=dict)
    memory_asked: list[str] = field(default_factory=list)
    load: ShiftLoad | None = None
    books: Books | None = None
    tuning: Noise | Exception | None = None
    noise_gate: asyncio.Event | None = None
    board: ReviewBoard | Exception | None = None
    documents: dict[str, ReviewDocument] = field(default_factory=dict)
    looked_at: list[str] = field(default_factory=list)
    reports: Callable[[Scope], Report] | Exception | None = None
    reports_asked: list[Scope] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def push(self, snapshot: Snapshot | None = None, **changes: Any) -> None:
        """Make the next snapshot known."""
        self.snapshot = replace(snapshot or self.snapshot, **changes)
        self._changed.set()

    async def follow(self) -> AsyncIterator[Snapshot]:
        yield self.snapshot
        while True:
            await self._changed.wait()
            self._changed.clear()
            if self.breaks is not None:
                error, self.breaks = self.breaks, None
                raise error
            yield self.snapshot

    def now(self) -> datetime:
        return self.clock or self.snapshot.now

    async def detail(self, incident: str) -> Detail | None:
        self.detail_asked.append(incident)
        if self.detail_gate is not None:
            await self.detail_gate.wait()
        return self.details.get(incident)

    async def memory(self, incident: str) -> Memory | None:
        self.memory_asked.append(incident)
        return self.memories.get(incident)

    async def carry_out(self, incident: str, command: Command, op: str) -> Outcome:
        self.commands.append((incident, command, op))
        if self.gate is not None:
            await self.gate.wait()
        answer = self.answers.pop(0) if self.answers else saved
        if isinstance(answer, Exception):
            raise answer
        return answer(incident, command, op) if callable(answer) else answer

    async def arrange(self, command: TeamCommand, op: str) -> Outcome:
        self.arranged.append((command, op))
        if self.gate is not None:
            await self.gate.wait()
        answer = (
            self.team_answers.pop(0) if self.team_answers else Saved("", op, type(command).__name__.lower())
        )
        if isinstance(answer, Exception):
            raise answer
        return answer

    def looking(self, incident: str) -> None:
        self.looked_at.append(incident)

    def resolved(self) -> tuple[Outcome, ...]:
        told, self.late = tuple(self.late), []
        return told

    async def shift_load(self) -> ShiftLoad | None:
        return self.load

    async def noise(self) -> Noise:
        if self.noise_gate is not None:
            await self.noise_gate.wait()
        if isinstance(self.tuning, Exception):
            raise self.tuning
        return self.tuning or Noise(self.snapshot.now, self.snapshot.now, "", 0, ())

    async def report(self, scope: Scope) -> Report:
        self.reports_asked.append(scope)
        if isinstance(self.reports, Exception):
            raise self.reports
        if self.reports is None:
            raise StoreError("nothing is counted here")
        return self.reports(scope)

    async def reviews(self) -> ReviewBoard:
        if isinstance(self.board, Exception):
            raise self.board
        return self.board or ReviewBoard(self.snapshot.now, (), ())

    async def review(self, incident: str) -> ReviewDocument | None:
        return self.documents.get(incident)

    async def ensure_engine(self) -> None:
        self.engine_asked += 1

    async def refresh(self) -> None:
        self.refreshed += 1

    async def close(self) -> None:
        self.closed = True
