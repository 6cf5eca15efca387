"""Effects waiting to be carried out upstream; written in the transaction of the events that ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from console.domain.vocabulary import EffectKind
from console.ports.store import Lease, OutboxEntry
from console.store.codec import from_ms, to_ms, unreadable
from console.store.leases import fence
from console.store.tx import Row, Tx

_COLUMNS = "id, incident, source, kind, actor, text, until, handle, attempts, due_at"
_KINDS = frozenset(kind.value for kind in EffectKind)


def put(tx: Tx, entries: Sequence[OutboxEntry]) -> None:
    """Add effects. An id that waits already is asked for once: it is the dedup key."""
    tx.many(
        f"INSERT INTO outbox ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
        [
            (
                entry.id,
                entry.incident,
                entry.source,
                entry.kind.value,
                entry.actor,
                entry.text,
                None if entry.until is None else to_ms(entry.until),
                entry.handle,
                entry.attempts,
                None if entry.due_at is None else to_ms(entry.due_at),
            )
            for entry in entries
        ],
    )


def settle(tx: Tx, ids: Sequence[str]) -> None:
    """Take out the effects that are concluded."""
    tx.many("DELETE FROM outbox WHERE id = ?", [(entry,) for entry in ids])


def due(tx: Tx, moment: datetime, limit: int) -> tuple[OutboxEntry, ...]:
    """Return the effects whose turn it is; one without a time is due at once."""
    found = tx.all(
        f"SELECT {_COLUMNS} FROM outbox WHERE due_at IS NULL OR due_at <= ? ORDER BY pos LIMIT ?",
        to_ms(moment),
        limit,
    )
    return tuple([_entry(row) for row in found])


def _entry(row: Row) -> OutboxEntry:
    if row[3] not in _KINDS:
        raise unreadable(f"An effect waiting for {row[2]} ({row[3]})")
    return OutboxEntry(
        id=row[0],
        incident=row[1],
        source=row[2],
        kind=EffectKind(row[3]),
        actor=row[4],
        text=row[5],
        until=None if row[6] is None else from_ms(row[6]),
        handle=row[7],
        attempts=row[8],
        due_at=None if row[9] is None else from_ms(row[9]),
    )


def postpone(tx: Tx, entry: str, due_at: datetime, lease: Lease) -> None:
    """Count a failed attempt; an effect that is settled by now stays settled."""
    fence(tx, lease)
    tx.run("UPDATE outbox SET attempts = attempts + 1, due_at = ? WHERE id = ?", to_ms(due_at), entry)
