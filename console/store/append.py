"""Append events: the one way incidents change. Runs inside one transaction that holds the write lock.

Under that lock reading first and writing then is free of races, so every refusal can say what
it is about; the tables' unique constraints stand behind as a second wall.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from console.domain.summary import Summary
from console.errors import Conflict
from console.ports.store import Lease, Write
from console.store import outbox
from console.store.codec import pack, to_ms
from console.store.leases import fence
from console.store.rows import COLUMNS, to_row
from console.store.tx import Tx, marks, number, select_in

_INSERT_EVENT = (
    f"INSERT INTO events (seq, incident, n, at, actor, actor_kind, kind, op, body) VALUES ({marks(9)})"
)
_INSERT_INCIDENT = (
    f"INSERT INTO incidents ({', '.join(COLUMNS)}, seq, ended_at) VALUES ({marks(len(COLUMNS) + 2)})"
)
_UPDATE_INCIDENT = (
    f"UPDATE incidents SET {', '.join(f'{name} = ?' for name in COLUMNS)}, seq = ?, ended_at = ? WHERE id = ?"
)


def position(tx: Tx) -> int:
    """Return the number of the last event in the store."""
    return number(tx, "SELECT max(seq) FROM events")


def append(tx: Tx, writes: Sequence[Write], lease: Lease | None) -> int:
    """Carry out ``IncidentStore.append``."""
    for write in writes:
        _require_whole(write)
    if lease is not None:
        fence(tx, lease)
    fresh = _not_applied(tx, writes)
    if not fresh:
        return position(tx)
    heads = _heads(tx, fresh)
    _check_keys(tx, heads.values())
    last = _write_events(tx, fresh, heads)
    _write_incidents(tx, heads.values())
    _write_ops(tx, fresh)
    for write in fresh:  # in their order: one may ask again for what the one before it settled
        outbox.put(tx, write.effects)
        outbox.settle(tx, write.settled)
    return last


@dataclass(slots=True)
class _Head:
    """What an incident comes to by a batch.

    ``held`` is the key for which it was the open incident before; None where it was not open or is
    new. ``ended_at`` is in milliseconds, None while it is open.
    """

    summary: Summary
    new: bool
    held: str | None
    ended_at: int | None
    seq: int = 0


def _require_whole(write: Write) -> None:
    """Raise ``ValueError`` for a write that contradicts itself: a mistake in the program, not a race."""
    expected = write.expected_n
    for event in write.events:
        expected += 1
        if event.n != expected or event.incident != write.incident:
            raise ValueError(f"the events of {write.incident} are not numbered from expected_n on")
    if expected == write.expected_n or write.summary.n != expected or write.summary.id != write.incident:
        raise ValueError(f"the summary of {write.incident} is not the one after its events")


def _not_applied(tx: Tx, writes: Sequence[Write]) -> list[Write]:
    """Leave out the writes whose op the store has seen; one op may carry writes of several incidents."""
    ops = list({write.op: None for write in writes if write.op})
    done = {row[0] for row in select_in(tx, "SELECT op FROM ops WHERE op IN ({marks})", ops)}
    return [write for write in writes if write.op not in done]


def _heads(tx: Tx, writes: Sequence[Write]) -> dict[str, _Head]:
    """Return where each incident stands after the batch. Raises ``Conflict`` where one has moved on."""
    names = list({write.incident: None for write in writes})
    sql = "SELECT id, n, is_open, key, ended_at FROM incidents WHERE id IN ({marks})"
    known = {name: facts for name, *facts in select_in(tx, sql, names)}
    heads: dict[str, _Head] = {}
    for write in writes:
        name, before = write.incident, heads.get(write.incident)
        n, is_open, key, ended_at = known.get(name, (0, False, "", None))
        if before:
            n, ended_at = before.summary.n, before.ended_at
        if n != write.expected_n:
            raise Conflict(f"{name} has changed in the meantime", hint="look at it again")
        held = key if is_open else None
        heads[name] = _Head(write.summary, name not in known, held, _ended_at(write, ended_at))
    return heads


def _ended_at(write: Write, before: int | None) -> int | None:
    """Return when an incident ended, in milliseconds, None while it is open; without a time of its own the first end stays."""
    summary = write.summary
    if summary.is_open:
        return None
    over = summary.resolved_at or summary.merged_at
    if over is not None:
        return to_ms(over)
    return to_ms(write.events[-1].at) if before is None else before


def _check_keys(tx: Tx, heads: Collection[_Head]) -> None:
    """Raise ``Conflict`` where two incidents of one grouping key would be open."""
    if all(head.held == head.summary.key or not head.summary.is_open for head in heads):
        return  # nothing is opened: whatever is open holds its key already
    rows = [head.summary for head in heads]
    wanted = [row for row in rows if row.is_open and row.key]
    found = select_in(
        tx,
        "SELECT key, id FROM incidents WHERE is_open = 1 AND key <> '' AND key IN ({marks})",
        [row.key for row in wanted],
    )
    batch = {row.id for row in rows}
    holders = {key: name for key, name in found if name not in batch}
    for row in wanted:
        holder = holders.setdefault(row.key, row.id)
        if holder != row.id:
            raise Conflict(f"{holder} is open for the same alerts already", hint="look at it again")


def _write_events(tx: Tx, writes: Sequence[Write], heads: dict[str, _Head]) -> int:
    """Write the events and return the position of the last one."""
    seq = position(tx)
    rows = []
    for write in writes:
        for event in write.events:
            seq += 1
            actor = event.actor
            kind, body = pack(event.body)
            rows.append(
                (
                    seq,
                    event.incident,
                    event.n,
                    to_ms(event.at),
                    actor.name,
                    actor.kind.value,
                    kind,
                    event.op,
                    body,
                )
            )
        heads[write.incident].seq = seq
    tx.many(_INSERT_EVENT, rows)
    return seq


def _write_incidents(tx: Tx, heads: Iterable[_Head]) -> None:
    # What closes is written first: it may free the key that another one of the batch takes.
    ordered = sorted(heads, key=lambda head: head.summary.is_open)
    updates, inserts = [], []
    for head in ordered:
        row = to_row(head.summary)
        if head.new:
            inserts.append([*row, head.seq, head.ended_at])
        else:
            updates.append([*row, head.seq, head.ended_at, head.summary.id])
    tx.many(_UPDATE_INCIDENT, updates)
    tx.many(_INSERT_INCIDENT, inserts)


def _write_ops(tx: Tx, writes: Sequence[Write]) -> None:
    ops: dict[str, tuple[object, ...]] = {}
    for write in writes:
        if write.op:
            ops.setdefault(
                write.op, (write.op, write.incident, write.events[-1].n, to_ms(write.events[-1].at))
            )
    tx.many("INSERT INTO ops (op, incident, n, at) VALUES (?, ?, ?, ?)", list(ops.values()))
