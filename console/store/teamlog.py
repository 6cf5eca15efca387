"""The team's own log: covers, leave, maintenance, answers. One for the whole store, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from console.domain.team.facts import Fact
from console.errors import Conflict
from console.ports.store import Lease
from console.store.codec import actor, from_ms, pack, to_ms, unpack_fact
from console.store.leases import fence
from console.store.tx import Tx, number

COLUMNS = ("n", "at", "actor", "actor_kind", "kind", "op", "body")
_LAST = "SELECT max(n) FROM facts"


def facts(tx: Tx, after: int) -> tuple[Fact, ...]:
    """Carry out ``IncidentStore.facts``."""
    found = tx.all(f"SELECT {', '.join(COLUMNS)} FROM facts WHERE n > ? ORDER BY n", after)
    return tuple(
        Fact(n, from_ms(at), actor(name, who), unpack_fact(kind, body), op)
        for n, at, name, who, kind, op, body in found
    )


def add(tx: Tx, new: Sequence[Fact], expected: int, lease: Lease | None) -> int:
    """Carry out ``IncidentStore.add_facts``. An op is kept with those of the incidents, for an incident without a name."""
    if lease is not None:
        fence(tx, lease)
    last = number(tx, _LAST)
    ops = {fact.op: None for fact in new if fact.op}
    if any(tx.one("SELECT 1 FROM ops WHERE op = ?", op) for op in ops):
        return last
    if last != expected:
        raise Conflict("The team's plans have changed in the meantime", hint="look at them again")
    rows = [_row(replace(fact, n=n)) for n, fact in enumerate(new, last + 1)]
    tx.insert("facts", COLUMNS, rows)
    last += len(rows)
    tx.insert("ops", ("op", "incident", "n", "at"), [(op, "", last, to_ms(new[-1].at)) for op in ops])
    return last


def mark(tx: Tx) -> tuple[int, int]:
    """Carry out ``IncidentStore.team_mark``."""
    row = tx.one(f"SELECT ({_LAST}), (SELECT value FROM meta WHERE name = 'kept_changes')")
    last, changes = row or (0, 0)
    return last or 0, changes or 0


def _row(fact: Fact) -> tuple[object, ...]:
    kind, body = pack(fact.body)
    return (fact.n, to_ms(fact.at), fact.actor.name, fact.actor.kind.value, kind, fact.op, body)
