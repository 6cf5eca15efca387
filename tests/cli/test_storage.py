from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

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
