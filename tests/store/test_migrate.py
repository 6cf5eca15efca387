"""Migrations: once or not at all; newer stores are read, and written where they allow it."""

from __future__ import annotations

import signal
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from console.errors import StoreError
from console.store.migrate import Versions, may_write, migrate, versions
from console.store.schema import APPLICATION_ID, MIGRATIONS, SQLITE, Migration
from console.store.sqlite import opening
from console.store.sqlite.store import SqliteStore
from console.store.sqlite.tx import SqliteTx, immediate
from tests.store.made import follow
from tests.store.made import opening as opening_write
from tests.store.workers import start
from tests.waiting import PATIENCE

KNOWN = len(MIGRATIONS)
ADD_MOOD = Migration("ALTER TABLE incidents ADD COLUMN mood TEXT NOT NULL DEFAULT ''", compatible=1)
BREAK = Migration("ALTER TABLE incidents ADD COLUMN other TEXT NOT NULL DEFAULT ''", compatible=KNOWN + 2)


def upgrade(path: Path, *more: Migration) -> None:
    """Do to a store what a later version of the program would."""
    with closing(apsw.Connection(str(path))) as raw:
        migrate(lambda: immediate(raw), SQLITE, (*MIGRATIONS, *more))


def test_eight_starters_at_once_set_the_store_up_once(tmp_path: Path) -> None:
    worker = start("starters", tmp_path, 10, 8)
    output, errors = worker.communicate(timeout=PATIENCE)
    assert worker.returncode == 0, errors
    assert output.splitlines() == [" ".join("0" * 8)] * 10
    for path in tmp_path.glob("*.db"):
        with closing(SqliteStore(path)) as store:
            assert store.info(deep=True).problems == ()


def test_a_kill_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    worker = start("dying_migrator", path)
    worker.communicate(timeout=PATIENCE)
    assert worker.returncode == -signal.SIGKILL
    with closing(apsw.Connection(str(path))) as raw:
        assert raw.execute("SELECT count(*) FROM sqlite_schema").fetchall() == [(0,)]
        assert raw.execute("PRAGMA application_id").fetchall() == [(0,)]
    with closing(SqliteStore(path)) as store:
        assert store.append([opening_write()]) == 2


def test_a_step_that_fails_undoes_the_ones_before_it(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    SqliteStore(path).close()
    with pytest.raises(apsw.SQLError):
        upgrade(path, ADD_MOOD, Migration("ALTER TABLE nowhere ADD COLUMN x", compatible=1))
    with closing(apsw.Connection(str(path))) as raw:
        assert versions(SqliteTx(raw), SQLITE) == Versions(KNOWN, 1)
        assert "mood" not in [row[1] for row in raw.execute("PRAGMA table_info(incidents)")]


def test_steps_that_are_missing_are_made_up_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "store.db"
    with closing(SqliteStore(path)) as store:
        store.append([opening_write()])
    monkeypatch.setattr(opening, "MIGRATIONS", (*MIGRATIONS, ADD_MOOD, BREAK))
    with closing(SqliteStore(path)) as store:
        assert store.info().schema == KNOWN + 2
        assert len(store.log("INC-1")) == 2


def test_a_newer_store_that_allows_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    SqliteStore(path).close()
    upgrade(path, ADD_MOOD)
    with closing(SqliteStore(path)) as store:
        assert store.read_only == ""
        assert store.append([opening_write()]) == 2
        assert store.info().schema == KNOWN + 1


def test_a_newer_store_that_does_not_is_read_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with closing(SqliteStore(path)) as store:
        store.append([opening_write()])
    upgrade(path, ADD_MOOD, BREAK)
    with closing(SqliteStore(path)) as store:
        assert store.info().read_only
        assert len(store.open_rows().rows) == 1
        with pytest.raises(StoreError, match=rf"format \({KNOWN + 2}\) is newer"):
            store.append([follow()])
        assert len(store.log("INC-1")) == 2


def test_a_store_upgraded_while_it_is_open_is_written_no_more(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with closing(SqliteStore(path)) as store:
        store.append([opening_write()])
        upgrade(path, ADD_MOOD)
        store.append([follow()])
        upgrade(path, ADD_MOOD, BREAK)
        with pytest.raises(StoreError, match=rf"format \({KNOWN + 2}\) is newer.*upgrade oncall"):
            store.append([follow(after=3)])
        assert len(store.log("INC-1")) == 3


@pytest.mark.parametrize(
    ("compatible", "known", "allowed"), [(1, 1, True), (1, 2, True), (2, 1, False), (0, 1, True)]
)
def test_the_oldest_writer_decides(compatible: int, known: int, *, allowed: bool) -> None:
    assert may_write(Versions(9, compatible), known) is allowed


def test_the_file_is_marked_as_ours(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    SqliteStore(path).close()
    with closing(apsw.Connection(str(path))) as raw:
        assert raw.execute("PRAGMA application_id").fetchall() == [(APPLICATION_ID,)]


def test_an_old_library_is_refused() -> None:
    for version in ("3.40.1", "3.51.2", "3.9"):
        with pytest.raises(StoreError, match="SQLite"):
            opening.require_sqlite(version)
    for version in ("3.51.3", "3.54.1", "4.0.0"):
        opening.require_sqlite(version)
