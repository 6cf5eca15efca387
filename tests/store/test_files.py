"""The store's files are for their owner only, whatever the umask and whoever made them before."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from console.errors import StoreError
from console.store.sqlite import fsguard
from console.store.sqlite.store import SqliteStore
from tests.store.made import follow, opening


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o777])
def umask(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[int]:
    assert tmp_path.is_dir()  # made under the usual umask
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def modes(path: Path) -> dict[str, int]:
    return {found.name: found.stat().st_mode & 0o777 for found in path.iterdir()}


@pytest.mark.usefixtures("umask")
def test_new_files_are_private_under_any_umask(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    with closing(SqliteStore(folder / "store.db")) as store:
        store.append([opening()])
        assert modes(folder) == {"store.db": 0o600, "store.db-wal": 0o600, "store.db-shm": 0o600}
        store.backup(str(folder / "backup.db"))
        assert modes(folder)["backup.db"] == 0o600
    assert modes(tmp_path) == {"a": 0o700}
    assert modes(tmp_path / "a") == {"b": 0o700}


def test_files_that_others_could_read_are_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with closing(SqliteStore(path)) as first:
        first.append([opening()])
        for found in tmp_path.iterdir():
            found.chmod(0o666)
        with closing(SqliteStore(path)) as second:
            assert second.warnings == ()
            assert set(modes(tmp_path).values()) == {0o600}
            second.append([follow()])


def test_a_file_that_is_read_only_on_purpose_stays_so(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    SqliteStore(path).close()
    path.chmod(0o444)
    SqliteStore(path).close()
    assert modes(tmp_path)["store.db"] == 0o400


def test_the_files_beside_the_store_follow_it(tmp_path: Path) -> None:
    """A store that was read-only leaves them read-only; once it is writable they have to be, too."""
    path = tmp_path / "store.db"
    with closing(SqliteStore(path)) as store:
        store.append([opening()])
        path.with_name("store.db-wal").chmod(0o400)
        path.with_name("store.db-shm").chmod(0o440)
        SqliteStore(path).close()
        assert set(modes(tmp_path).values()) == {0o600}


def test_an_existing_folder_keeps_its_rights(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o755)
    SqliteStore(folder / "store.db").close()
    assert folder.stat().st_mode & 0o777 == 0o755


def test_opening_a_second_time_does_not_drop_the_locks_of_the_first(tmp_path: Path) -> None:
    """Closing any descriptor of a file drops the process's locks on it; so the file must not be opened by hand."""
    path = tmp_path / "store.db"
    with closing(SqliteStore(path)) as first:
        first.append([opening()])
        before = _locks(path)
        assert before
        SqliteStore(path).close()
        assert _locks(path) == before


def _locks(path: Path) -> set[str]:
    """Return the locks this process holds on the store's file itself, from the kernel's own list."""
    table = Path("/proc/locks")
    if not table.exists():
        pytest.skip("no /proc/locks on this system")
    inode = str(path.stat().st_ino)
    lines = [line.split() for line in table.read_text().splitlines()]
    return {" ".join(line[1:]) for line in lines if line[-3].rpartition(":")[2] == inode}


def test_a_network_folder_is_refused_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "mountinfo"
    table.write_text("21 1 0:40 / / rw - nfs4 server:/ rw\n")
    monkeypatch.setattr(fsguard, "MOUNTS", table)
    with pytest.raises(StoreError, match="network"):
        SqliteStore(tmp_path / "new" / "store.db")
    assert not (tmp_path / "new").exists()


def test_a_folder_in_memory_is_warned_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "mountinfo"
    table.write_text("21 1 0:40 / / rw - tmpfs tmpfs rw\n")
    monkeypatch.setattr(fsguard, "MOUNTS", table)
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        assert len(store.warnings) == 1
        assert "restart" in store.warnings[0]
