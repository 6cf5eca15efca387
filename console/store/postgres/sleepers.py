"""Take the writers' lock from a program that was stopped in the middle of sending rows by COPY.

Everywhere else in a transaction the server's own limit on idle sessions does that. Within a COPY it
waits for the client for ever, and neither a limit on the statement nor one on the transaction ends it.
"""

from __future__ import annotations

import logging

import psycopg

from console.store.postgres.line import Line
from console.store.schema import APPLICATION_ID

LOCK = APPLICATION_ID
"""The advisory lock of whoever writes; locks of this kind are a database's own."""

STUCK_AFTER = 5.0  # seconds; a page of rows takes a fraction of one

_END = """
SELECT pg_terminate_backend(pid)
FROM pg_catalog.pg_locks JOIN pg_catalog.pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND classid = 0 AND objid = %s AND objsubid = 1 AND granted
  AND datname = current_database() AND state = 'active' AND wait_event = 'ClientRead'
  AND clock_timestamp() - query_start > make_interval(secs => %s)
"""

log = logging.getLogger(__name__)


def end_sleeper(line: Line) -> None:
    """End the session that holds the lock, if it has been sending rows for too long and sends none now.

    Only sessions of the same role are seen and may be ended; others have to be left alone.
    """
    try:
        if line.execute(_END, (LOCK, STUCK_AFTER)).fetchall():
            log.warning("a session that slept with the lock of the writers was ended")
    except psycopg.Error as error:
        log.info("who holds the lock of the writers is not known: %s", type(error).__name__)
