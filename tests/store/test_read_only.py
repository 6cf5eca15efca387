"""Stores that can be looked at but not written to: read where possible, and never a false "saved"."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from console.errors import StoreError
from console.store.sqlite import opening as opening_module
from console.store.sqlite.store import SqliteStore
from tests.store.made import follow, opening, report
from tests.store.users import shared_folder, without_rights

__all__ = ["shared_folder"]


@pytest.fixture
def path(shared_folder: Path) -> Path:
    found = shared_folder / "store.db"
    with closing(SqliteStore(found)) as store:
        store.append([opening()])
    return found


def require_only_readable(path: Path) -> None:
    with without_rights(), closing(SqliteStore(path)) as store:
        assert store.info().read_only
        assert "cannot be written" in store.read_only
        assert [row.id for row in store.open_rows().rows] == ["INC-1"]
        assert len(store.log("INC-1")) == 2
        for write in (
            lambda: store.append([follow()]),
            lambda: store.allocate(1),
            lambda: store.acquire(report(), 1.0),
            store.request_poll,
        ):
            with pytest.raises(StoreError, match=r"is read-only.*nothing was saved"):
                write()
        store.signal()


def test_a_file_that_may_only_be_read(path: Path) -> None:
    path.chmod(0o444)
    require_only_readable(path)


def test_a_folder_that_may_only_be_read(path: Path) -> None:
    path.chmod(0o644)
    path.parent.chmod(0o555)
    require_only_readable(path)


def test_a_readable_file_in_a_writable_folder(path: Path) -> None:
    path.chmod(0o444)
    path.parent.chmod(0o777)
    require_only_readable(path)


def test_a_store_in_use_by_somebody_else_is_not_read_half(path: Path) -> None:
    with closing(SqliteStore(path)) as store:
        store.append([follow()])
        path.chmod(0o644)
        path.parent.chmod(0o555)
        path.with_name("store.db-wal").chmod(0o600)
        with without_rights():
            if _is_mine(path):
                pytest.skip("not root: everything here is ours")
            with pytest.raises(StoreError, match=r"changes beside it \(store.db-wal\)"):
                SqliteStore(path)


def test_an_empty_file_that_cannot_be_set_up(shared_folder: Path) -> None:
    path = shared_folder / "store.db"
    path.touch()
    path.chmod(0o444)
    shared_folder.chmod(0o555)
    with without_rights(), pytest.raises(StoreError, match="is empty and cannot be set up"):
        SqliteStore(path)


def test_a_file_that_may_not_be_read(path: Path) -> None:
    path.chmod(0o000)
    with without_rights(), pytest.raises(StoreError, match=r"cannot be opened.*who may read"):
        SqliteStore(path)


@pytest.mark.parametrize("name", ["store.db", "new/store.db"])
def test_a_store_that_cannot_be_made(shared_folder: Path, name: str) -> None:
    shared_folder.chmod(0o555)
    with without_rights(), pytest.raises(StoreError, match=r"cannot be made \(Permission denied\)"):
        SqliteStore(shared_folder / name)


def test_the_probe_is_a_real_write(path: Path) -> None:
    with (
        closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)) as raw,
        pytest.raises(apsw.ReadOnlyError),
    ):
        opening_module._probe(raw, 1.0)
    with closing(apsw.Connection(str(path))) as raw:
        before = raw.execute("SELECT * FROM meta").fetchall()
        opening_module._probe(raw, 1.0)
        assert raw.execute("SELECT * FROM meta").fetchall() == before
        assert not raw.in_transaction


def _is_mine(path: Path) -> bool:
    return path.stat().st_uid == os.geteuid()
