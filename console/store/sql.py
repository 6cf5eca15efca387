"""What the incident stores in a database have in common: every promise, over that database's transactions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from console.domain.events import Event
from console.domain.health import EngineReport
from console.domain.presence import Presence
from console.domain.similar import Earlier
from console.domain.summary import Summary
from console.ports.store import Changes, JournalEntry, Lease, OutboxEntry, StoreInfo, Write
from console.store import append, consoles, journal, leases, outbox, reading, soundness
from console.store.migrate import stated_versions
from console.store.sqlmeasures import SqlMeasures
from console.store.sqlteam import SqlTeam
from console.store.tx import Connection, number


class SqlStore(SqlTeam, SqlMeasures):
    """See ``console.ports.store.IncidentStore`` for what each method promises.

    A database adds what only it knows: how changes are noticed, its own damage, backups. ``kind`` is its name.
    """

    kind = ""

    look_every = 0.2  # seconds; with the look that follows others see a change within 300 ms

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    @property
    def database(self) -> Connection:
        """The open database underneath, for what is no promise of a store: moving, pruning."""
        return self._db

    @property
    def read_only(self) -> str:
        """Why nothing can be written; empty where it can."""
        return self._db.read_only

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is not as it should be about where the store lies and who may read it."""
        return self._db.warnings

    def on_news(self, call: Callable[[], None]) -> None:
        """Call nobody: ``signal`` has to be looked at."""

    def now(self) -> datetime:
        """Return the store's time."""
        with self._db.read() as tx:
            return tx.now()

    def allocate(self, count: int) -> tuple[str, ...]:
        """Return fresh incident ids."""
        sql = "UPDATE meta SET value = value + ? WHERE name = 'allocated' RETURNING value"
        with self._db.write() as tx:
            last = number(tx, sql, count)
        return tuple(f"INC-{n}" for n in range(last - count + 1, last + 1))

    def append(self, writes: Sequence[Write], lease: Lease | None = None) -> int:
        """Append all writes in one transaction."""
        with self._db.write() as tx:
            return append.append(tx, writes, lease)

    def applied(self, op: str) -> tuple[str, int] | None:
        """Return what an op wrote, or None."""
        with self._db.read() as tx:
            return reading.applied(tx, op)

    def log(self, incident: str) -> tuple[Event, ...]:
        """Return an incident's events."""
        return self.log_at(incident)[0]

    def log_at(self, incident: str) -> tuple[tuple[Event, ...], datetime]:
        """Return an incident's events and the time."""
        with self._db.read() as tx:
            return reading.log_at(tx, incident)

    def logs(self, incidents: Sequence[str]) -> dict[str, tuple[Event, ...]]:
        """Return many incidents' events."""
        with self._db.read() as tx:
            return reading.logs(tx, incidents)

    def summary(self, incident: str) -> Summary | None:
        """Return an incident's row."""
        with self._db.read() as tx:
            return reading.summary(tx, incident)

    def open_rows(self) -> Changes:
        """Return the open incidents and their position."""
        with self._db.snapshot() as tx:
            return reading.open_rows(tx)

    def followed(self) -> tuple[Summary, ...]:
        """Return the incidents that are over and whose clients wait to hear of it."""
        with self._db.read() as tx:
            return reading.followed(tx)

    def rows(
        self, since: datetime | None = None, until: datetime | None = None, limit: int | None = None
    ) -> tuple[Summary, ...]:
        """Return the incidents of a span."""
        with self._db.read() as tx:
            return reading.rows(tx, since, until, limit)

    def same_key(self, key: str, since: datetime) -> tuple[Summary, ...]:
        """Return the latest incidents of a key."""
        with self._db.read() as tx:
            return reading.same_key(tx, key, since)

    def ended(self, limit: int) -> tuple[Earlier, ...]:
        """Return the incidents that ended last."""
        with self._db.read() as tx:
            return reading.ended(tx, limit)

    def changed(self, after: int, limit: int = 500) -> Changes:
        """Return what changed after a position."""
        with self._db.read() as tx:
            return reading.changed(tx, after, limit)

    def outbox(self, due: datetime, limit: int = 50) -> tuple[OutboxEntry, ...]:
        """Return the effects that are due."""
        with self._db.read() as tx:
            return outbox.due(tx, due, limit)

    def postpone(self, entry: str, due_at: datetime, lease: Lease) -> None:
        """Put an effect off."""
        with self._db.write() as tx:
            outbox.postpone(tx, entry, due_at, lease)

    def acquire(self, report: EngineReport, ttl: float) -> Lease | None:
        """Take the lease for ``ttl`` seconds, or return None."""
        with self._db.write() as tx:
            return leases.acquire(tx, report, ttl)

    def renew(self, lease: Lease, report: EngineReport, ttl: float) -> Lease:
        """Extend the lease by ``ttl`` seconds from now; not flushed to disk, as it outlives no power loss."""
        with self._db.write(durable=False) as tx:
            return leases.renew(tx, lease, report, ttl)

    def release(self, lease: Lease, report: EngineReport) -> None:
        """Give the lease up."""
        with self._db.write() as tx:
            leases.release(tx, lease, report)

    def engine(self) -> EngineReport | None:
        """Return the last heartbeat."""
        with self._db.read() as tx:
            return leases.engine(tx)

    def request_poll(self) -> None:
        """Ask the engine for a poll; not flushed to disk."""
        with self._db.write(durable=False) as tx:
            leases.request_poll(tx)

    def poll_requested_at(self) -> datetime | None:
        """Return when a poll was last asked for."""
        with self._db.read() as tx:
            return leases.poll_requested_at(tx)

    def present(self, mine: Presence) -> None:
        """Say that a console is open; not flushed to disk."""
        with self._db.aside() as tx:
            consoles.present(tx, mine)

    def leave(self, console: str) -> None:
        """Say that a console has been closed; not flushed to disk."""
        with self._db.aside() as tx:
            consoles.leave(tx, console)

    def presences(self) -> tuple[Presence, ...]:
        """Return the open consoles."""
        with self._db.read() as tx:
            return consoles.presences(tx)

    def journal(self, entry: JournalEntry) -> None:
        """Write into the journal."""
        with self._db.write() as tx:
            journal.write(tx, entry)

    def journal_entries(self, since: datetime, until: datetime) -> tuple[JournalEntry, ...]:
        """Return the journal of a span."""
        with self._db.read() as tx:
            return journal.entries(tx, since, until)

    def info(self, *, deep: bool = False, counted: bool = True) -> StoreInfo:
        """Return what the store is; ``deep`` reads all of it (about 1 s for 100 MB)."""
        with self._db.read() as tx:
            incidents, events = soundness.counts(tx) if counted else (0, 0)
            schema = stated_versions(tx).version
        return StoreInfo(
            kind=self.kind,
            where=self._db.where,
            schema=schema,
            read_only=bool(self.read_only),
            incidents=incidents,
            events=events,
            problems=self._damage() if deep else (),
            reason=self.read_only,
        )

    def _damage(self) -> tuple[str, ...]:
        """Return what is wrong with the contents, a sentence each."""
        with self._db.lasting(), self._db.snapshot() as tx:
            return soundness.damage(tx)

    def close(self) -> None:
        """Let go of the database."""
        self._db.close()
