"""The store's connection to the server: transactions, deadlines, and coming back after trouble."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from console.clock import ticks
from console.errors import NothingSavedError, StoreError
from console.store.migrate import Versions, may_write, too_new
from console.store.postgres.failures import NOTHING_SAVED, explain
from console.store.postgres.line import Attempt, Line, hung_up
from console.store.postgres.opening import be_patient, prepare, set_up, why_read_only
from console.store.postgres.sleepers import LOCK, end_sleeper
from console.store.postgres.target import CONNECT_WITHIN, Target
from console.store.postgres.tx import PostgresTx
from console.store.schema import SCHEMA
from console.store.tx import Query, Row

AGAIN_AFTER = 0.5  # seconds in which a server that failed is not asked again: who asks is told at once
CLOSE_WITHIN = 1.0  # seconds for whoever is still waiting for an answer when the line is closed
FOR_EVER = 24 * 3600.0  # seconds
_FIRST: tuple[Query, ...] = (
    ("BEGIN", ()),
    # One writer at a time, until it is done: numbers come in the order of commits, so a reader
    # that goes on after the last one it saw misses none. And whoever holds it can read first,
    # then write, without a race.
    ("SELECT pg_advisory_xact_lock(?)", (LOCK,)),
    ("SELECT name, value FROM meta WHERE name IN ('version', 'compatible')", ()),
)
_TELL: tuple[Query, ...] = ((f"SELECT pg_notify('{SCHEMA}', '')", ()), ("COMMIT", ()))


class Connection:
    """The store's database, open. Safe to use from several threads, one transaction at a time.

    ``answer_within`` is how many seconds the server has for all of one transaction, getting a line
    included; then the line is cut and a ``StoreError`` raised. A line that was lost is made anew
    at the next use.
    ``readonly`` never writes, ``existing`` never sets up a store.
    """

    def __init__(
        self, target: Target, *, answer_within: float = 5.0, readonly: bool = False, existing: bool = False
    ) -> None:
        self.where = target.where
        self._named = f"on {target.host}"
        self.warnings = target.warnings
        self.answer_within: float | None = answer_within
        self._target = target
        self._readonly = readonly
        self._lock = threading.RLock()
        self._line: Line | None = None
        self._attempt: Attempt | None = None
        self._reason = ""
        self._failed: tuple[float, StoreError] = (float("-inf"), StoreError(""))
        self._closed = False
        try:
            with self._using() as line:
                if not readonly:
                    set_up(line, self.where, existing=existing)
                self._reason = why_read_only(line, self.where, readonly=readonly)
        except BaseException:
            self.close()
            raise

    @property
    def read_only(self) -> str:
        """Why nothing can be written; empty where it can."""
        return self._reason

    @property
    def pid(self) -> int:
        """The server process behind the line, 0 where there is none."""
        line = self._line
        return line.info.backend_pid if line is not None and not line.closed else 0

    @contextmanager
    def read(self) -> Iterator[PostgresTx]:
        """Give single queries, each true in itself."""
        with self._using() as line:
            yield PostgresTx(line)

    @contextmanager
    def snapshot(self) -> Iterator[PostgresTx]:
        """Give several queries that see one instant; keep it short."""
        with self._using() as line:
            tx = PostgresTx(line, [("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", ())])
            yield tx
            tx.run("COMMIT")
            tx.flush()

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[PostgresTx]:
        """Give a transaction that is saved when the block ends and undone when it raises.

        Raises ``NothingSavedError`` where it failed before the end; a plain ``StoreError`` where the
        line was lost at the very end, so that nobody can say. ``durable`` False spares waiting
        for the disk: such a write outlives the program, but perhaps not a crash of the server.
        """
        with self._saving() as line:
            tx = PostgresTx(line, _FIRST, self._require_writable)
            if not durable:
                tx.run("SET LOCAL synchronous_commit = off")
            yield tx
            tx.begin()
            with self._ending(line):
                tx.gather(_TELL)

    @contextmanager
    def aside(self) -> Iterator[PostgresTx]:
        """Give a transaction that waits for no other writer, wakes nobody and is not flushed to disk."""
        with self._saving() as line:
            tx = PostgresTx(line, [("BEGIN", ()), ("SET LOCAL synchronous_commit = off", ())])
            yield tx
            tx.run("COMMIT")
            tx.flush()

    @contextmanager
    def lasting(self) -> Iterator[None]:
        """Let what is done in the block take as long as it takes: copying, pruning, a deep look."""
        with self._lock:
            before, self.answer_within = self.answer_within, None
            try:
                with self._using() as line:
                    be_patient(line)
                yield
            finally:
                self.answer_within = before
                with self._using() as line:
                    prepare(line, self.answer_within, readonly=self._readonly)

    def close(self) -> None:
        """Close the line; one that somebody still waits on after a second is cut under him."""
        self._closed = True
        if not self._lock.acquire(timeout=CLOSE_WITHIN):
            self.cut()
            return
        try:
            if self._line is not None:
                self._line.close()
            if self._attempt is not None:
                self._attempt.abandon()
        finally:
            self._lock.release()

    def cut(self) -> None:
        """Cut the line under whoever waits on it, from another thread."""
        line = self._line
        if line is not None:
            line.sever()

    @contextmanager
    def _using(self, *, saving: bool = False) -> Iterator[Line]:
        """Give the line for one transaction, within the deadline; errors become ``StoreError``."""
        with self._lock:
            until = self._until()
            line = self._connected(until, saving=saving)
            line.until = until
            try:
                yield line
            except psycopg.errors.LockNotAvailable as error:
                self._leave(line)
                end_sleeper(line)
                raise self._told(line, error, nothing_saved=saving) from error
            except (psycopg.Error, UnicodeEncodeError) as error:
                raise self._told(line, error, nothing_saved=saving) from error
            finally:
                self._leave(line)

    def _until(self) -> float | None:
        """Return when an answer is overdue; a line is not given up before each server has been tried."""
        if self.answer_within is None:
            return None
        tried = self._target.others * CONNECT_WITHIN if self._line is None else 0
        return ticks() + self.answer_within + tried

    @contextmanager
    def _saving(self) -> Iterator[Line]:
        if self._reason:
            raise self._read_only_because(self._reason)
        with self._using(saving=True) as line:
            yield line

    @contextmanager
    def _ending(self, line: Line) -> Iterator[None]:
        """Tell apart a commit that was refused from one whose answer got lost."""
        try:
            yield
        except psycopg.Error as error:
            # The server takes its lock back before it hears what a sleeper says on waking up.
            late = isinstance(error, psycopg.errors.IdleInTransactionSessionTimeout)
            raise self._told(line, error, nothing_saved=late or not line.in_doubt) from error

    def _told(self, line: Line, error: Exception, *, nothing_saved: bool) -> StoreError:
        if line.late:
            self._failed = (ticks(), explain(error, self._named))
        return explain(error, self._named, nothing_saved=nothing_saved)

    def _leave(self, line: Line) -> None:
        """Leave the line ready for the next transaction, or close it where that is in doubt."""
        try:
            if not line.in_doubt and line.pgconn.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                line.execute("ROLLBACK")
        except psycopg.Error:
            line.pgconn.finish()
        if line.in_doubt or self._closed:
            line.close()
            self._line = None

    def _connected(self, until: float | None, *, saving: bool) -> Line:
        """Return the line, a new one where there is none or the server has ended it."""
        self._require_open()
        if self._line is not None:
            if not hung_up(self._line):
                return self._line
            self._line.close()
            self._line = None
        kind = NothingSavedError if saving else StoreError
        failed_at, told = self._failed
        if ticks() - failed_at < AGAIN_AFTER:
            raise kind(told.message, hint=told.hint)
        try:
            self._line = self._new_line(ticks() + FOR_EVER if until is None else until)
        except psycopg.Error as error:
            told = explain(error, self._named)
            self._failed = (ticks(), told)
            raise kind(told.message, hint=told.hint) from error
        self._require_open()
        return self._line

    def _new_line(self, until: float) -> Line:
        """Get a line and set its session up. Raises ``psycopg.Error``."""
        if self._attempt is None or self._attempt.spent:
            self._attempt = Attempt(self._target.conninfo)
        line = self._attempt.line(until - ticks())
        self._attempt = None
        line.until = until
        try:
            prepare(line, self.answer_within, readonly=self._readonly)
        except psycopg.Error:
            line.close()
            raise
        return line

    def _require_open(self) -> None:
        if not self._closed:
            return
        if self._line is not None:
            self._line.close()
        raise StoreError(f"The store {self._named} has been closed", hint="start the console again")

    def _require_writable(self, stated: list[Row]) -> None:
        """Raise where a newer program has changed the tables since this console was started."""
        known: dict[str, int] = dict(stated)
        found = Versions(known.get("version", 0), known.get("compatible", 0))
        if not may_write(found):
            raise self._read_only_because(too_new(found))

    def _read_only_because(self, reason: str) -> NothingSavedError:
        return NothingSavedError(f"The store {self._named} is read-only: {reason}", hint=NOTHING_SAVED)
