"""Append events: the one way incidents change. Runs inside one transaction that holds the write lock.

Under that lock reading first and writing then is free of races, so every refusal can say what
it is about; the tables' unique constraints stand behind as a second wall.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from console.domain.events import Event
from console.domain.summary import Summary
from console.errors import Conflict
from console.ports.store import Lease, Write
from console.store import outbox
from console.store.codec import pack, to_ms
from console.store.leases import require_current
from console.store.rows import COLUMNS, to_row
from console.store.tx import Query, Row, Tx, in_chunks

EVENT = ("seq", "incident", "n", "at", "actor", "actor_kind", "kind", "op", "body")
_INCIDENT = (*COLUMNS, "seq", "ended_at", "pruned")
_WHOLE = 0  # pruned: with a new event there is something to prune again


def append(tx: Tx, writes: Sequence[Write], lease: Lease | None) -> int:
    """Carry out ``IncidentStore.append``."""
    for write in writes:
        _require_whole(write)
    seen = _look(tx, writes)
    if lease is not None:
        require_current(lease, seen.token)
    fresh = [write for write in writes if write.op not in seen.ops]
    if not fresh:
        return seen.position
    heads = _heads(seen, fresh)
    _check_keys(seen, heads.values())
    last = _write_events(tx, seen.position, fresh, heads)
    _write_incidents(tx, list(heads.values()))
    _write_ops(tx, fresh)
    for write in fresh:  # in their order: one may ask again for what the one before it settled
        outbox.put(tx, write.effects)
        outbox.settle(tx, write.settled)
    return last


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the store says before a batch is written, asked in one go.

    ``position`` is its last event, ``token`` that of the last lease, ``ops`` are those it has
    applied, ``known`` what it has of the incidents (n, is_open, key, ended_at); ``holders`` are the open ones by key.
    """

    position: int
    token: int | None
    ops: frozenset[str]
    known: dict[str, Row]
    holders: dict[str, str]


_STATE: Query = (
    # An incident's seq is that of its last event; events may be pruned, incidents never are.
    "SELECT (SELECT max(seq) FROM incidents), (SELECT token FROM lease WHERE id = 1)",
    (),
)


def _look(tx: Tx, writes: Sequence[Write]) -> _Seen:
    ops = list({write.op: None for write in writes if write.op})
    names = list({write.incident: None for write in writes})
    keys = list({write.summary.key: None for write in writes if write.summary.is_open and write.summary.key})
    facts = "SELECT id, n, is_open, key, ended_at FROM incidents WHERE"
    asked = (
        in_chunks("SELECT op FROM ops WHERE op IN ({marks})", ops),
        in_chunks(f"{facts} id IN ({{marks}})", names),
        in_chunks(f"{facts} is_open = 1 AND key <> '' AND key IN ({{marks}})", keys),
    )
    state, *found = tx.gather([_STATE, *(query for queries in asked for query in queries)])
    answers = iter(found)
    done, known, holders = ([row for _ in queries for row in next(answers)] for queries in asked)
    position, token = state[0]
    return _Seen(
        position=position or 0,
        token=token,
        ops=frozenset(row[0] for row in done),
        known={row[0]: row[1:] for row in known},
        holders={row[3]: row[0] for row in holders},
    )


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


def _heads(seen: _Seen, writes: Sequence[Write]) -> dict[str, _Head]:
    """Return where each incident stands after the batch. Raises ``Conflict`` where one has moved on."""
    heads: dict[str, _Head] = {}
    for write in writes:
        name, before = write.incident, heads.get(write.incident)
        n, is_open, key, ended_at = seen.known.get(name, (0, False, "", None))
        if before:
            n, ended_at = before.summary.n, before.ended_at
        if n != write.expected_n:
            raise Conflict(f"{name} has changed in the meantime", hint="look at it again")
        held = key if is_open else None
        heads[name] = _Head(write.summary, name not in seen.known, held, _ended_at(write, ended_at))
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


def _check_keys(seen: _Seen, heads: Collection[_Head]) -> None:
    """Raise ``Conflict`` where two incidents of one grouping key would be open."""
    if all(head.held == head.summary.key or not head.summary.is_open for head in heads):
        return  # nothing is opened: whatever is open holds its key already
    rows = [head.summary for head in heads]
    wanted = [row for row in rows if row.is_open and row.key]
    batch = {row.id for row in rows}
    holders = {key: name for key, name in seen.holders.items() if name not in batch}
    for row in wanted:
        holder = holders.setdefault(row.key, row.id)
        if holder != row.id:
            raise Conflict(f"{holder} is open for the same alerts already", hint="look at it again")


def _write_events(tx: Tx, seq: int, writes: Sequence[Write], heads: dict[str, _Head]) -> int:
    """Write the events after position ``seq`` and return the position of the last one."""
    rows = []
    for write in writes:
        for event in write.events:
            seq += 1
            rows.append(event_row(seq, event))
        heads[write.incident].seq = seq
    tx.insert("events", EVENT, rows)
    return seq


def event_row(seq: int, event: Event) -> tuple[object, ...]:
    """Return an event as a row of ``EVENT``."""
    actor = event.actor
    kind, body = pack(event.body)
    return (
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


def _write_incidents(tx: Tx, heads: Sequence[_Head]) -> None:
    for is_open in (False, True):  # what closes may free the key that another one of the batch takes
        batch = [head for head in heads if head.summary.is_open is is_open]
        rows = [[*to_row(head.summary), head.seq, head.ended_at, _WHOLE] for head in batch]
        known = [[*row, head.summary.id] for row, head in zip(rows, batch, strict=True) if not head.new]
        tx.update("incidents", _INCIDENT, known)
        tx.insert("incidents", _INCIDENT, [row for row, head in zip(rows, batch, strict=True) if head.new])


def _write_ops(tx: Tx, writes: Sequence[Write]) -> None:
    ops: dict[str, tuple[object, ...]] = {}
    for write in writes:
        if write.op:
            ops.setdefault(
                write.op, (write.op, write.incident, write.events[-1].n, to_ms(write.events[-1].at))
            )
    tx.insert("ops", ("op", "incident", "n", "at"), list(ops.values()))
