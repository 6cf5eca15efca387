"""Which consoles are open and what their people look at; each says so itself, and is forgotten when it falls silent."""

from __future__ import annotations

from datetime import timedelta

from console.domain.presence import PRESENT_FOR, Presence
from console.store.codec import from_ms, to_ms
from console.store.tx import Tx

FORGET_AFTER = timedelta(days=1)


def present(tx: Tx, mine: Presence) -> None:
    """Carry out ``IncidentStore.present``."""
    now = to_ms(tx.now())
    tx.run(
        "INSERT INTO consoles (id, person, incident, digest, version, seen_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET person = excluded.person, incident = excluded.incident,"
        " digest = excluded.digest, version = excluded.version, seen_at = excluded.seen_at",
        mine.console,
        mine.person,
        mine.incident,
        mine.digest,
        mine.version,
        now,
    )
    tx.run("DELETE FROM consoles WHERE seen_at < ?", now - FORGET_AFTER // timedelta(milliseconds=1))


def leave(tx: Tx, console: str) -> None:
    """Carry out ``IncidentStore.leave``."""
    tx.run("DELETE FROM consoles WHERE id = ?", console)


def presences(tx: Tx) -> tuple[Presence, ...]:
    """Carry out ``IncidentStore.presences``."""
    sql = "SELECT id, person, incident, digest, version, seen_at FROM consoles ORDER BY person, id"
    found, now = tx.timed(sql)
    told = [
        Presence(console, person, incident, digest, version, from_ms(seen_at))
        for console, person, incident, digest, version, seen_at in found
    ]
    return tuple(one for one in told if one.seen_at and one.seen_at > now - PRESENT_FOR)
