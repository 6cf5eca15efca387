"""Open a database as the store: settings of the session, tables brought up to date, rights looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import errors

from console.clock import ticks
from console.errors import StoreError
from console.store.migrate import may_write, migrate, too_new, versions
from console.store.postgres.line import Line
from console.store.postgres.sleepers import LOCK
from console.store.postgres.tx import PostgresTx
from console.store.schema import MIGRATIONS, POSTGRES, SCHEMA

MIGRATE_WITHIN = 120.0  # seconds
LOCK_WITHIN = 4.0  # seconds, or less where an answer is wanted sooner: then it is told as that
TO_THE_LOCK = 0.8  # of the time for an answer goes to waiting for others to write

# A laptop that fell asleep or lost its network is noticed within half a minute; its sessions and locks end.
KEEPALIVES = (
    "SET tcp_keepalives_idle TO 10",
    "SET tcp_keepalives_interval TO 5",
    "SET tcp_keepalives_count TO 2",
    "SET tcp_user_timeout TO '20s'",
)
_SETTINGS = (
    *KEEPALIVES,
    f"SET search_path TO {SCHEMA}",
    "SET synchronous_commit TO on",  # off loses what was told as saved when the server crashes
    # A program that is stopped in the middle of a write gives the lock back by this.
    "SET idle_in_transaction_session_timeout TO '3s'",
)
_OTHERS = f"""
SELECT count(*) > 0 AND count(*) FILTER (WHERE tablename = 'meta') = 0
FROM pg_catalog.pg_tables WHERE schemaname = '{SCHEMA}'
"""


def prepare(line: Line, answer_within: float | None, *, readonly: bool) -> None:
    """Set the session up, in one message; ``answer_within`` in seconds, None for ever. Raises ``psycopg.Error``."""
    span = answer_within or 0
    settings = [
        *_SETTINGS,
        f"SET statement_timeout TO {round(span * 1000)}",
        f"SET lock_timeout TO {round(min(LOCK_WITHIN, span * TO_THE_LOCK) * 1000)}",
    ]
    if readonly:  # otherwise what the server or the role says stands
        settings.append("SET default_transaction_read_only TO on")
    line.execute("; ".join(settings), prepare=False)


def be_patient(line: Line) -> None:
    """Let the session take as long as it takes, until it is prepared again. Raises ``psycopg.Error``."""
    settings = ("statement_timeout TO 0", "lock_timeout TO 0", "idle_in_transaction_session_timeout TO '60s'")
    line.execute("; ".join(f"SET {setting}" for setting in settings), prepare=False)


def set_up(line: Line, where: str, *, existing: bool) -> None:
    """Make the tables, or bring them up to date; once, however many programs start at once.

    ``existing``: never where there is no store yet. Raises ``StoreError``, ``psycopg.Error``.
    """
    tx = PostgresTx(line)
    found = versions(tx, POSTGRES)
    if not found.version:
        if existing:
            raise StoreError(f"there is no store in {where}", hint="the first command that writes makes it")
        _require_suitable(tx, where)
    if found.version >= len(MIGRATIONS) or not may_write(found) or _standby(tx):
        return
    until, line.until = line.until, ticks() + MIGRATE_WITHIN
    try:
        migrate(lambda: _locked(line), POSTGRES, MIGRATIONS)
        line.until = until
    except errors.InsufficientPrivilege as error:
        if found.version:
            raise StoreError(
                f"The store {where} has format {found.version}, this program wants {len(MIGRATIONS)}",
                hint="let the database's owner run: oncall store migrate",
            ) from error
        raise StoreError(
            f"The store {where} has no tables, and this user may not make them",
            hint="let the database's owner run: oncall store migrate",
        ) from error


def why_read_only(line: Line, where: str, *, readonly: bool) -> str:
    """Return why nothing can be written, empty where it can. Raises ``StoreError`` where there is no store."""
    tx = PostgresTx(line)
    found = versions(tx, POSTGRES)
    if not found.version:
        raise StoreError(f"there is no store in {where}", hint="let its owner run: oncall store migrate")
    if readonly:
        return "--readonly"
    if not may_write(found):
        return too_new(found)
    if _standby(tx):
        return "the server is a standby, or says that it may only be read"
    allowed = tx.one(f"SELECT has_table_privilege('{SCHEMA}.events', 'INSERT')")
    return (
        "" if allowed and allowed[0] else "this user may only read (oncall store roles prints what is needed)"
    )


def _standby(tx: PostgresTx) -> bool:
    row = tx.one("SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean")
    return bool(row and row[0])


def _require_suitable(tx: PostgresTx, where: str) -> None:
    """Refuse another program's schema of our name, and an encoding that does not hold every language.

    A program that started at the same moment may have made our tables by now: those are all right.
    """
    others, encoding = tx.gather([(_OTHERS, ()), ("SHOW server_encoding", ())])
    if others[0][0]:
        raise StoreError(
            f"The schema {SCHEMA} of {where} is another program's",
            hint="name another database in [store] url",
        )
    if encoding[0][0] != "UTF8":
        raise StoreError(
            f"The database {where} is encoded in {encoding[0][0]}", hint="make one with ENCODING 'UTF8'"
        )


@contextmanager
def _locked(line: Line) -> Iterator[PostgresTx]:
    """Give a transaction that is the only writer; a second starter waits and then finds the work done."""
    with line.transaction():
        line.execute("SET LOCAL statement_timeout TO 0; SET LOCAL lock_timeout TO '60s'")
        line.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        line.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        tx = PostgresTx(line)
        yield tx
        tx.flush()
