"""The engine's lease and heartbeat, and the wish for a poll. All times are the store's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from console.domain.health import EngineReport
from console.errors import FenceLost
from console.ports.store import Lease
from console.store.codec import dump, from_ms, load, to_ms
from console.store.tx import Tx

_POLL = "poll"


def fence(tx: Tx, lease: Lease) -> None:
    """Raise ``FenceLost`` unless the lease is the last one given out."""
    row = tx.one("SELECT token FROM lease WHERE id = 1")
    require_current(lease, row[0] if row else None)


def require_current(lease: Lease, token: int | None) -> None:
    """Raise ``FenceLost`` unless ``token``, the last one given out (None: none was), is the lease's.

    A lease that has lapsed still counts while nobody has taken over: only a newer token fences.
    """
    if token != lease.token:
        raise FenceLost("Another engine has taken over", hint="this one stops writing")


def acquire(tx: Tx, report: EngineReport, ttl: float) -> Lease | None:
    """Carry out ``IncidentStore.acquire``. Every success raises the token, also for the same holder."""
    row = tx.one("SELECT holder, token, ttl, expires_at FROM lease WHERE id = 1")
    if row is None:
        tx.run("INSERT INTO lease (id, holder, token, ttl, expires_at, report) VALUES (1, '', 0, 0, 0, '')")
        row = ("", 0, 0, 0)
    holder, token, granted, expires_at = row
    now = tx.now()
    left = expires_at - to_ms(now)
    # More than twice the span it was given for: the clock was set back, and the holder, were it
    # alive, would have renewed since.
    held = 0 < left <= 2 * granted
    if held and holder != report.holder:
        return None
    return _grant(tx, token + 1, report, ttl, now)


def renew(tx: Tx, lease: Lease, report: EngineReport, ttl: float) -> Lease:
    """Carry out ``IncidentStore.renew``."""
    fence(tx, lease)
    return _grant(tx, lease.token, report, ttl, tx.now())


def release(tx: Tx, lease: Lease, report: EngineReport) -> None:
    """Carry out ``IncidentStore.release``; the token moves on, so a late write of the old holder is fenced."""
    row = tx.one("SELECT token FROM lease WHERE id = 1")
    if row is not None and row[0] == lease.token:
        _grant(tx, lease.token, report, 0, tx.now())
        tx.run("UPDATE lease SET holder = '', token = token + 1 WHERE id = 1")


def _grant(tx: Tx, token: int, report: EngineReport, ttl: float, now: datetime) -> Lease:
    """Write the lease and the heartbeat; token and times in the report are the store's."""
    span = timedelta(milliseconds=round(ttl * 1000))
    known = replace(report, token=token, beat_at=now, expires_at=now + span)
    tx.run(
        "UPDATE lease SET holder = ?, token = ?, ttl = ?, expires_at = ?, report = ? WHERE id = 1",
        report.holder,
        token,
        to_ms(now + span) - to_ms(now),
        to_ms(known.expires_at),
        dump(known),
    )
    return Lease(report.holder, token, known.expires_at)


def engine(tx: Tx) -> EngineReport | None:
    """Return the last heartbeat."""
    row = tx.one("SELECT report FROM lease WHERE id = 1 AND report <> ''")
    return None if row is None else load(EngineReport, row[0])


def request_poll(tx: Tx) -> None:
    """Write down that a poll is wanted."""
    tx.run(
        "INSERT INTO requests (name, at) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET at = excluded.at",
        _POLL,
        to_ms(tx.now()),
    )


def poll_requested_at(tx: Tx) -> datetime | None:
    """Return when a poll was last wanted."""
    row = tx.one("SELECT at FROM requests WHERE name = ?", _POLL)
    return None if row is None else from_ms(row[0])
