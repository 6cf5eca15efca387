"""The incident store as everybody else sees it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from console.domain.events import Event
from console.domain.health import EngineReport
from console.domain.presence import Presence
from console.domain.similar import Earlier
from console.domain.summary import Summary
from console.domain.vocabulary import EffectKind
from console.ports.measures import MeasureStore
from console.ports.team import TeamStore


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """An upstream effect to carry out. ``id`` is also the dedup key wherever the source takes one."""

    id: str
    incident: str
    source: str
    kind: EffectKind
    actor: str
    text: str = ""
    until: datetime | None = None
    handle: str = ""
    attempts: int = 0
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Write:
    """New events of one incident, the summary after them, and effects to put into the outbox.

    ``expected_n`` is the last event the writer knew (0 for a new incident). ``settled`` are
    outbox ids that these events conclude: they leave the outbox in the same transaction.
    ``op`` is the command's id: the same op is never applied twice.
    """

    incident: str
    expected_n: int
    events: tuple[Event, ...]
    summary: Summary
    op: str = ""
    effects: tuple[OutboxEntry, ...] = ()
    settled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows changed after a position; ask again from ``position`` while ``more``."""

    position: int
    rows: tuple[Summary, ...]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to be the engine. ``token`` grows with each taking over and fences late writers."""

    holder: str
    token: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A fact that belongs to no incident: a source went blind, an engine took over, a shift note."""

    at: datetime
    kind: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """For ``store check`` and the top line. ``reason`` is why it is read-only; ``problems`` empty means sound."""

    kind: str
    where: str
    schema: int
    read_only: bool
    incidents: int
    events: int
    problems: tuple[str, ...] = ()
    reason: str = ""


