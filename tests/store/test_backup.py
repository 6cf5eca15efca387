"""Copies: whole, private, openable, never over another file."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from console.domain.team.facts import Fact
from console.errors import StoreError
from console.store.sqlite.backup import restore
from console.store.sqlite.store import SqliteStore
from tests.store.facts import ONE_FACT_OF_EACH
from tests.store.made import ASHA, at, effect, follow, opening, report


@pytest.fixture
def original(tmp_path: Path) -> Path:
    path = tmp_path / "store.db"
    with closing(SqliteStore(path)) as store:
        store.append([opening(f"INC-{number}", op=f"op-{number}") for number in range(50)])
        store.acquire(report(), 30)
    return path


def test_a_backup_is_a_whole_store(original: Path, tmp_path: Path) -> None:
    target = tmp_path / "backup.db"
    with closing(SqliteStore(original)) as store:
        store.append([follow("INC-0")])
        store.backup(str(target))
        store.append([follow("INC-1")])
        assert sorted(found.name for found in tmp_path.glob("backup*")) == ["backup.db"]
        with closing(SqliteStore(target)) as copy:
            assert copy.info(deep=True).problems == ()
            assert copy.log("INC-0") == store.log("INC-0")
            assert len(copy.log("INC-1")) == 2
            assert copy.applied("op-7") == ("INC-7", 2)
            assert copy.engine() == store.engine()
            assert copy.append([follow("INC-2")]) == 102


def test_a_backup_can_be_read_from_a_read_only_disk(original: Path, tmp_path: Path) -> None:
    target = tmp_path / "backup.db"
    with closing(SqliteStore(original)) as store:
        store.backup(str(target))
    versions = target.read_bytes()[18:20]
    assert versions == b"\x01\x01", "a file in WAL mode (2) cannot even be read where nothing can be written"


def test_a_backup_is_flushed_to_disk(original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[int] = []
    monkeypatch.setattr("os.fsync", lambda descriptor: flushed.append(os.fstat(descriptor).st_ino))
    target = tmp_path / "backup.db"
    with closing(SqliteStore(original)) as store:
        store.backup(str(target))
    assert flushed == [target.stat().st_ino, tmp_path.stat().st_ino]


def test_a_backup_that_cannot_be_written_leaves_nothing(original: Path, tmp_path: Path) -> None:
    with closing(SqliteStore(original)) as store:
        with pytest.raises(StoreError, match="cannot be made"):
            store.backup(str(tmp_path / "nowhere" / "backup.db"))
        with pytest.raises(StoreError, match="exists already"):
            store.backup(str(original))
        assert store.info(deep=True).problems == ()


def test_a_failing_copy_is_taken_away_again(
    original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(5, "the disk is broken")

    monkeypatch.setattr("os.fsync", fail)
    with closing(SqliteStore(original)) as store, pytest.raises(StoreError, match="the disk is broken"):
        store.backup(str(tmp_path / "backup.db"))
    assert not (tmp_path / "backup.db").exists()


def test_restoring_makes_a_store_of_a_backup(original: Path, tmp_path: Path) -> None:
    backup, target = tmp_path / "backup.db", tmp_path / "new" / "store.db"
    with closing(SqliteStore(original)) as store:
        store.backup(str(backup))
    restore(backup, target)
    with closing(SqliteStore(target)) as store:
        assert len(store.open_rows().rows) == 50
        assert store.append([follow("INC-0")]) == 101
    assert target.stat().st_mode & 0o777 == 0o600
    with pytest.raises(StoreError, match="exists already"):
        restore(backup, target)


def test_only_a_sound_backup_is_restored(original: Path, tmp_path: Path) -> None:
    with closing(apsw.Connection(str(original))) as raw:
        raw.execute("DELETE FROM events WHERE incident = 'INC-4' AND n = 2")
    with pytest.raises(StoreError, match=r"not sound.*INC-4"):
        restore(original, tmp_path / "new.db")
    (tmp_path / "text").write_text("not a store at all, only some text\n" * 100)
    with pytest.raises(StoreError, match="not an oncall store"):
        restore(tmp_path / "text", tmp_path / "new.db")
    with pytest.raises(StoreError, match="cannot be opened"):
        restore(tmp_path / "nowhere", tmp_path / "new.db")
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize(
    ("harm", "word"),
    [
        ("DELETE FROM events WHERE incident = 'INC-4' AND n = 1", "gaps"),
        ("UPDATE incidents SET n = 7 WHERE id = 'INC-4'", "does not match"),
        ("UPDATE incidents SET seq = 9999 WHERE id = 'INC-4'", "does not match"),
        ("DELETE FROM incidents WHERE id = 'INC-4'", "no row"),
        ("UPDATE events SET kind = 'Teleported' WHERE incident = 'INC-4'", "Teleported"),
    ],
)
def test_a_deep_look_finds_what_is_not_whole(original: Path, harm: str, word: str) -> None:
    with closing(apsw.Connection(str(original))) as raw:
        raw.execute(harm)
    with closing(SqliteStore(original)) as store:
        assert store.info().problems == ()
        found = store.info(deep=True).problems
        assert any(word in problem for problem in found)
        assert all("INC-4" in problem or "Teleported" in problem for problem in found)


@pytest.mark.parametrize(
    ("harm", "word"),
    [
        ("DELETE FROM facts WHERE n = 1", "the team's log has gaps"),
        ("DELETE FROM facts WHERE n = 2", "the team's log has gaps"),
        ("UPDATE facts SET kind = 'Teleported' WHERE n = 3", "Teleported"),
    ],
)
def test_a_deep_look_finds_what_is_wrong_with_the_teams_log(original: Path, harm: str, word: str) -> None:
    with closing(SqliteStore(original)) as store:
        store.add_facts([Fact(0, at(1), ASHA, body) for body in ONE_FACT_OF_EACH], 0)
        assert store.info(deep=True).problems == ()
    with closing(apsw.Connection(str(original))) as raw:
        raw.execute(harm)
    with closing(SqliteStore(original)) as store:
        (found,) = store.info(deep=True).problems
        assert word in found


def test_effects_waiting_are_part_of_the_copy(original: Path, tmp_path: Path) -> None:
    with closing(SqliteStore(original)) as store:
        store.append([replace(follow("INC-0"), effects=(effect(),))])
        store.backup(str(tmp_path / "backup.db"))
    with closing(SqliteStore(tmp_path / "backup.db")) as copy:
        assert copy.outbox(effect().until or copy.now()) == (effect(),)
