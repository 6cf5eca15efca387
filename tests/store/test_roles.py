"""The printed rights on a real server: each role can do its own work and nothing else."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
import pytest

from console.domain.change import Change
from console.domain.events import Noted
from console.domain.notify.notification import Delivery
from console.domain.presence import Presence
from console.domain.team.facts import Fact
from console.errors import StoreError, UsageError
from console.ports.measures import Made
from console.ports.store import IncidentStore, JournalEntry
from console.store.keeping import Keeper
from console.store.postgres.store import PostgresStore
from console.store.postgres.target import target_of
from console.store.roles import Roles, identifier, literal, statements
from console.store.schema import SCHEMA
from tests.servers.postgres import PostgresServer
from tests.store.contract_measures import measure
from tests.store.contract_notify import failed, notification
from tests.store.facts import ONE_FACT_OF_EACH
from tests.store.made import ASHA, at, effect, follow, opening, report
from tests.store.places import on_server

FACT = Fact(1, at(1), ASHA, ONE_FACT_OF_EACH[0])
CHANGE = Change("ci:1", at(1), "payments", "v42")
As = Callable[[str], PostgresStore]
TAG = secrets.token_hex(3)  # roles belong to the whole server
NAMES = Roles(f'reader "{TAG}"', f"responder; DROP {TAG}", f"engine 'n {TAG}", f"analyst {TAG}")


@pytest.fixture
def roles(postgres: PostgresServer) -> Iterator[Roles]:
    """Return names that need quoting; the roles are gone afterwards."""
    yield NAMES
    for name in (NAMES.reader, NAMES.responder, NAMES.engine, NAMES.analyst):
        postgres.admin(f"DROP ROLE IF EXISTS {identifier(name)}")


@pytest.fixture
def owned(roles: Roles, pg_database: str, postgres: PostgresServer) -> Iterator[str]:
    """Return a database with a store and its roles; they were made twice, as after an upgrade."""
    with closing(on_server(pg_database)) as store:
        store.append([replace(opening(op="op-1"), effects=(effect("e1"),))])
        lease = store.acquire(report(), 30)
        assert lease is not None
        store.notify([failed("n1"), failed("n2")], 1, lease)
        store.release(lease, report())
    database = urlsplit(pg_database).path[1:]
    postgres.admin("ALTER ROLE oncall CREATEROLE")  # so that the owner can run all of it
    with psycopg.connect(pg_database, autocommit=True) as owner:
        for _ in range(2):
            owner.execute(statements(roles).encode())
    yield pg_database
    with psycopg.connect(postgres.admin_url(database), autocommit=True) as admin:
        for name in (roles.reader, roles.responder, roles.engine, roles.analyst):
            admin.execute(f"DROP OWNED BY {identifier(name)}".encode())


@pytest.fixture
def as_role(owned: str) -> Iterator[As]:
    """Return what opens the store as somebody."""
    with ExitStack() as stack:

        def opened(name: str) -> PostgresStore:
            parts = urlsplit(owned)
            url = urlunsplit(parts._replace(netloc=f"{quote(name, safe='')}@{parts.hostname}:{parts.port}"))
            return stack.enter_context(closing(PostgresStore(target_of(url), answer_within=30.0)))

        yield opened


def run(store: PostgresStore, sql: str) -> None:
    with store.database.write() as tx:
        tx.run(sql)


def refused(store: PostgresStore, sql: str) -> None:
    """Make sure that a role cannot do what no method of ours would do."""
    with pytest.raises(StoreError, match="right"):
        run(store, sql)


def read_everything(store: IncidentStore) -> None:
    assert len(store.log("INC-1")) >= 2
    assert [row.id for row in store.open_rows().rows][:1] == ["INC-1"]
    assert store.summary("INC-1")
    assert store.rows()
    assert store.changed(0).rows
    assert store.applied("op-1") == ("INC-1", 2)
    assert store.outbox(at(9999))
    store.engine()
    store.presences()
    store.poll_requested_at()
    store.journal_entries(at(0), at(9))
    store.facts()
    store.team_mark()
    store.kept()
    store.changes(at(0), at(9))
    store.notifications()
    store.deliveries(at(9999))
    store.notified_until()
    store.all_unmeasured()
    store.measures(at(0), at(9))
    store.pages(at(0), at(9))
    assert store.info(deep=True).problems == ()


def test_the_reader_reads_and_is_told_that_it_is_no_more(as_role: As, roles: Roles) -> None:
    store = as_role(roles.reader)
    read_everything(store)
    assert "may only read" in store.read_only
    for write in (
        lambda: store.append([follow()]),
        lambda: store.allocate(1),
        store.request_poll,
        lambda: store.present(Presence("c1", "rina", "")),
        lambda: store.acquire(report(), 30),
        lambda: store.add_facts([FACT], 0),
        lambda: store.retry(["n1"], at(1)),
        lambda: store.add_changes([CHANGE]),
        lambda: store.keep_measures([Made(2, measure(), ())]),
    ):
        with pytest.raises(StoreError, match=r"read-only.*nothing was saved") as caught:
            write()
        assert "\n" not in str(caught.value)
    assert len(store.log("INC-1")) == 2


def test_the_responder_adds_and_never_changes_what_is_written(as_role: As, roles: Roles) -> None:
    store = as_role(roles.responder)
    assert store.read_only == ""
    read_everything(store)
    assert store.allocate(1) == ("INC-1",)
    store.append([opening("INC-2", op="op-2")])
    store.append([replace(follow(op="op-3", body=Noted("seen")), effects=(effect("e2"),))])
    store.append([opening(f"INC-{number}", op=f"many-{number}") for number in range(500, 700)])
    store.append([follow(f"INC-{number}") for number in range(500, 700)])
    store.request_poll()
    store.present(Presence("c1", "rina", "INC-1"))
    assert [one.person for one in store.presences()] == ["rina"]
    store.leave("c1")
    store.journal(JournalEntry(at(1), "shift", "payments", "note"))
    assert store.add_facts([FACT], 0) == 1
    assert store.add_changes([CHANGE]) == ("ci:1",)
    assert store.retry(["n1"], at(1)) == 1
    assert store.dismiss(["n2"], at(1), "rina") == 1
    with pytest.raises(StoreError, match="right"):
        store.acquire(report(), 30)
    for sql in (
        "DELETE FROM facts",
        "UPDATE facts SET actor = 'dewi'",
        "DELETE FROM changes",
        "UPDATE changes SET what = ''",
        "DELETE FROM notifications",
        "DELETE FROM measures",
        "INSERT INTO kept VALUES ('calendar/x', 0, '[]')",
        "UPDATE kept SET value = '[]'",
        "DELETE FROM events",
        "UPDATE events SET actor = 'dewi'",
        "DELETE FROM incidents",
        "DELETE FROM ops",
        "DELETE FROM outbox",
        "UPDATE outbox SET text = ''",
        "DELETE FROM journal",
        "INSERT INTO lease VALUES (1, '', 0, 0, 0, '')",
        "UPDATE lease SET token = 9",
        "UPDATE meta SET name = 'x'",
        "DELETE FROM meta",
        "TRUNCATE events",
        f"CREATE TABLE {SCHEMA}.mine (id int)",
    ):
        refused(store, sql)


def test_the_engine_does_its_work(as_role: As, roles: Roles) -> None:
    store = as_role(roles.engine)
    read_everything(store)
    lease = store.acquire(report(), 30)
    assert lease is not None
    lease = store.renew(lease, report(), 30)
    store.append([replace(opening("INC-2", op="op-2"), effects=(effect("e2", "INC-2"),))], lease)
    store.postpone("e2", at(900), lease)
    store.append([replace(follow("INC-2"), settled=("e2",))], lease)
    assert [one.id for one in store.outbox(at(9999))] == ["e1"]
    store.journal(JournalEntry(at(1), "engine", "prod", "blind"))
    store.add_facts([FACT], 0, lease)
    store.keep("calendar/x", "[]", lease)
    store.keep("calendar/x", "[1]", lease)
    store.forget("calendar/x", lease)
    assert store.notify([notification("n3")], 2, lease) == ("n3",)
    store.deliver([notification("n3", state=Delivery.SENT)], lease)
    store.keep_measures([Made(2, measure(), ())])
    store.keep_measures([Made(3, measure(), ())])
    store.release(lease, report())
    for sql in ("DELETE FROM events", "UPDATE events SET actor = 'dewi'", "DELETE FROM incidents"):
        refused(store, sql)
    refused(store, "DELETE FROM journal")


def test_nobody_but_the_owner_prunes(as_role: As, owned: str, roles: Roles) -> None:
    store = as_role(roles.engine)
    store.journal(JournalEntry(at(1), "shift", "payments", "old"))
    with pytest.raises(StoreError, match="right"):
        Keeper(store).prune(at(100), dry_run=False)
    with closing(on_server(owned)) as owner:
        assert Keeper(owner).prune(at(100), dry_run=False).journal == 1


def test_tables_of_a_later_version_can_be_read_at_once(as_role: As, owned: str, roles: Roles) -> None:
    with psycopg.connect(owned, autocommit=True) as owner:
        owner.execute(f"CREATE TABLE {SCHEMA}.later (id bigint)".encode())
    for name in (roles.reader, roles.responder, roles.engine):
        with as_role(name).database.read() as tx:
            assert tx.all("SELECT count(*) FROM later") == [(0,)]
    refused(as_role(roles.engine), "INSERT INTO later VALUES (1)")


@pytest.mark.parametrize("name", ["", "x" * 64, "line\nbreak", "nul\0", "pg_mine", "public", "ü" * 32])
def test_what_cannot_be_a_role_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        statements(Roles(reader=name))


def test_each_role_has_a_name_of_its_own() -> None:
    with pytest.raises(UsageError, match="only once"):
        statements(Roles(reader="oncall_engine"))


def test_names_are_quoted() -> None:
    assert identifier('a"b') == '"a""b"'
    assert literal("it's") == "'it''s'"
