"""A store moves whole or not at all, from any database to any."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.domain.notify.notification import Delivery
from console.domain.presence import Presence
from console.errors import OncallError, StoreError
from console.store import moving
from console.store.keeping import Keeper
from console.store.moving import TABLES, copy
from console.store.schema import MIGRATIONS
from console.store.sqlite.store import SqliteStore
from console.store.tx import Connection, Tx
from tests.store.made import at, follow, opening, report
from tests.store.places import KINDS, NewStore, Store, fill, new_store, on_server
from tests.store.workers import start
from tests.waiting import PATIENCE

__all__ = ["new_store"]
EVER = datetime(2100, 1, 1, tzinfo=UTC)
WAYS = [("sqlite", "sqlite"), ("sqlite", "postgres"), ("postgres", "sqlite")]


def content(store: Store) -> dict[str, object]:
    """Return everything that a store says, by its own methods."""
    rows = store.rows()
    return {
        "rows": rows,
        "logs": store.logs([row.id for row in rows]),
        "open": sorted(row.id for row in store.open_rows().rows),
        "position": store.open_rows().position,
        "changed": store.changed(0, 1000),
        "outbox": store.outbox(EVER),
        "journal": store.journal_entries(at(0), EVER),
        "poll": store.poll_requested_at(),
        "op": store.applied("op-INC-7"),
        "facts": store.facts(),
        "fact": store.applied("fact-3"),
        "kept": [(one.name, one.value) for one in store.kept()],
        "notifications": store.notifications(),
        "failed": store.notifications(states=[Delivery.FAILED]),
        "notified": store.notified_until(),
        "measures": store.measures(at(0), EVER),
        "pages": store.pages(at(0), EVER),
    }


def empty(store: Store) -> bool:
    with store.database.read() as tx:
        moving.require_empty(tx, "")
    return True


@pytest.mark.parametrize(("source", "target"), WAYS)
def test_everything_arrives_in_its_order(new_store: NewStore, source: str, target: str) -> None:
    old, new = new_store(source), new_store(target)
    fill(old)
    told: list[tuple[str, int, int]] = []
    copied = copy(old.database, new.database, lambda *done: told.append(done))
    assert content(new) == content(old)
    assert new.info(deep=True).problems == ()
    assert [one.table for one in copied] == [*(table.name for table in TABLES), "meta"]
    assert {name: done for name, done, total in told if done == total} == {
        one.table: one.rows for one in copied[:-1] if one.rows
    }
    assert (new.engine(), new.presences()) == (None, ()), "who ran the old one does not run the new one"
    assert new.allocate(1) == old.allocate(1), "numbers go on where they were"


@pytest.mark.parametrize("kind", KINDS)
def test_work_goes_on_in_the_copy(new_store: NewStore, kind: str) -> None:
    old, new = new_store("sqlite"), new_store(kind)
    fill(old)
    copy(old.database, new.database)
    position = new.append([follow("INC-30", key="key „INC-30“")])
    assert position == old.open_rows().position + 1
    new.journal(_entry := new.journal_entries(at(0), EVER)[0])
    assert new.journal_entries(at(0), EVER).count(_entry) == 2
    lease = new.acquire(report(), 30)
    assert lease is not None
    new.postpone("e1", at(900), lease)
    assert [one.attempts for one in new.outbox(EVER)] == [0, 1]


@pytest.mark.parametrize("kind", KINDS)
def test_only_an_empty_store_is_filled(new_store: NewStore, kind: str) -> None:
    old, new = new_store("sqlite"), new_store(kind)
    fill(old, 4)
    new.append([opening("INC-9")])
    before = content(new)
    with pytest.raises(OncallError, match=r"not empty \(events, incidents\).*nothing was changed"):
        copy(old.database, new.database)
    assert content(new) == before


def test_numbers_that_were_given_out_count_as_something(new_store: NewStore) -> None:
    old, new = new_store("sqlite"), new_store("sqlite")
    new.allocate(1)
    with pytest.raises(OncallError, match="numbers given out"):
        copy(old.database, new.database)


class Garbling:
    """A target in which one text arrives as another."""

    def __init__(self, database: Connection, table: str) -> None:
        self._database, self._table = database, table

    def __getattr__(self, name: str) -> object:
        return getattr(self._database, name)

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Tx]:
        with self._database.write(durable=durable) as tx:
            insert = tx.insert

            def garbled(table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
                if table == self._table and rows:
                    rows = [[*rows[0][:-1], None if rows[0][-1] is None else 7], *rows[1:]]
                    rows = rows[:-1] if rows[0][-1] is None else rows
                insert(table, columns, rows)

            tx.insert = garbled  # type: ignore[method-assign]
            yield tx


@pytest.mark.parametrize("table", ["ops", "incidents"])
def test_what_arrives_differently_is_not_kept(new_store: NewStore, table: str) -> None:
    old, new = new_store("sqlite"), new_store("sqlite")
    fill(old)
    with pytest.raises(OncallError, match=f"The copy of {table} differs.*nothing was left") as caught:
        copy(old.database, Garbling(new.database, table))  # type: ignore[arg-type]
    assert caught.value.exit_code == 1
    assert empty(new)


def test_pages_take_little_memory_and_lose_nothing(
    new_store: NewStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "PAGE", 7)
    old, new = new_store("sqlite"), new_store("sqlite")
    fill(old)
    copy(old.database, new.database)
    assert content(new) == content(old)


@pytest.mark.parametrize("kind", KINDS)
def test_an_older_format_is_not_copied(new_store: NewStore, kind: str) -> None:
    old, new = new_store(kind), new_store("sqlite")
    with old.database.write() as tx:
        tx.run("UPDATE meta SET value = ? WHERE name = 'version'", len(MIGRATIONS) - 1)
    with pytest.raises(OncallError, match="store migrate"):
        copy(old.database, new.database)


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_copy_leaves_nothing(new_store: NewStore, kind: str, request: pytest.FixtureRequest) -> None:
    old, new = new_store("sqlite"), new_store(kind)
    fill(old)
    paths = [str(one.path) for one in (old, new) if isinstance(one, SqliteStore)]
    target = paths[1] if kind == "sqlite" else request.getfixturevalue("pg_database")
    worker = start("dying_copier", paths[0], target)
    output, errors = worker.communicate(timeout=PATIENCE)
    assert (worker.returncode, output) == (-9, "on the way\n"), errors
    assert empty(new)
    assert content(old)["open"]
    copy(old.database, new.database)
    assert content(new) == content(old)


@pytest.mark.parametrize("kind", KINDS)
def test_who_is_at_work_is_named(new_store: NewStore, kind: str) -> None:
    store = new_store(kind)
    assert Keeper(store).in_use() == ()
    lease = store.acquire(report(), 30)
    store.present(Presence("c1", "rina", ""))
    assert Keeper(store).in_use() == ("the engine on desk", "the console of rina")
    assert lease is not None
    store.release(lease, report())
    store.leave("c1")
    assert Keeper(store).in_use() == ()


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_comes_back_whole(new_store: NewStore, kind: str, tmp_path: Path) -> None:
    old, file = new_store(kind), tmp_path / "backup.db"
    fill(old)
    old.backup(str(file))
    assert [found.name for found in tmp_path.glob("backup*")] == ["backup.db"]
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_bytes()[18:20] == b"\x01\x01", "readable where nothing can be written"
    before = file.read_bytes()
    new = new_store("sqlite")
    Keeper(new).restore(file)
    assert content(new) == content(old)
    assert new.info(deep=True).problems == ()
    assert file.read_bytes() == before
    with pytest.raises(StoreError, match="exists already"):
        old.backup(str(file))
    with pytest.raises(OncallError, match="not empty"):
        Keeper(new).restore(file)


def test_a_backup_of_a_file_comes_back_on_a_server(new_store: NewStore, tmp_path: Path) -> None:
    old, new, file = new_store("sqlite"), new_store("postgres"), tmp_path / "backup.db"
    fill(old)
    old.backup(str(file))
    Keeper(new).restore(file)
    assert content(new) == content(old)
    assert new.info(deep=True).problems == ()


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_taken_while_others_write_is_sound(
    new_store: NewStore, kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    store = new_store(kind)
    fill(store)
    other: Store
    if kind == "postgres":
        other = on_server(request.getfixturevalue("pg_database"))
    else:
        assert isinstance(store, SqliteStore)
        other = SqliteStore(store.path)
    done, running = threading.Event(), threading.Event()

    def write() -> None:
        for number in range(2000):
            if done.is_set():
                return
            other.append([opening(f"INC-{1000 + number}", op=f"while-{number}")])
            running.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert running.wait(10)
        for number in range(3):
            store.backup(str(tmp_path / f"backup-{number}.db"))
    finally:
        done.set()
        writer.join(30)
        other.close()
    sizes = []
    for number in range(3):
        with closing(SqliteStore(tmp_path / f"backup-{number}.db")) as copied:
            assert copied.info(deep=True).problems == ()
            sizes.append(copied.info().incidents)
    assert sizes == sorted(sizes)
    assert sizes[-1] > 41


def test_only_a_sound_backup_is_taken(new_store: NewStore, tmp_path: Path) -> None:
    old, new, file = new_store("sqlite"), new_store("sqlite"), tmp_path / "backup.db"
    fill(old)
    with old.database.write() as tx:
        tx.run("DELETE FROM events WHERE incident = 'INC-5' AND n = 1")
    old.backup(str(file))
    with pytest.raises(StoreError, match=r"not sound.*INC-5"):
        Keeper(new).restore(file)
    (tmp_path / "text").write_text("only some text\n" * 500)
    with pytest.raises(StoreError, match="not an oncall store"):
        Keeper(new).restore(tmp_path / "text")
    assert empty(new)
