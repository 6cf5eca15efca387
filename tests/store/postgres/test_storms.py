"""A storm goes in by COPY: it has to come to the same as incident by incident."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest

from console.ports.store import Changes, IncidentStore, Write
from console.store.postgres import tx
from console.store.postgres.store import PostgresStore
from console.store.postgres.target import target_of
from tests.fakes.store import MemoryStore
from tests.store.made import effect, ending, follow, opening

COUNT = 3 * tx.STORM
HOSTILE = "tab\tnew\nline \\N back\\slash \"quote\" 'single' %s ? $1 ünï 火"


def keyed(write: Write, key: str) -> Write:
    return replace(write, summary=replace(write.summary, key=key, title=HOSTILE))


def storm() -> list[list[Write]]:
    """Return batches: many incidents, a change of each, and one in which half hand their key to new ones."""
    names = [f"INC-{number}" for number in range(COUNT)]
    opened = [keyed(opening(name, op=f"open-{name}"), f"key-{name}") for name in names]
    changed = [
        replace(keyed(follow(name, op=f"note-{name}"), f"key-{name}"), effects=(effect(f"e-{name}", name),))
        for name in names
    ]
    over = [keyed(ending(name, after=3), f"key-{name}") for name in names[::2]]
    heirs = [keyed(opening(f"HEIR-{name}"), f"key-{name}") for name in names[::2]]
    return [opened, changed, [*heirs, *over]]


def all_of(store: IncidentStore) -> list[object]:
    changes: list[Changes] = []
    while not changes or changes[-1].more:
        changes.append(store.changed(changes[-1].position if changes else 0))
    names = [row.id for page in changes for row in page.rows]
    return [changes, store.logs(names), {row.id: row for row in store.open_rows().rows}]


@pytest.mark.parametrize("batch", [COUNT, tx.STORM - 1])
def test_a_storm_comes_to_the_same_in_whatever_pieces(pg_database: str, batch: int) -> None:
    memory = MemoryStore()
    with closing(PostgresStore(target_of(pg_database), answer_within=30)) as store:
        for writes in storm():
            memory.append(writes)
            if len(writes) > COUNT // 2 and writes[0].incident.startswith("HEIR"):
                store.append(writes)  # a key changes hands within one transaction
                continue
            for start in range(0, len(writes), batch):
                store.append(writes[start : start + batch])
        assert all_of(store) == all_of(memory)
        assert store.outbox(store.now(), COUNT) == memory.outbox(memory.now(), COUNT)
        assert store.info(deep=True).problems == ()
