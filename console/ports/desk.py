"""The desk: what a front end works with.

Outcomes carry the ``op`` of their command wherever they come later than an ``Unknown`` or ``Waiting``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from console.domain.commands import Command
from console.domain.events import Event
from console.domain.snapshot import Detail, Snapshot

if TYPE_CHECKING:
    from console.domain.loadmeter import ShiftLoad
    from console.domain.noise.tuning import Noise
    from console.domain.reports.report import Report, Scope
    from console.domain.review.board import ReviewBoard
    from console.domain.review.document import ReviewDocument
    from console.domain.similar import Memory
    from console.domain.team.commands import TeamCommand
    from console.ports.books import Books
    from console.ports.handover import Handovers


@dataclass(frozen=True, slots=True)
class Saved:
    """Durable. ``text`` says what happened, ``events`` are the facts that were written."""

    incident: str
    op: str
    text: str
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Nothing:
    """A success that changed nothing ("acked by Rina 4 s ago", S11)."""

    incident: str
    text: str
    op: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The rules say no, and why."""

    incident: str
    text: str
    op: str = ""


@dataclass(frozen=True, slots=True)
class Asks:
    """The rules want a yes first; send the command again with ``field`` set to True."""

    incident: str
    question: str
    field: str
    op: str = ""


@dataclass(frozen=True, slots=True)
class NotSaved:
    """Definitely not written; the reason in one line."""

    incident: str
    text: str
    op: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The store did not answer in time; whether it was written will be known by ``op``."""

    incident: str
    op: str
    text: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A note that the store could not take: kept on this machine and sent again by itself until it is saved.

    Only notes wait. Whatever counts by when it happens (an ack) is ``NotSaved`` instead.
    """

    incident: str
    op: str
    text: str


Outcome = Saved | Nothing | Refused | Asks | NotSaved | Unknown | Waiting


class Desk(Protocol):
    """All that the console needs of the rest: what to show and where to put commands."""

    @property
    def books(self) -> Books | None:
        """The runbook folders; None where this desk has none."""
        ...

    @property
    def handovers(self) -> Handovers | None:
        """The handovers; None where this desk has none."""
        ...

    def follow(self) -> AsyncIterator[Snapshot]:
        """Yield a snapshot at once and then whenever something changed (not on each tick)."""
        ...

    def now(self) -> datetime:
        """Return the store's time by a cheap local reckoning; for the one-second tick."""
        ...

    async def detail(self, incident: str) -> Detail | None:
        """Return everything about one incident; None where there is no such incident."""
        ...

    async def memory(self, incident: str) -> Memory | None:
        """Return what happened before and was like it; None where there is no such incident. Raises ``StoreError``."""
        ...

    async def carry_out(self, incident: str, command: Command, op: str) -> Outcome:
        """Decide and save a command of the person at this console. ``incident`` is empty for ``Open``."""
        ...

    async def arrange(self, command: TeamCommand, op: str) -> Outcome:
        """Decide and save a command about the team (a cover, leave, an answer); ``incident`` of the outcome is empty."""
        ...

    def looking(self, incident: str) -> None:
        """Say which incident the person looks at now (empty: none), for the others on the store to see."""
        ...

    def resolved(self) -> tuple[Outcome, ...]:
        """Return what became of earlier ``Unknown`` and ``Waiting`` outcomes, each told once; ask at each snapshot.

        Always ``Saved``, ``NotSaved`` or what the rules answered in the end. A snapshot follows
        whenever there is something to tell.
        """
        ...

    @property
    def engine_trouble(self) -> str:
        """Why the engine this console started is not running, in one line; empty where all is well."""
        ...

    async def shift_load(self) -> ShiftLoad | None:
        """Return what the person's running shift asked of them; None where there is none, or too much to count.

        Raises ``StoreError``.
        """
        ...

    async def noise(self) -> Noise:
        """Return which rules to tune, from the last four weeks. Raises ``StoreError``."""
        ...

    async def report(self, scope: Scope) -> Report:
        """Return a report over weeks. Raises ``StoreError``."""
        ...

    async def reviews(self) -> ReviewBoard:
        """Return which reviews and action items are owed. Raises ``StoreError``."""
        ...

    async def review(self, incident: str) -> ReviewDocument | None:
        """Return the review of an incident; None where there is no such incident. Raises ``StoreError``."""
        ...

    async def ensure_engine(self) -> None:
        """Start an engine process if nobody holds the lease, and from now on whenever nobody does."""
        ...

    async def refresh(self) -> None:
        """Ask whoever is the engine, through the store, to poll its sources now."""
        ...

    async def close(self) -> None:
        """Stop what this console started and let go of the store."""
        ...
