"""One command for several incidents: what has been sent of it, and what became of each."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from console.domain.commands import Command, Undo
from console.domain.standing import Standing
from console.ports.desk import Asks, Nothing, NotSaved, Outcome, Saved, Unknown, Waiting

PROGRESS_EVERY = 0.1
"""Seconds between two drawings of how far it has come."""


@dataclass(slots=True)
class Part:
    """The command for one incident; ``outcome`` None: not sent. It keeps its ``op`` when it is sent again."""

    incident: str
    title: str
    seen_n: int
    command: Command
    outcome: Outcome | None = None
    op: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def failed(self) -> bool:
        """Whether sending it again may help: not sent, not saved, or nobody knows."""
        return self.outcome is None or isinstance(self.outcome, NotSaved | Unknown)


class Bulk:
    """A command on its way to the incidents that were listed, and to no others (peer bugs B24, B27)."""

    def __init__(self, verb: str, command: Command, targets: list[Standing]) -> None:
        self.verb = verb
        self.command = command
        self.parts = [Part(one.row.id, one.row.title, one.row.n, command) for one in targets]
        self.running = False
        self.stopped = False

    def taken_back(self) -> Bulk:
        """Return what takes back all of it that was, or may have been, saved: each incident's own undo, no more."""
        back = Bulk(f"undo {self.verb}", Undo(), [])
        back.parts = [
            Part(part.incident, part.title, part.seen_n, Undo(part.op))
            for part in self.parts
            if isinstance(part.outcome, Saved | Unknown)
        ]
        return back

    def has(self, op: str) -> bool:
        """Return whether one of its commands went out under that op."""
        return any(part.op == op for part in self.parts)

    @property
    def words(self) -> str:
        """How far it has come: ``ack: 120 of 200``."""
        sent = sum(1 for part in self.parts if part.outcome is not None)
        return f"{self.verb}: {sent} of {len(self.parts)}"

    @property
    def outcomes(self) -> list[Outcome]:
        """What became of those that were sent."""
        return [part.outcome for part in self.parts if part.outcome is not None]

    @property
    def unsent(self) -> list[Part]:
        """Those that were not sent."""
        return [part for part in self.parts if part.outcome is None]

    @property
    def failed(self) -> list[Part]:
        """Those for which sending again may help."""
        return [part for part in self.parts if part.failed]

    @property
    def all_well(self) -> bool:
        """Whether every one is saved, was so already, or waits safely."""
        return all(isinstance(part.outcome, Saved | Nothing | Waiting) for part in self.parts)

    def to_send(self) -> Iterator[Part]:
        """Yield what is to be sent, until it is stopped."""
        for part in self.unsent:
            if self.stopped:
                return
            yield part

    def questions(self) -> dict[str, list[Part]]:
        """Return what the rules ask first, by the field that a yes is put into."""
        found: dict[str, list[Part]] = {}
        for part in self.parts:
            if isinstance(part.outcome, Asks):
                found.setdefault(part.outcome.field, []).append(part)
        return found

    def say_yes(self, to: str) -> None:
        """Answer one field's questions with yes: those commands are to be sent again."""
        for part in self.questions().get(to, ()):
            command: Any = part.command
            part.command = replace(command, **{to: True})
            part.outcome = None

    def again(self) -> None:
        """Make what failed ready to be sent again."""
        self.stopped = False
        for part in self.failed:
            part.outcome = None

    def late(self, outcome: Outcome) -> None:
        """Take in an answer that came after its ``Unknown`` or ``Waiting``."""
        op = getattr(outcome, "op", "")
        for part in self.parts:
            if op and part.op == op:
                part.outcome = outcome
