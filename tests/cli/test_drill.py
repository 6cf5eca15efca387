"""Drills from the command line: private, without a network, with a score; the team's store never learns of one."""

from __future__ import annotations

import hashlib
import json
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console import bootstrap, rehearsal
from console.cli import drill
from console.config.kept import load_setup
from console.config.setup import Setup
from console.domain.actors import Actor, ActorKind
from console.domain.alert import Alert, AlertRef
from console.domain.commands import Ack, Command, Note, Open, Resolve, SetPriority
from console.domain.priority import Priority
from console.ports.desk import Saved
from tests.cli.conftest import Run

Play = Callable[[Setup], None]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Refuse every connection that is not one within this machine's own event loops."""
    asked: list[Any] = []

    def refuse(_self: socket.socket, address: Any) -> None:
        asked.append(address)
        raise OSError("no connection may be opened in a drill")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    return asked


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[Play], list[Setup]]:
    """Return what lets somebody play a drill in place of the console; the setups seen are returned."""

    def prepare(play: Play) -> list[Setup]:
        seen: list[Setup] = []

        def console(setup: Setup, me: str, _settings: object, *, rehearsal: str) -> int:
            assert rehearsal == "drill"
            assert me == "asha"
            assert setup.folder.stat().st_mode & 0o777 == 0o700
            seen.append(setup)
            play(setup)
            return 0

        private = tmp_path / "private"
        private.mkdir()
        monkeypatch.setattr("tempfile.tempdir", str(private))
        monkeypatch.setattr(bootstrap, "run_console", console)
        monkeypatch.setattr(drill, "ui_settings", lambda _setup: None)
        monkeypatch.setattr(rehearsal, "_STARTS_AFTER", rehearsal._STARTS_AFTER * 0)
        return seen

    return prepare


def work(*commands: Command) -> Play:
    """Return what does that to the first incident of a drill, once it is there."""

    def play(setup: Setup) -> None:
        store = bootstrap.open_store(setup)
        executor = bootstrap.make_executor(store, setup.policy)
        try:
            end = time.monotonic() + 20
            while not (rows := store.open_rows().rows) and time.monotonic() < end:
                time.sleep(0.02)  # the engine writes in its own time, and a test has no other sign of it
            for number, command in enumerate(commands):
                told = executor.carry_out(rows[0].id, command, Actor("asha"), f"op-{number}")
                assert isinstance(told, Saved), told
        finally:
            store.close()

    return play


def left_of(folder: Path) -> dict[str, str]:
    """Return every file below a folder with what it holds, in short."""
    files = (one for one in folder.rglob("*") if one.is_file() and "XDG_CACHE_HOME" not in one.parts)
    return {str(one): hashlib.sha256(one.read_bytes()).hexdigest() for one in files}


def test_a_drill_has_a_score_and_leaves_the_teams_store_as_it_was(
    run: Run, config: Path, tmp_path: Path, no_network: list[Any], played: Callable[[Play], list[Setup]]
) -> None:
    assert run("new", "--service", "payments", "--title", "real").code == 0
    seen = played(
        work(
            Ack(),
            SetPriority(Priority.P2),
            Note("seen"),
            Resolve("x", "deploy", despite_firing=True),
        )
    )
    before = left_of(tmp_path)
    found = run("drill", "run", "first-step-fails", "--speed", "5")
    assert (found.code, found.err) == (0, "")
    assert "played 5 times as fast" in found.out
    assert "ack             25/25" in found.out
    assert "resolved: wait until the alerts have cleared" in found.out
    assert left_of(tmp_path) == before
    (setup,) = seen
    assert not setup.folder.exists()
    assert (setup.policy.channels, [one.kind for one in setup.sources]) == ((), ["replay"])
    assert no_network == []
    assert config.exists()


@pytest.mark.usefixtures("config")
def test_the_score_for_programs_and_in_a_file(
    run: Run, tmp_path: Path, played: Callable[[Play], list[Setup]]
) -> None:
    played(work(Ack()))
    found = run("drill", "run", "first-step-fails", "--json", "--out", "score.json")
    assert found.json["points"][0]["name"] == "ack"
    assert found.json["got"] <= found.json["most"]
    assert json.loads((tmp_path / "score.json").read_text()) == found.json
    again = run("drill", "run", "first-step-fails", "--out", "score.json")
    assert (again.code, again.err) == (2, "score.json exists already: name another file for the score\n")


def test_without_a_config_it_is_played_with_the_demos_team(
    run: Run, played: Callable[[Play], list[Setup]]
) -> None:
    seen = played(lambda _setup: None)
    found = run("drill", "run", "flapping-probe", "--as", "asha")
    assert (found.code, found.out) == (0, "")
    assert found.err == "no score: the drill was left before its incident came\n"
    assert "budi" in seen[0].policy.people


def test_an_incident_becomes_a_drill_that_can_be_played(
    run: Run, config: Path, tmp_path: Path, played: Callable[[Play], list[Setup]]
) -> None:
    played(work(Ack(), SetPriority(Priority.P1)))
    setup = load_setup(config)
    store = bootstrap.open_store(setup)
    executor = bootstrap.make_executor(store, setup.policy)
    labels = (("alertname", "Unwell"), ("instance", "db-7.example:9090"))
    fires = Alert(
        AlertRef("prod", "a"),
        "Unwell",
        "Asha, db-7.example is unwell",
        "payments",
        Priority.P1,
        labels=labels,
    )
    opening = Open(fires.title, "payments", "payments/Unwell", "Unwell", (fires,))
    executor.carry_out("", opening, Actor("prod", ActorKind.SOURCE), "open")
    executor.carry_out("INC-1", Ack(), Actor("asha"), "ack")
    executor.carry_out("INC-1", SetPriority(Priority.P2), Actor("asha"), "priority")
    store.close()
    assert run("drill", "record", "INC-1", "--out", "mine.json").code == 0
    assert run("drill", "record", "INC-1", "--out", "mine.json").code == 2
    written = (tmp_path / "mine.json").read_text()
    assert "db-7" not in written
    assert run("drill", "record", "INC-1").out == written
    found = run("drill", "run", "mine.json")
    assert (found.code, found.err) == (0, "")
    assert "drill inc-1: " in found.out
    assert "priority right: it was P2" in found.out


@pytest.mark.usefixtures("config")
def test_what_cannot_be_a_drill_is_said(run: Run) -> None:
    assert run("new", "--service", "payments", "--title", "no alert").code == 0
    refused = run("drill", "record", "INC-1")
    assert (refused.code, refused.out) == (1, "")
    assert "it has no alerts" in refused.err
    assert run("drill", "record", "INC-9").code == 1


def test_what_makes_no_sense_is_refused(run: Run) -> None:
    assert run("drill", "run", "nothing").code == 2
    assert run("drill", "run", "first-step-fails", "--speed", "3").code == 2
    assert run("--store", "sqlite:///x.db", "drill", "run", "first-step-fails").code == 2
    assert run("drill").code == 2


def test_the_list_says_what_each_is_for(run: Run) -> None:
    found = run("drill", "list")
    assert found.code == 0
    assert found.out.count("\n") == 4
    assert "first-step-fails" in found.out
