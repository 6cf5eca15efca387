from __future__ import annotations

import io
from contextlib import closing
from pathlib import Path

import pytest

from console.domain.commands import Note, Resolve
from console.domain.presence import Presence
from console.ports.store import JournalEntry, Write
from console.store.sqlite.store import SqliteStore
from tests.cli.conftest import Run
from tests.domain.world import World, alert
from tests.store.made import report

pytestmark = pytest.mark.usefixtures("config")


def test_check_migrate_and_backup(run: Run, tmp_path: Path) -> None:
    run("new", "--service", "payments", "--title", "x")
    found = run("store", "check")
    assert found.code == 0
    assert found.out.splitlines()[1:] == ["1 incident, 1 event", "sound"]
    told = run("store", "check", "--json").json
    assert (told["kind"], told["incidents"], told["problems"]) == ("sqlite", 1, [])
    assert run("store", "migrate").code == 0
    copy = tmp_path / "copy.db"
    assert run("store", "backup", str(copy)).code == 0
    assert copy.stat().st_mode & 0o777 == 0o600
    assert run("incidents", "--store", f"sqlite:///{copy}", "--json").json["incidents"][0]["id"] == "INC-1"
    again = run("store", "backup", str(copy))
    assert again.code == 3
    assert again.err.count("\n") == 1


def test_copy_says_what_it_did_and_what_to_do_next(run: Run, tmp_path: Path) -> None:
    run("new", "--service", "payments", "--title", "x")
    found = run("store", "copy", "sqlite:///oncall.db", "sqlite:///new.db")
    assert (found.code, found.err) == (0, "")
    assert found.out.splitlines() == [
        f"{tmp_path}/new.db: copied from {tmp_path}/oncall.db, 3 rows in 12 tables, the same on both sides",
        'next: set [store] url = "sqlite:///new.db" in the config of everybody, and let no console open the old one',
    ]
    assert run("incidents", "--store", "sqlite:///new.db", "--json").json["incidents"][0]["id"] == "INC-1"
    again = run("store", "copy", "sqlite:///oncall.db", "sqlite:///new.db")
    assert (again.code, again.out, again.err.count("\n")) == (1, "", 1)
    assert "not empty (events, incidents, ops): nothing was changed" in again.err


def test_a_store_in_use_is_copied_only_on_demand(run: Run, tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "oncall.db")) as store:
        store.acquire(report(), 60)
        store.present(Presence("c1", "rina", ""))
        store.present(Presence("c2", "", ""))
        found = run("store", "copy", "sqlite:///oncall.db", "sqlite:///new.db")
        assert (found.code, found.out) == (1, "")
        assert "in use by the engine on desk, the console of somebody, the console of rina: " in found.err
        assert not (tmp_path / "new.db").exists()
        found = run("store", "copy", "--while-open", "sqlite:///oncall.db", "sqlite:///new.db")
        assert found.code == 0
        assert found.err.startswith("warning: ")


def test_a_store_that_is_being_run_is_not_filled(run: Run, tmp_path: Path) -> None:
    run("store", "migrate", "--store", "sqlite:///old.db")
    with closing(SqliteStore(tmp_path / "oncall.db")) as store:
        store.backup(str(tmp_path / "copy.db"))
        store.acquire(report(), 60)
    for command in (["copy", "sqlite:///old.db", "sqlite:///oncall.db"], ["restore", "copy.db", "--yes"]):
        found = run("store", *command)
        assert (found.code, found.out) == (1, "")
        assert "in use by the engine on desk: stop it first" in found.err


def test_copying_from_nowhere_makes_nothing(run: Run, tmp_path: Path) -> None:
    found = run("store", "copy", "sqlite:///nowhere.db", "sqlite:///new.db")
    assert (found.code, found.out) == (3, "")
    assert not list(tmp_path.glob("n*.db"))


