"""Notifications: made once by their id, delivered by the engine, kept until they are old.

Whole ones lie in ``body``; the other columns are what they are looked for by.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from console.domain.notify.notification import Delivery, Notification
from console.ports.store import Lease
from console.store.codec import dump, load, to_ms
from console.store.leases import fence
from console.store.tx import Row, Tx, marks, number, select_in

COLUMNS = (
    "id",
    "channel",
    "person",
    "incident",
    "state",
    "handle",
    "made_at",
    "due_at",
    "settled_at",
    "body",
)
_NEVER = -1


def until(tx: Tx) -> int | None:
    """Carry out ``IncidentStore.notified_until``."""
    row = tx.one("SELECT value FROM meta WHERE name = 'notified_until'")
    return None if row is None or row[0] == _NEVER else int(row[0])


def go_on(tx: Tx, position: int | None) -> None:
    """Set up to where events have become notifications; None leaves it alone."""
    if position is not None:
        tx.run("UPDATE meta SET value = ? WHERE name = 'notified_until'", position)


def add(
    tx: Tx,
    notifications: Sequence[Notification],
    position: int | None,
    lease: Lease,
    changed: Sequence[Notification] = (),
) -> tuple[str, ...]:
    """Carry out ``IncidentStore.notify``."""
    fence(tx, lease)
    first = {one.id: one for one in reversed(notifications)}
    known = {row[0] for row in select_in(tx, "SELECT id FROM notifications WHERE id IN ({marks})", [*first])}
    new = [one for one in notifications if one.id not in known and first.pop(one.id, None) is one]
    tx.insert("notifications", COLUMNS, [_row(one) for one in new])
    _save(tx, changed)
    go_on(tx, position)
    return tuple(one.id for one in new)


def due(tx: Tx, moment: datetime, limit: int, channel: str = "") -> tuple[Notification, ...]:
    """Carry out ``IncidentStore.deliveries``."""
    found = tx.all(
        "SELECT body FROM notifications WHERE state IN ('pending', 'sending') AND due_at <= ?"
        f"{' AND channel = ?' if channel else ''} ORDER BY due_at, made_at, id LIMIT ?",
        to_ms(moment),
        *((channel,) if channel else ()),
        limit,
    )
    return _read(found)


def deliver(tx: Tx, changed: Sequence[Notification], lease: Lease) -> None:
    """Carry out ``IncidentStore.deliver``."""
    fence(tx, lease)
    _save(tx, changed)


def matching(
    tx: Tx, incident: str | None, states: Sequence[Delivery], since: datetime | None, limit: int
) -> tuple[Notification, ...]:
    """Carry out ``IncidentStore.notifications``."""
    wanted: list[tuple[str, tuple[object, ...]]] = []
    if incident is not None:
        # Said outright, as the index leaves out those about no incident.
        wanted.append(("incident = ? AND incident <> ''" if incident else "incident = ?", (incident,)))
    if states:
        wanted.append((f"state IN ({marks(len(states))})", tuple(state.value for state in states)))
    if since is not None:
        wanted.append(("made_at >= ?", (to_ms(since),)))
    where = f"WHERE {' AND '.join(text for text, _ in wanted)}" if wanted else ""
    values = [value for _, some in wanted for value in some]
    found = tx.all(
        f"SELECT body FROM notifications {where} ORDER BY made_at DESC, id DESC LIMIT ?", *values, limit
    )
    return _read(reversed(found))


def counts(tx: Tx) -> dict[str, dict[Delivery, int]]:
    """Carry out ``IncidentStore.count_deliveries``."""
    told: dict[str, dict[Delivery, int]] = {}
    for channel, state, count in tx.all(
        "SELECT channel, state, count(*) FROM notifications"
        " WHERE state IN ('pending', 'sending', 'failed') GROUP BY channel, state"
    ):
        told.setdefault(channel, {})[Delivery(state)] = count
    return told


def retry(tx: Tx, ids: Sequence[str], moment: datetime) -> int:
    """Carry out ``IncidentStore.retry``."""
    failed = _failed(tx, ids)
    _save(
        tx,
        [replace(one, state=Delivery.PENDING, attempts=0, due_at=moment, settled_at=None) for one in failed],
    )
    return len(failed)


def dismiss(tx: Tx, ids: Sequence[str], moment: datetime, by: str) -> int:
    """Carry out ``IncidentStore.dismiss``."""
    failed = _failed(tx, ids)
    said = f"dismissed by {by}"
    _save(tx, [replace(one, state=Delivery.DROPPED, said=said, settled_at=moment) for one in failed])
    return len(failed)


def first_sent(tx: Tx, incident: str, channel: str) -> str:
    """Carry out ``IncidentStore.first_sent``."""
    row = tx.one(
        "SELECT handle FROM notifications WHERE incident = ? AND incident <> '' AND channel = ?"
        " AND person = '' AND state = 'sent' AND handle <> '' ORDER BY settled_at, made_at, id LIMIT 1",
        incident,
        channel,
    )
    return "" if row is None else str(row[0])


def count_old(tx: Tx, cutoff: datetime) -> int:
    """Return how many were settled before ``cutoff``, for pruning. Failed ones stay until somebody has seen them."""
    return number(
        tx,
        "SELECT count(*) FROM notifications WHERE settled_at IS NOT NULL AND settled_at < ?"
        " AND state IN ('sent', 'dropped')",
        to_ms(cutoff),
    )


def drop_old(tx: Tx, cutoff: datetime, limit: int) -> None:
    """Delete some of those that ``count_old`` counts."""
    tx.run(
        "DELETE FROM notifications WHERE id IN (SELECT id FROM notifications WHERE settled_at IS NOT NULL"
        " AND settled_at < ? AND state IN ('sent', 'dropped') ORDER BY settled_at LIMIT ?)",
        to_ms(cutoff),
        limit,
    )


def _failed(tx: Tx, ids: Sequence[str]) -> tuple[Notification, ...]:
    sql = "SELECT body FROM notifications WHERE state = 'failed' AND id IN ({marks})"
    return _read(select_in(tx, sql, list(dict.fromkeys(ids))))


def _save(tx: Tx, changed: Sequence[Notification]) -> None:
    """Replace those that are there; an id that is unknown stays unknown."""
    tx.update("notifications", COLUMNS[1:], [(*_row(one)[1:], one.id) for one in changed])


def _read(rows: Iterable[Row]) -> tuple[Notification, ...]:
    return tuple(load(Notification, row[0]) for row in rows)


def _row(one: Notification) -> tuple[object, ...]:
    return (
        one.id,
        one.channel,
        one.person,
        one.incident,
        one.state.value,
        one.handle,
        to_ms(one.made_at),
        to_ms(one.due_at),
        None if one.settled_at is None else to_ms(one.settled_at),
        dump(one),
    )