class IncidentStore(TeamStore, MeasureStore, Protocol):
    """The middle of the house. Synchronous; ``desk.worker.StoreWorker`` runs it off the event loop.

    Every method raises ``StoreError`` where the store cannot be reached or refuses;
    ``NothingSavedError`` where a write failed and definitely changed nothing. All writes are
    durable when the method returns, unless they say otherwise.
    """

    @property
    def look_every(self) -> float:
        """How many seconds to let pass between two looks at ``signal``."""
        ...

    def on_news(self, call: Callable[[], None]) -> None:
        """Have ``call`` called, from any thread, as soon as others may have written.

        A help, not a promise: whoever follows looks at ``signal`` all the same.
        """
        ...

    def now(self) -> datetime:
        """Return the store's time (UTC, milliseconds), the authority for all clocks."""
        ...

    def allocate(self, count: int) -> tuple[str, ...]:
        """Return that many fresh incident ids (``INC-1`` …); ids not used are lost, never reused."""
        ...

    def append(self, writes: Sequence[Write], lease: Lease | None = None) -> int:
        """Append all writes in one transaction and return the new position.

        Raises ``Conflict`` (nothing written) where an incident's log has moved past
        ``expected_n``, or an open incident with the same non-empty key exists; ``FenceLost``
        where ``lease`` is no longer the current one (one that lapsed but was not taken over still
        counts). An ``op`` that has been applied already makes that write a no-op; one op may carry
        writes of several incidents in one call. ``ValueError``: a write that contradicts itself.
        """
        ...

    def applied(self, op: str) -> tuple[str, int] | None:
        """Return (incident, last n) of the write that carried ``op``, or None where there is none.

        None is final: a write whose answer got lost has been waited for.
        """
        ...

    def log(self, incident: str) -> tuple[Event, ...]:
        """Return an incident's events in order; empty where there is no such incident."""
        ...

    def log_at(self, incident: str) -> tuple[tuple[Event, ...], datetime]:
        """Return ``log`` and ``now`` of the same moment, in one question."""
        ...

    def logs(self, incidents: Sequence[str]) -> dict[str, tuple[Event, ...]]:
        """Return the logs of many incidents; an unknown one has an empty log."""
        ...

    def summary(self, incident: str) -> Summary | None:
        """Return an incident's row, or None."""
        ...

    def open_rows(self) -> Changes:
        """Return all open incidents and the position they are true at."""
        ...

    def followed(self) -> tuple[Summary, ...]:
        """Return the incidents that are over and whose clients were last told that they go on, in no order."""
        ...

    def rows(
        self, since: datetime | None = None, until: datetime | None = None, limit: int | None = None
    ) -> tuple[Summary, ...]:
        """Return incidents, open or not, that were open at any time in [since, until), oldest report first.

        Open means between the report and the last end: the gap before a reopening counts too. ``limit``: no
        more than so many, the oldest.
        """
        ...

    def same_key(self, key: str, since: datetime) -> tuple[Summary, ...]:
        """Return incidents of a grouping key reported or resolved at or after ``since``, latest first (recurrence)."""
        ...

    def ended(self, limit: int) -> tuple[Earlier, ...]:
        """Return the incidents that ended last, latest end first, without those merged into another."""
        ...

    def changed(self, after: int, limit: int = 500) -> Changes:
        """Return the rows (open or closed) whose last change lies after a position, in order of change."""
        ...

    def signal(self) -> int:
        """Return a number that differs after other connections have written; costs microseconds.

        Whether own writes change it is left open: who writes reads again afterwards.
        """
        ...

    # the outbox

    def outbox(self, due: datetime, limit: int = 50) -> tuple[OutboxEntry, ...]:
        """Return effects whose turn it is, oldest first."""
        ...

    def postpone(self, entry: str, due_at: datetime, lease: Lease) -> None:
        """Count a failed attempt at an effect and set when to try again."""
        ...

    # the lease, which also carries the engine's heartbeat

    def acquire(self, report: EngineReport, ttl: float) -> Lease | None:
        """Take the lease for ``ttl`` seconds if it is free, lapsed or already ours; None where another holds it.

        Each success has a higher token, also for the same holder. The store fills in the report's
        token, ``beat_at`` and ``expires_at``.
        """
        ...

    def renew(self, lease: Lease, report: EngineReport, ttl: float) -> Lease:
        """Extend the lease and publish the heartbeat. Raises ``FenceLost``. May be less durable than effects."""
        ...

    def release(self, lease: Lease, report: EngineReport) -> None:
        """Give the lease up at once; the last report stays readable."""
        ...

    def engine(self) -> EngineReport | None:
        """Return the last heartbeat (its ``expires_at`` says whether it still counts), or None."""
        ...

    def request_poll(self) -> None:
        """Ask whoever is the engine to poll its sources now."""
        ...

    def poll_requested_at(self) -> datetime | None:
        """Return when a poll was last asked for (store time), or None."""
        ...

    # open consoles

    def present(self, mine: Presence) -> None:
        """Say that a console is open and what its person looks at; not durable. Counts for ``PRESENT_FOR``."""
        ...

    def leave(self, console: str) -> None:
        """Say that a console has been closed."""
        ...

    def presences(self) -> tuple[Presence, ...]:
        """Return the consoles that are open, by person."""
        ...

    # the journal

    def journal(self, entry: JournalEntry) -> None:
        """Write down a fact that belongs to no incident."""
        ...

    def journal_entries(self, since: datetime, until: datetime) -> tuple[JournalEntry, ...]:
        """Return the journal of a span, oldest first."""
        ...

    # housekeeping

    def info(self, *, deep: bool = False, counted: bool = True) -> StoreInfo:
        """Return what the store is and, ``deep``, whether its contents are sound.

        ``counted`` False leaves the numbers at 0: counting a million events is work for a server
        to which fifty consoles come back at once.
        """
        ...

    def backup(self, target: str) -> None:
        """Write a complete copy, an SQLite file that opens as a store; refuses an existing target."""
        ...

    def close(self) -> None:
        """Let go of files and connections; safe to call twice."""
        ...