def test_restore_fills_an_empty_store(run: Run, tmp_path: Path) -> None:
    run("new", "--service", "payments", "--title", "x")
    run("store", "backup", "copy.db")
    found = run("store", "restore", "copy.db", "--yes")
    assert (found.code, found.out) == (1, "")
    assert "name a new one, or move that one away first" in found.err
    (tmp_path / "oncall.db").unlink()
    assert run("store", "restore", "copy.db").code == 2, "nobody to ask"
    found = run("store", "restore", "copy.db", "--yes")
    assert (found.code, found.err) == (0, "")
    assert found.out == f"{tmp_path}/oncall.db: 1 incident, 1 event from {tmp_path}/copy.db\n"
    assert run("store", "check").code == 0
    gone = run("store", "restore", "gone.db", "--yes", "--store", "sqlite:///other.db")
    assert (gone.code, gone.out) == (3, "")
    assert "there is no backup" in gone.err


@pytest.fixture
def aged(tmp_path: Path) -> Path:
    """Fill the configured store with a day that lies far back."""
    world = World()
    world.open("10:00", alert())
    world.ack("10:01")
    world.do("10:02", Note("words"))
    world.do("10:03", Note("more words"))
    world.do("11:00", Resolve(despite_firing=True))
    log = tuple(world.logs["INC-1"])
    path = tmp_path / "oncall.db"
    with closing(SqliteStore(path)) as store:
        store.append([Write("INC-1", 0, log, world.row())])
        store.journal(JournalEntry(log[0].at, "shift", "payments", "old"))
    return path


@pytest.mark.usefixtures("aged")
def test_prune_says_what_it_cuts(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    planned = run("store", "prune", "--older", "30d", "--dry-run")
    assert planned.code == 0
    assert planned.out.startswith("1 incident that ended before ")
    assert "would be cut to the numbers: 6 events become 5" in planned.out
    assert run("show", "1", "--json").json["pruned_at"] is None
    nobody = run("store", "prune", "--older", "30d")
    assert (nobody.code, nobody.out) == (2, "")
    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    refused = run("store", "prune", "--older", "30d")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.splitlines()[-1] == "nothing was changed"
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    done = run("store", "prune", "--older", "30d")
    assert done.code == 0
    assert "cut to the numbers: 6 events become 5\n1 of the journal's entries dropped\n" in done.out
    assert "its detail was pruned on " in run("show", "1").out
    assert run("show", "1", "--json").json["pruned_at"]
    assert run("store", "check").out.splitlines()[-1] == "sound"


class Terminal(io.StringIO):
    """A person who has typed something."""

    def isatty(self) -> bool:
        return True


def test_prune_leaves_the_last_month_alone(run: Run) -> None:
    run("store", "migrate")
    for age in ("29d", "4w", "18m", "0d", "mo", ""):
        found = run("store", "prune", "--older", age, "--yes")
        assert (found.code, found.out, found.err.count("\n")) == (2, "", 1)
    assert run("store", "prune", "--older", "18mo", "--readonly", "--yes").code == 1
    assert run("store", "prune", "--older", "18mo", "--yes").out.startswith("0 incidents ")


def test_roles_are_printed_without_a_store(run: Run, config: Path) -> None:
    config.unlink()
    found = run("store", "roles", "--reader", 'we"ird', "--engine", "machine")
    assert (found.code, found.err) == (0, "")
    assert 'CREATE ROLE "we""ird" LOGIN' in found.out
    assert 'GRANT INSERT, UPDATE ON oncall.lease TO "machine";' in found.out
    assert run("store", "roles", "--reader", "").code == 2


def test_a_store_that_is_not_there_is_not_made_by_looking(run: Run, tmp_path: Path) -> None:
    for command in (["check"], ["backup", "copy.db"]):
        found = run("store", *command, "--store", "sqlite:///nowhere.db")
        assert (found.code, found.out) == (3, "")
        assert "nowhere.db" in found.err
    assert not (tmp_path / "nowhere.db").exists()


@pytest.mark.parametrize("url", ["oncall.db", "mysql://host/x", "sqlite://"])
def test_an_address_that_cannot_be_used_is_exit_2(run: Run, url: str) -> None:
    found = run("store", "check", "--store", url)
    assert (found.code, found.out) == (2, "")
    assert found.err.count("\n") == 1


def test_with_an_address_no_config_is_needed(run: Run, config: Path) -> None:
    config.unlink()
    assert run("store", "migrate", "--store", "sqlite:///other.db").code == 0
    assert run("incidents", "--store", "sqlite:///other.db").code == 0
