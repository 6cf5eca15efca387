"""Facts that belong to no incident: a source went blind, an engine took over, a shift note."""

from __future__ import annotations

from datetime import datetime

from console.ports.store import JournalEntry
from console.store.codec import from_ms, to_ms
from console.store.tx import Tx


def write(tx: Tx, entry: JournalEntry) -> None:
    """Write down a fact that belongs to no incident."""
    tx.run(
        "INSERT INTO journal (at, kind, subject, text) VALUES (?, ?, ?, ?)",
        to_ms(entry.at),
        entry.kind,
        entry.subject,
        entry.text,
    )


def entries(tx: Tx, since: datetime, until: datetime) -> tuple[JournalEntry, ...]:
    """Return the journal of [since, until), oldest first."""
    found = tx.all(
        "SELECT at, kind, subject, text FROM journal WHERE at >= ? AND at < ? ORDER BY at, pos",
        to_ms(since),
        to_ms(until),
    )
    return tuple(JournalEntry(from_ms(row[0]), *row[1:]) for row in found)
