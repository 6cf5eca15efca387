"""A store that is opened with ``--readonly`` is looked at and left exactly as it is."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import apsw
import pytest

from console.errors import StoreError
from console.store.sqlite.store import SqliteStore
from tests.store.made import follow, opening, report


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "store.db"
    with closing(SqliteStore(found)) as store:
        store.append([opening()])
    return found


def test_it_is_read_and_never_written(path: Path) -> None:
    path.chmod(0o640)
    before = path.read_bytes(), path.stat().st_mode
    with closing(SqliteStore(path, readonly=True)) as store:
        assert store.read_only == "--readonly"
        assert store.info().reason == "--readonly"
        assert store.info(deep=True).problems == ()
        assert [row.id for row in store.open_rows().rows] == ["INC-1"]
        for write in (
            lambda: store.append([follow()]),
            lambda: store.allocate(1),
            lambda: store.acquire(report(), 1.0),
            store.request_poll,
        ):
            with pytest.raises(StoreError, match=r"is read-only: --readonly: nothing was saved"):
                write()
    assert (path.read_bytes(), path.stat().st_mode) == before


def test_the_database_itself_refuses_too(path: Path) -> None:
    with (
        closing(SqliteStore(path, readonly=True)) as store,
        pytest.raises(apsw.ReadOnlyError),
    ):
        store._connection._connection.execute("UPDATE meta SET value = value + 1")


def test_what_others_write_is_seen(path: Path) -> None:
    with closing(SqliteStore(path, readonly=True)) as looking, closing(SqliteStore(path)) as writing:
        before = looking.signal()
        writing.append([follow()])
        assert looking.signal() != before
        assert len(looking.log("INC-1")) == 3


def test_it_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        SqliteStore(tmp_path / "new" / "store.db", readonly=True)
    assert list(tmp_path.iterdir()) == []


def test_an_older_format_is_not_brought_up_to_date(path: Path) -> None:
    with closing(apsw.Connection(str(path))) as raw:
        raw.execute("UPDATE meta SET value = 1 WHERE name = 'version'")
    with pytest.raises(StoreError, match=r"older format \(1\).*oncall store migrate"):
        SqliteStore(path, readonly=True)
    with closing(apsw.Connection(str(path))) as raw:
        assert raw.execute("SELECT value FROM meta WHERE name = 'version'").fetchall() == [(1,)]
