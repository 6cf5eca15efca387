"""What was changed in the world, as feeds and people told us: kept once each, looked up by time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from console.domain.change import Change, ChangeKind
from console.store import kept
from console.store.codec import from_ms, to_ms
from console.store.tx import Row, Tx, number, select_in

LOOKED_AT = 10
"""How many times as many are looked at where only some services are wanted: what an answer costs is bounded."""
COLUMNS = ("id", "at", "service", "what", "kind", "actor", "url", "source", "seen_at")


def add(tx: Tx, changes: Sequence[Change]) -> tuple[str, ...]:
    """Carry out ``IncidentStore.add_changes``."""
    fresh = unknown(tx, changes)
    if fresh:
        seen = to_ms(tx.now())
        tx.insert("changes", COLUMNS, [_row(one, seen) for one in fresh])
        kept.count(tx)
    return tuple(one.id for one in fresh)


def unknown(tx: Tx, changes: Sequence[Change]) -> list[Change]:
    """Return those whose ids are not known yet, each once. A feed asks this first: most polls bring nothing new."""
    wanted = {one.id: one for one in changes}
    known = {row[0] for row in select_in(tx, "SELECT id FROM changes WHERE id IN ({marks})", list(wanted))}
    return [one for name, one in wanted.items() if name not in known]


def between(
    tx: Tx, since: datetime, until: datetime, limit: int, services: Collection[str] | None
) -> tuple[Change, ...]:
    """Carry out ``IncidentStore.changes``."""
    latest = (
        f"SELECT {', '.join(COLUMNS)} FROM changes WHERE at >= ? AND at < ? ORDER BY at DESC, id DESC LIMIT ?"
    )
    span = (to_ms(since), to_ms(until))
    if services is None:
        found = tx.all(latest, *span, limit)
    else:
        marks = ", ".join("?" * len(services)) or "NULL"
        found = tx.all(
            f"SELECT * FROM ({latest}) AS latest WHERE service IN ({marks}) ORDER BY at DESC, id DESC LIMIT ?",
            *(*span, LOOKED_AT * limit),
            *services,
            limit,
        )
    return tuple(_change(row) for row in reversed(found))


def count_old(tx: Tx, cutoff: datetime) -> int:
    """Return how many took effect before ``cutoff`` (UTC)."""
    return number(tx, "SELECT count(*) FROM changes WHERE at < ?", to_ms(cutoff))


def drop_old(tx: Tx, cutoff: datetime, most: int) -> None:
    """Drop the oldest of them, at most so many."""
    tx.run(
        "DELETE FROM changes WHERE id IN (SELECT id FROM changes WHERE at < ? ORDER BY at LIMIT ?)",
        to_ms(cutoff),
        most,
    )


def _row(one: Change, seen: int) -> tuple[object, ...]:
    at = to_ms(one.at)
    return (one.id, at, one.service, one.what, one.kind.value, one.actor, one.url, one.source, seen)


def _change(row: Row) -> Change:
    name, at, service, what, kind, actor, url, source, seen = row
    known = ChangeKind(kind) if kind in set(ChangeKind) else ChangeKind.OTHER  # a newer version may know more
    return Change(name, from_ms(at), service, what, known, actor, url, source, from_ms(seen))
