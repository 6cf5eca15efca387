"""What goes wrong with files and disks: one plain line each, nothing told as saved that is not."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from console.domain.events import Noted
from console.errors import StoreError
from console.store.sqlite import connection as connection_module
from console.store.sqlite.failures import explain
from console.store.sqlite.store import SqliteStore
from tests.store.made import follow, opening
from tests.store.workers import start
from tests.waiting import PATIENCE


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "store.db"
    with closing(SqliteStore(found)) as store:
        store.append([opening()])
    return found


def text_file(path: Path) -> None:
    path.write_text("These are my notes.\n" * 300)


def short_text_file(path: Path) -> None:
    path.write_text("hello")


def folder(path: Path) -> None:
    path.mkdir()


def foreign_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE places (url TEXT)")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (text_file, "is not an oncall store"),
        (short_text_file, "is not an oncall store"),
        (folder, "is a folder"),
        (foreign_database, "is another program's database"),
    ],
)
def test_what_is_not_a_store_is_refused_and_left_as_it_is(
    tmp_path: Path, make: Callable[[Path], None], message: str
) -> None:
    path = tmp_path / "store.db"
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(StoreError, match=message) as caught:
        SqliteStore(path)
    assert "\n" not in str(caught.value)
    assert caught.value.hint
    assert (path.read_bytes() if path.is_file() else b"") == before
    assert [found.name for found in tmp_path.iterdir()] == ["store.db"]


def test_a_device_is_not_a_store() -> None:
    with pytest.raises(StoreError, match="is not a file"):
        SqliteStore(Path("/dev/null"))


def test_a_cut_off_file_is_named_as_damaged(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:9000])
    with pytest.raises(StoreError, match=r"is damaged.*restore the last backup"):
        SqliteStore(path)


def test_a_damaged_page_is_found_by_a_deep_look(path: Path) -> None:
    with closing(SqliteStore(path)) as store:
        writes = [opening(f"INC-{number}") for number in range(2, 500)]
        store.append(writes)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\xaa" * 4096
    path.write_bytes(content)
    with closing(SqliteStore(path)) as store:
        try:
            problems = store.info(deep=True).problems
        except StoreError as error:
            problems = (str(error),)
    assert any("damaged" in problem for problem in problems)


def test_a_full_disk_loses_nothing_that_was_told(path: Path) -> None:
    path.unlink()
    worker = start("filler", path, 2_000_000)
    output, errors = worker.communicate(timeout=PATIENCE)
    assert worker.returncode == 0, errors
    lines = output.splitlines()
    told = [int(line.removeprefix("saved ")) for line in lines if line.startswith("saved")]
    failed = [line for line in lines if line.startswith("error")]
    assert len(failed) == 1
    assert "nothing was saved" in failed[0]
    assert len(told) > 10
    with closing(SqliteStore(path)) as store:
        assert [event.n for event in store.log("INC-1")] == [1, 2, *told]
        assert store.info(deep=True).problems == ()


def test_a_store_locked_for_too_long(path: Path) -> None:
    with closing(SqliteStore(path, busy_timeout=0.05)) as store, closing(apsw.Connection(str(path))) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"locked by another program.*nothing was saved"):
            store.append([follow()])
        assert len(store.log("INC-1")) == 2, "reading goes on"
        SqliteStore(path, busy_timeout=0.05).close()
        other.execute("ROLLBACK")
        assert store.append([follow()]) == 3


def test_a_store_locked_whole_cannot_be_opened(path: Path) -> None:
    with closing(apsw.Connection(str(path))) as other:
        list(other.execute("PRAGMA locking_mode = EXCLUSIVE"))
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE meta SET value = value + 0")
        with pytest.raises(StoreError, match="locked by another program"):
            SqliteStore(path, busy_timeout=0.05)


@pytest.mark.parametrize("fate", ["moved", "deleted", "replaced"])
def test_a_file_that_is_no_longer_there_takes_no_more_writes(path: Path, fate: str) -> None:
    with closing(SqliteStore(path)) as store:
        store.append([follow()])
        aside = path.with_name("aside.db")
        path.rename(aside)
        if fate == "deleted":
            aside.unlink()
        if fate == "replaced":
            path.write_bytes(b"")
        with pytest.raises(StoreError, match=r"moved, replaced or deleted.*restart"):
            store.append([follow(after=3)])
        with pytest.raises(StoreError, match="moved, replaced or deleted"):
            store.applied("op")
        if fate == "moved":
            aside.rename(path)
            assert store.append([follow(after=3)]) == 4


def test_readers_notice_within_a_second(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(connection_module, "ticks", lambda: now)
    with closing(SqliteStore(path)) as store:
        path.rename(path.with_name("aside.db"))
        now += 0.9
        store.signal()
        now += 0.2
        with pytest.raises(StoreError, match="moved, replaced or deleted"):
            store.signal()


def test_a_file_moved_during_a_write_is_not_told_as_saved(path: Path) -> None:
    def write_and_move(store: SqliteStore) -> None:
        with store._connection.write() as tx:
            tx.run("UPDATE meta SET value = value + 1 WHERE name = 'allocated'")
            path.rename(path.with_name("aside.db"))

    with closing(SqliteStore(path)) as store:
        with pytest.raises(StoreError, match="moved"):
            write_and_move(store)
        with pytest.raises(StoreError, match="moved"):
            store.applied("op")  # nor is it found by whoever asks again


def test_a_closed_store_says_so(path: Path) -> None:
    store = SqliteStore(path)
    store.close()
    for use in (store.open_rows, store.signal, lambda: store.append([follow()])):
        with pytest.raises(StoreError, match="has been closed"):
            use()


def test_broken_characters_in_a_row_are_refused_whole(path: Path) -> None:
    with closing(SqliteStore(path)) as store:
        with pytest.raises(StoreError, match="broken characters"):
            store.append([follow(title="half a pair \ud800")])
        assert len(store.log("INC-1")) == 2
        store.append([follow(body=Noted("half a pair \ud800"))])


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE incidents SET state = 'teleported'",
        "UPDATE incidents SET priority = 9",
        "UPDATE incidents SET reported_at = 9223372036854775807",
        "UPDATE incidents SET paged_now = 'x'",
    ],
)
def test_a_row_with_words_of_a_newer_version(path: Path, harm: str) -> None:
    with closing(apsw.Connection(str(path))) as raw:
        raw.execute(harm)
    with closing(SqliteStore(path)) as store, pytest.raises(StoreError, match="newer version of oncall"):
        store.open_rows()


def test_every_error_of_sqlite_is_one_plain_line() -> None:
    kinds = [kind for kind in vars(apsw).values() if isinstance(kind, type) and issubclass(kind, apsw.Error)]
    assert len(kinds) > 20
    for kind in kinds:
        told = explain(kind("some detail"), "/data/store.db")
        assert "\n" not in str(told)
        assert told.hint
