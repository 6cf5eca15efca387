"""Retention: old incidents keep their numbers and lose their detail; old journal entries go.

What is left of a log is decided in ``domain.trim``. Here it is written, a few incidents at a time, so
that nobody who acks meanwhile waits longer than for any other write.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from console.domain.events import Event
from console.domain.trim import Log, trim
from console.errors import StoreError
from console.store import changes, notifications
from console.store.append import EVENT, event_row
from console.store.codec import actor, from_ms, to_ms, unpack
from console.store.moving import Tell
from console.store.tx import CHUNK, Connection, Row, Tx, in_chunks, number, select_in

PAGE = 200  # incidents looked at together
AT_ONCE = 2000  # events cut in one transaction: some tens of milliseconds
_BEFORE = -(1 << 62)  # milliseconds before any date


@dataclass(slots=True)
class Pruned:
    """What was, or would be, cut; ``journal``, ``notifications`` and ``changes`` count what goes altogether.

    ``whole`` incidents stay as they are: somebody has written to them lately, or a cut would
    change a number.
    """

    incidents: int = 0
    events_before: int = 0
    events_after: int = 0
    whole: int = 0
    journal: int = 0
    notifications: int = 0
    changes: int = 0


@dataclass(frozen=True, slots=True)
class _Cut:
    """A log as it was found and as it shall be. ``seq`` is the position of its last event."""

    incident: str
    n: int
    seq: int
    rows: tuple[tuple[object, ...], ...]
    ops: tuple[str, ...]


def prune(
    database: Connection, cutoff: datetime, *, dry_run: bool = False, tell: Tell | None = None
) -> Pruned:
    """Cut the logs of incidents that ended before ``cutoff`` (UTC), and drop the journal, the changes and the notifications settled before it.

    ``dry_run`` writes nothing. Done again, it finds what has ended since. Raises ``StoreError``;
    what was cut by then is cut and whole in itself.
    """
    done = Pruned()
    with database.read() as tx:
        now, total = tx.now(), candidates(tx, cutoff)
    for batch in _batches(database, cutoff):
        cuts = _cuts(database, batch, cutoff, now)
        written = cuts if dry_run else _write(database, cuts, cutoff)
        done.incidents += len(written)
        done.events_before += sum(cut.n for cut in written)
        done.events_after += sum(len(cut.rows) for cut in written)
        done.whole += len(batch) - len(written)
        if tell is not None:
            tell("incidents", done.incidents + done.whole, total)
    done.journal = _journal(database, cutoff, dry_run=dry_run)
    done.notifications = _notifications(database, cutoff, dry_run=dry_run)
    done.changes = _changes(database, cutoff, dry_run=dry_run)
    return done


def candidates(tx: Tx, cutoff: datetime) -> int:
    """Return how many incidents ended before ``cutoff`` and have their detail."""
    return number(
        tx,
        "SELECT count(*) FROM incidents WHERE is_open = 0 AND pruned = 0 AND ended_at < ?",
        to_ms(cutoff),
    )


def _batches(database: Connection, cutoff: datetime) -> Iterator[list[Row]]:
    """Yield id, n and seq of incidents to cut, those that ended first before the others."""
    last = (_BEFORE, "")
    while True:
        with database.read() as tx:
            page = tx.all(
                "SELECT id, n, seq, ended_at FROM incidents"
                " WHERE is_open = 0 AND ended_at < ? AND pruned = 0 AND (ended_at, id) > (?, ?)"
                f" ORDER BY ended_at, id LIMIT {PAGE}",
                to_ms(cutoff),
                *last,
            )
        batch: list[Row] = []
        for row in page:
            if batch and sum(one[1] for one in batch) + row[1] > AT_ONCE:
                yield batch
                batch = []
            batch.append(row)
        if batch:
            yield batch
        if len(page) < PAGE:
            return
        last = (page[-1][3], page[-1][0])


def _cuts(database: Connection, batch: Sequence[Row], cutoff: datetime, now: datetime) -> list[_Cut]:
    """Return what is to be written instead of the logs; outside of any transaction, as it takes time."""
    sql = f"SELECT {', '.join(EVENT)} FROM events WHERE incident IN ({{marks}}) ORDER BY incident, n"
    logs: dict[str, list[Row]] = {}
    with database.read() as tx:
        for row in select_in(tx, sql, [one[0] for one in batch]):
            logs.setdefault(row[1], []).append(row)
    found = (_cut(row, logs.get(row[0], []), cutoff, now) for row in batch)
    return [cut for cut in found if cut is not None]


def _cut(row: Row, log: list[Row], cutoff: datetime, now: datetime) -> _Cut | None:
    incident, n, seq, _ = row
    if len(log) != n or log[-1][0] != seq or log[-1][3] >= to_ms(cutoff):
        return None  # it has changed, or somebody has written about it lately
    try:
        kept = trim(tuple(map(_event, log)), now)
    except (StoreError, ValueError):  # written by a newer version, or damaged: store check says more
        return None
    if kept is None:
        return None
    return _Cut(incident, n, seq, _rows(kept, log, seq), tuple({one[7] for one in log if one[7]}))


def _rows(kept: Log, log: list[Row], seq: int) -> tuple[tuple[object, ...], ...]:
    """Return the rows of a shorter log: places of the old one, the last event in the last place.

    So the incident's place in the order of changes stays, and no follower reads it as news.
    """
    places = [*(row[0] for row in log[: len(kept) - 1]), seq]
    return tuple(event_row(place, event) for place, event in zip(places, kept, strict=True))


def _event(row: Row) -> Event:
    _seq, incident, n, at, name, who, kind, op, body = row
    return Event(incident, n, from_ms(at), actor(name, who), unpack(kind, body), op)


def _write(database: Connection, cuts: list[_Cut], cutoff: datetime) -> list[_Cut]:
    """Put the shorter logs in place of those that nobody has changed meanwhile; return which."""
    if not cuts:
        return []
    sql = "SELECT id, n, seq FROM incidents WHERE is_open = 0 AND pruned = 0 AND id IN ({marks})"
    with database.write() as tx:
        standing = {row[0]: row[1:] for row in select_in(tx, sql, [cut.incident for cut in cuts])}
        same = [cut for cut in cuts if standing.get(cut.incident) == (cut.n, cut.seq)]
        for query, values in in_chunks(
            "DELETE FROM events WHERE incident IN ({marks})", [cut.incident for cut in same]
        ):
            tx.run(query, *values)
        tx.insert("events", EVENT, [row for cut in same for row in cut.rows])
        tx.update("incidents", ("n", "pruned"), [(len(cut.rows), 1, cut.incident) for cut in same])
        for query, values in in_chunks(
            "DELETE FROM ops WHERE op IN ({marks}) AND at < ?", [op for cut in same for op in cut.ops]
        ):
            tx.run(query, *values, to_ms(cutoff))
    return same


def _journal(database: Connection, cutoff: datetime, *, dry_run: bool) -> int:
    """Drop the journal before ``cutoff`` and return how many entries that are."""
    with database.read() as tx:
        total = number(tx, "SELECT count(*) FROM journal WHERE at < ?", to_ms(cutoff))
    if dry_run:
        return total
    for _ in range(0, total, CHUNK):
        with database.write() as tx:
            tx.run(
                "DELETE FROM journal WHERE pos IN"
                f" (SELECT pos FROM journal WHERE at < ? ORDER BY at LIMIT {CHUNK})",
                to_ms(cutoff),
            )
    return total


def _notifications(database: Connection, cutoff: datetime, *, dry_run: bool) -> int:
    """Drop what was sent or dropped before ``cutoff`` and return how many that are."""
    with database.read() as tx:
        total = notifications.count_old(tx, cutoff)
    if dry_run:
        return total
    for _ in range(0, total, CHUNK):
        with database.write() as tx:
            notifications.drop_old(tx, cutoff, CHUNK)
    return total


def _changes(database: Connection, cutoff: datetime, *, dry_run: bool) -> int:
    """Drop what was changed in the world before ``cutoff`` and return how many changes that are."""
    with database.read() as tx:
        total = changes.count_old(tx, cutoff)
    if dry_run:
        return total
    for _ in range(0, total, CHUNK):
        with database.write() as tx:
            changes.drop_old(tx, cutoff, CHUNK)
    return total
