"""The views for people who ask in SQL: the same on both databases, and every documented query runs."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from urllib.parse import urlsplit

import psycopg
import pytest

from console.domain.change import Change
from console.ports.measures import Made
from console.store.roles import VIEWS, Roles, statements
from tests.paths import REPO
from tests.servers.postgres import PostgresServer
from tests.store.contract_measures import measure, page
from tests.store.made import T0, at, ending, opening
from tests.store.places import KINDS, NewStore, Store, new_store, on_server

__all__ = ["new_store"]

PAGE = (REPO / "docs/sql.md").read_text()
QUERIES = re.findall(r"^```sql\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
COLUMNS = {
    name: set(re.findall(r"`(\w+)`", columns))
    for name, columns in re.findall(r"^\| `(v_\w+)` \| [^|]* \| (.*) \|$", PAGE, re.MULTILINE)
}


def fill(store: Store) -> None:
    """Write two incidents, measures of the first, a page about it and a change."""
    store.append([opening("INC-1"), opening("INC-2", key="other")])
    store.append([ending("INC-1", ended=60)])
    store.keep_measures(
        [Made(5, measure(reported_at=T0, ttr_total=60_000, is_open=False), (page(1, night=True),))]
    )
    store.add_changes([Change("ci:1", at(1), "payments", "v42")])


@pytest.mark.parametrize("kind", KINDS)
def test_the_views_have_the_columns_of_the_page(new_store: NewStore, kind: str) -> None:
    store = new_store(kind)
    fill(store)
    assert set(COLUMNS) == {"v_incidents", "v_weekly", "v_pages", "v_changes"}
    for view, columns in COLUMNS.items():
        with store.database.read() as tx:
            named = ", ".join(sorted(columns - {"P1"}))
            found = tx.all(f"SELECT {named} FROM {view}")  # noqa: S608 - names of our page
            assert len(found) == (2 if view == "v_incidents" else 1)


@pytest.mark.parametrize("kind", KINDS)
def test_unknown_is_null_and_what_is_measured_is_told(new_store: NewStore, kind: str) -> None:
    store = new_store(kind)
    fill(store)
    with store.database.read() as tx:
        found = tx.all(
            "SELECT incident, tta_seconds, ttr_seconds, measured FROM v_incidents ORDER BY incident"
        )
        week = tx.all("SELECT week, incidents, mtta_seconds, mttr_seconds FROM v_weekly")
    assert [(row[0], row[1], row[2], bool(row[3])) for row in found] == [
        ("INC-1", 180, 60, True),
        ("INC-2", None, None, False),
    ]
    monday = datetime(2026, 3, 2, tzinfo=UTC)
    when = datetime.fromisoformat(week[0][0]) if kind == "sqlite" else week[0][0]
    assert (when, *week[0][1:]) == (monday, 1, 180, 60)


@pytest.fixture
def as_analyst(
    pg_database: str, postgres: PostgresServer
) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Return a connection that has only the rights of the analyst's role."""
    with closing(on_server(pg_database)) as store:
        fill(store)
    tag = secrets.token_hex(3)  # roles belong to the whole server
    names = [f"{name}_{tag}" for name in ("reader", "responder", "engine", "analyst")]
    with psycopg.connect(postgres.admin_url(urlsplit(pg_database).path[1:]), autocommit=True) as admin:
        admin.execute(statements(Roles(*names)).encode())
        admin.execute(f"SET ROLE {names[3]}".encode())
        yield admin
        admin.execute(b"RESET ROLE")
        for name in names:
            admin.execute(f"DROP OWNED BY {name}".encode())
            admin.execute(f"DROP ROLE {name}".encode())


def test_there_are_as_many_queries_as_the_page_promises() -> None:
    assert len(QUERIES) == 4


@pytest.mark.parametrize("place", range(len(QUERIES)))
def test_each_documented_query_runs_as_the_analyst(
    as_analyst: psycopg.Connection[tuple[object, ...]], place: int
) -> None:
    query = re.sub(
        r"\$__timeFilter\((\w+)\)",
        r"\1 BETWEEN '2020-01-01T00:00:00Z' AND '2100-01-01T00:00:00Z'",
        QUERIES[place],
    )
    assert len(as_analyst.execute(query.encode()).fetchall()) == 1
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_analyst.execute(b"DELETE FROM oncall.measures")


def test_the_analyst_reads_the_views_and_nothing_else(
    as_analyst: psycopg.Connection[tuple[object, ...]],
) -> None:
    found = as_analyst.execute(
        b"SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        b" WHERE n.nspname = 'oncall' AND c.relkind IN ('r', 'v', 'm', 'p')"
        b" AND has_table_privilege(c.oid, 'SELECT')"
    ).fetchall()
    assert {name for (name,) in found} == set(COLUMNS) == set(VIEWS)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_analyst.execute(b"SELECT * FROM oncall.events")
