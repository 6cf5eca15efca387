"""The incident store in an SQLite file, for one machine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from console.clock import Clock, SystemClock
from console.domain.events import Event
from console.domain.health import EngineReport
from console.domain.summary import Summary
from console.ports.store import Changes, JournalEntry, Lease, OutboxEntry, StoreInfo, Write
from console.store import append, backup, journal, leases, outbox, reading, soundness
from console.store.connection import Connection
from console.store.migrate import versions
from console.store.schema import SQLITE
from console.store.tx import number


class SqliteStore:
    """See ``console.ports.store.IncidentStore`` for what each method promises.

    ``busy_timeout`` is how many seconds a write waits for another program's before it gives up
    with a ``StoreError``. Where the file can only be read, ``read_only`` says why and every
    writing method raises. ``warnings`` are sentences to show the user.
    """

    def __init__(self, path: Path, clock: Clock | None = None, busy_timeout: float = 5.0) -> None:
        self.path = path
        self._clock = clock or SystemClock()
        self._connection = Connection(path, busy_timeout)

    @property
    def read_only(self) -> str:
        """Why nothing can be written; empty where it can."""
        return self._connection.read_only

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is not as it should be about where the file lies and who may read it."""
        return self._connection.warnings

    def now(self) -> datetime:
        """Return this machine's time: the only one that shares the file."""
        return self._clock.now()

    def allocate(self, count: int) -> tuple[str, ...]:
        """Return fresh incident ids."""
        with self._connection.write() as tx:
            tx.run("UPDATE meta SET value = value + ? WHERE name = 'allocated'", count)
            last = number(tx, "SELECT value FROM meta WHERE name = 'allocated'")
        return tuple(f"INC-{n}" for n in range(last - count + 1, last + 1))

    def append(self, writes: Sequence[Write], lease: Lease | None = None) -> int:
        """Append all writes in one transaction."""
        with self._connection.write() as tx:
            return append.append(tx, writes, lease)

    def applied(self, op: str) -> tuple[str, int] | None:
        """Return what an op wrote, or None."""
        with self._connection.read() as tx:
            return reading.applied(tx, op)

    def log(self, incident: str) -> tuple[Event, ...]:
        """Return an incident's events."""
        with self._connection.read() as tx:
            return reading.log(tx, incident)

    def logs(self, incidents: Sequence[str]) -> dict[str, tuple[Event, ...]]:
        """Return many incidents' events."""
        with self._connection.read() as tx:
            return reading.logs(tx, incidents)

    def summary(self, incident: str) -> Summary | None:
        """Return an incident's row."""
        with self._connection.read() as tx:
            return reading.summary(tx, incident)

    def open_rows(self) -> Changes:
        """Return the open incidents and their position."""
        with self._connection.snapshot() as tx:
            return reading.open_rows(tx)

    def rows(self, since: datetime | None = None, until: datetime | None = None) -> tuple[Summary, ...]:
        """Return the incidents of a span."""
        with self._connection.read() as tx:
            return reading.rows(tx, since, until)

    def same_key(self, key: str, since: datetime) -> tuple[Summary, ...]:
        """Return the latest incidents of a key."""
        with self._connection.read() as tx:
            return reading.same_key(tx, key, since)

    def changed(self, after: int, limit: int = 500) -> Changes:
        """Return what changed after a position."""
        with self._connection.read() as tx:
            return reading.changed(tx, after, limit)

    def signal(self) -> int:
        """Return SQLite's data version: own commits do not change it, a writer reads after its own writes."""
        return self._connection.signal()

    def outbox(self, due: datetime, limit: int = 50) -> tuple[OutboxEntry, ...]:
        """Return the effects that are due."""
        with self._connection.read() as tx:
            return outbox.due(tx, due, limit)

    def postpone(self, entry: str, due_at: datetime, lease: Lease) -> None:
        """Put an effect off."""
        with self._connection.write() as tx:
            outbox.postpone(tx, entry, due_at, lease)

    def acquire(self, report: EngineReport, ttl: float) -> Lease | None:
        """Take the lease for ``ttl`` seconds, or return None."""
        with self._connection.write() as tx:
            return leases.acquire(tx, report, ttl, self.now())

    def renew(self, lease: Lease, report: EngineReport, ttl: float) -> Lease:
        """Extend the lease by ``ttl`` seconds from now; not flushed to disk, as it outlives no power loss."""
        with self._connection.write(durable=False) as tx:
            return leases.renew(tx, lease, report, ttl, self.now())

    def release(self, lease: Lease, report: EngineReport) -> None:
        """Give the lease up."""
        with self._connection.write() as tx:
            leases.release(tx, lease, report, self.now())

    def engine(self) -> EngineReport | None:
        """Return the last heartbeat."""
        with self._connection.read() as tx:
            return leases.engine(tx)

    def request_poll(self) -> None:
        """Ask the engine for a poll; not flushed to disk."""
        with self._connection.write(durable=False) as tx:
            leases.request_poll(tx, self.now())

    def poll_requested_at(self) -> datetime | None:
        """Return when a poll was last asked for."""
        with self._connection.read() as tx:
            return leases.poll_requested_at(tx)

    def journal(self, entry: JournalEntry) -> None:
        """Write into the journal."""
        with self._connection.write() as tx:
            journal.write(tx, entry)

    def journal_entries(self, since: datetime, until: datetime) -> tuple[JournalEntry, ...]:
        """Return the journal of a span."""
        with self._connection.read() as tx:
            return journal.entries(tx, since, until)

    def info(self, *, deep: bool = False) -> StoreInfo:
        """Return what the store is; ``deep`` reads all of it (about 1 s for 100 MB)."""
        with self._connection.read() as tx:
            incidents, events = soundness.counts(tx)
            return StoreInfo(
                kind="sqlite",
                where=str(self.path),
                schema=versions(tx, SQLITE).version,
                read_only=bool(self.read_only),
                incidents=incidents,
                events=events,
                problems=soundness.damage(tx) if deep else (),
            )

    def backup(self, target: str) -> None:
        """Write a complete copy to a new file, for the owner only."""
        backup.copy_to(Path(target), self._connection.copy_into)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
