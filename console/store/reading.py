"""Queries over logs and incidents. Nothing here writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from console.domain.events import Event
from console.domain.similar import Earlier
from console.domain.summary import Summary
from console.ports.store import Changes
from console.ports.team import NewEvents
from console.store.codec import actor, from_ms, to_ms, unpack
from console.store.rows import COLUMNS, SELECTED, from_rows
from console.store.tx import Row, Tx, number, select_in

_EVENT = "incident, n, at, actor, actor_kind, kind, body, op"
_EVER = 1 << 62  # milliseconds beyond any date
_MANY = 1 << 62  # more rows than there are
_SEQ = len(COLUMNS)


def log_at(tx: Tx, incident: str) -> tuple[tuple[Event, ...], datetime]:
    """Return an incident's events in order, and the time."""
    found, now = tx.timed(f"SELECT {_EVENT} FROM events WHERE incident = ? ORDER BY n", incident)
    return tuple([_event(row) for row in found]), now


def logs(tx: Tx, incidents: Sequence[str]) -> dict[str, tuple[Event, ...]]:
    """Return the logs of many incidents; an unknown one has an empty log."""
    gathered: dict[str, list[Event]] = {incident: [] for incident in incidents}
    sql = f"SELECT {_EVENT} FROM events WHERE incident IN ({{marks}}) ORDER BY incident, n"
    for row in select_in(tx, sql, list(gathered)):
        gathered[row[0]].append(_event(row))
    return {incident: tuple(events) for incident, events in gathered.items()}


def events_after(tx: Tx, position: int, limit: int) -> NewEvents:
    """Return a page of the events behind a position, of all incidents, in the order of their commits."""
    found = tx.all(
        f"SELECT {_EVENT}, seq FROM events WHERE seq > ? ORDER BY seq LIMIT ?", position, limit + 1
    )
    page = found[:limit]
    last = page[-1][-1] if page else position
    return NewEvents(last, tuple([_event(row[:-1]) for row in page]), more=len(found) > limit)


def _event(row: Row) -> Event:
    incident, n, at, name, kind, body_kind, body, op = row
    return Event(incident, n, from_ms(at), actor(name, kind), unpack(body_kind, body), op)


def applied(tx: Tx, op: str) -> tuple[str, int] | None:
    """Return what an op wrote."""
    row = tx.one("SELECT incident, n FROM ops WHERE op = ?", op)
    return None if row is None else (row[0], row[1])


def summary(tx: Tx, incident: str) -> Summary | None:
    """Return an incident's row."""
    found = from_rows(tx.all(f"SELECT {SELECTED} FROM incidents WHERE id = ?", incident))
    return found[0] if found else None


def open_rows(tx: Tx) -> Changes:
    """Return all open incidents; needs a transaction, so that position and rows are of one instant."""
    position = number(tx, "SELECT max(seq) FROM incidents")
    return Changes(position, from_rows(tx.all(f"SELECT {SELECTED} FROM incidents WHERE is_open = 1")))


def followed(tx: Tx) -> tuple[Summary, ...]:
    """Return the incidents that are over and whose clients were last told that they go on, in no order."""
    sql = f"SELECT {SELECTED} FROM incidents WHERE is_open = 0 AND followed <> '[]'"
    return from_rows(tx.all(sql))


def rows(
    tx: Tx, since: datetime | None, until: datetime | None, limit: int | None = None
) -> tuple[Summary, ...]:
    """Return the incidents between whose report and end some of [since, until) lies, the oldest ``limit`` of them.

    An incident reported within the span counts even if it was over in the same millisecond.
    """
    start = -_EVER if since is None else to_ms(since)
    found = tx.all(
        f"SELECT {SELECTED} FROM incidents"
        " WHERE (is_open = 1 OR (is_open = 0 AND ended_at >= ?))"
        " AND (is_open = 1 OR ended_at > ? OR reported_at >= ?)"
        " AND reported_at < ? ORDER BY reported_at, id LIMIT ?",
        start,
        start,
        start,
        _EVER if until is None else to_ms(until),
        _MANY if limit is None else limit,
    )
    return from_rows(found)


def same_key(tx: Tx, key: str, since: datetime) -> tuple[Summary, ...]:
    """Return the incidents of a key reported or resolved at or after ``since``, latest first."""
    start = to_ms(since)
    of_key = f"SELECT {SELECTED}, seq FROM incidents WHERE key = ? AND key <> ''"
    found = tx.all(  # not one query with OR: that would look at every incident the key ever had
        f"{of_key} AND reported_at >= ? UNION {of_key} AND resolved_at >= ? ORDER BY reported_at DESC, seq DESC",
        *(key, start) * 2,
    )
    return from_rows(found)


def ended(tx: Tx, limit: int) -> tuple[Earlier, ...]:
    """Return the incidents that ended last, latest end first."""
    found = tx.all(
        "SELECT id, title, service, alert_name, reported_at FROM incidents"
        " WHERE is_open = 0 AND merged_into = '' ORDER BY ended_at DESC, seq DESC LIMIT ?",
        limit,
    )
    return tuple(
        [Earlier(name, title, service, rule, from_ms(at)) for name, title, service, rule, at in found]
    )


def changed(tx: Tx, after: int, limit: int) -> Changes:
    """Return a page of the rows that changed after a position, in order of their last change."""
    found = tx.all(
        f"SELECT {SELECTED}, seq FROM incidents WHERE seq > ? ORDER BY seq LIMIT ?",
        after,
        limit + 1,
    )
    page = found[:limit]
    return Changes(page[-1][_SEQ] if page else after, from_rows(page), more=len(found) > limit)
