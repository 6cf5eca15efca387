"""The same tests on both databases: open stores, and a store with something of everything in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest

from console.domain.team.facts import Fact
from console.ports.measures import Made
from console.ports.store import IncidentStore, JournalEntry
from console.store.sqlite.store import SqliteStore
from console.store.tx import Connection
from tests.store.bodies import ONE_OF_EACH
from tests.store.contract_measures import measure, page
from tests.store.contract_notify import failed, notification
from tests.store.facts import ONE_FACT_OF_EACH
from tests.store.made import ASHA, at, effect, ending, follow, opening, report

KINDS = ("sqlite", "postgres")


class Store(IncidentStore, Protocol):
    """A store in a database that can be had directly."""

    @property
    def database(self) -> Connection: ...


NewStore = Callable[[str], Store]
"""Makes a store of a kind; the same one again where the kind is a server's."""


@pytest.fixture
def new_store(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[NewStore]:
    """Return what makes an empty store of a kind; they are closed afterwards."""
    with ExitStack() as stack:
        made = 0

        def make(kind: str) -> Store:
            nonlocal made
            made += 1
            if kind == "sqlite":
                return stack.enter_context(closing(SqliteStore(tmp_path / f"made-{made}.db")))
            return stack.enter_context(closing(on_server(request.getfixturevalue("pg_database"))))

        yield make


def on_server(url: str) -> Store:
    """Open a store on a server."""
    from console.store.postgres.store import PostgresStore  # noqa: PLC0415 - slow to load
    from console.store.postgres.target import target_of  # noqa: PLC0415

    return PostgresStore(target_of(url), answer_within=30.0)


def fill(store: Store, incidents: int = 40) -> None:
    """Write something of everything that a store holds."""
    store.allocate(incidents + 3)
    names = [f"INC-{number}" for number in range(1, incidents + 1)]
    store.append([opening(name, op=f"op-{name}", key=f"key „{name}“") for name in names])
    store.append([replace(follow(names[0], key="key „INC-1“"), effects=(effect("e2"), effect("e1")))])
    for n, body in enumerate(ONE_OF_EACH, 3):
        store.append([follow(names[1], n - 1, op=f"all-{n}", body=body, key="key „INC-2“")])
    store.append([ending(name, ended=60 + number) for number, name in enumerate(names[2 : incidents // 2])])
    for second in (5, 3, 4):
        store.journal(JournalEntry(at(second), "shift", "payments", f"second {second} – “quoted”"))
    store.request_poll()
    lease = store.acquire(report(), 30)
    assert lease is not None
    store.add_facts(
        [Fact(n, at(n), ASHA, body, f"fact-{n}") for n, body in enumerate(ONE_FACT_OF_EACH, 1)], 0
    )
    store.keep("calendar/vendor", '[{"team":"ops „1“"}]', lease)
    store.notify([notification(f"n{n}", made_at=at(n)) for n in range(5)], 7, lease)
    store.deliver([failed("n2", made_at=at(2))], lease)
    store.keep_measures([Made(2, measure("INC-1"), (page(1, "INC-1"), page(2, "INC-1", night=True)))])
    store.release(lease, report())
