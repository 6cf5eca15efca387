"""The store's commands on a real PostgreSQL: moving in, looking after it, moving out."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.store.schema import MIGRATIONS
from tests.cli.conftest import Run


@pytest.fixture
def team(config: Path, pg_database: str) -> str:
    """Point the config at a server, with an incident still in the old file; return the address."""
    config.write_text(config.read_text().replace("sqlite:///oncall.db", pg_database))
    return pg_database


def test_moving_in_and_out_again(run: Run, team: str, tmp_path: Path) -> None:
    run("new", "--service", "payments", "--title", "x", "--store", "sqlite:///old.db")
    assert run("store", "migrate").code == 0
    empty = run("store", "check", "--json").json
    assert (empty["kind"], empty["incidents"], empty["problems"]) == ("postgresql", 0, [])
    moved = run("store", "copy", "sqlite:///old.db", team)
    assert (moved.code, moved.err) == (0, "")
    assert moved.out.splitlines()[1].startswith(f'next: set [store] url = "{team}" in the config')
    assert run("ack", "1", "--take").code == 0
    found = run("store", "check")
    assert found.code == 0

    assert found.out.splitlines() == [
        f"{team}: postgresql, schema {len(MIGRATIONS)}",
        "1 incident, 2 events",
        "sound",
    ]
    assert run("store", "backup", "copy.db").code == 0
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    again = run("store", "restore", "copy.db", "--yes")
    assert (again.code, again.out) == (1, "")
    assert "is not empty" in again.err
    assert run("store", "restore", "copy.db", "--yes", "--store", "sqlite:///out.db").code == 0
    here, there = (
        run("show", "1", "--json").json,
        run("show", "1", "--json", "--store", "sqlite:///out.db").json,
    )
    assert here["timeline"] == there["timeline"]
    assert run("store", "prune", "--older", "2y", "--yes").out.startswith("0 incidents that ended before ")


@pytest.mark.usefixtures("team")
def test_a_backup_is_restored_on_a_server(run: Run, tmp_path: Path) -> None:
    run("new", "--service", "payments", "--title", "x", "--store", "sqlite:///old.db")
    run("store", "backup", "copy.db", "--store", "sqlite:///old.db")
    found = run("store", "restore", "copy.db", "--yes")
    assert (found.code, found.err) == (0, "")
    assert found.out.endswith(f": 1 incident, 1 event from {tmp_path}/copy.db\n")
    assert run("incidents", "--json").json["store"]["kind"] == "postgresql"


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("command", [["check"], ["backup", "copy.db"], ["prune", "--older", "2y", "--yes"]])
def test_looking_sets_up_no_store(run: Run, command: list[str]) -> None:
    found = run("store", *command)
    assert (found.code, found.out, found.err.count("\n")) == (3, "", 1)
    assert "there is no store" in found.err
