"""The engine as a service: the lease changes hands at once, and a signal ends it whatever hangs."""

from __future__ import annotations

import gc
import signal
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from console import service
from console.clock import ticks
from console.store.sqlite.store import SqliteStore
from tests.cli.conftest import Run
from tests.cli.watched import Watched, watching
from tests.servers.postgres import PostgresServer
from tests.waiting import BUSY, PATIENCE

HANGING = (
    '\n[[sources]]\nkind = "alertmanager"\nname = "prod"\nurl = "http://127.0.0.1:{port}"\ntimeout = "60s"\n'
)


@pytest.fixture
def lively(config: Path) -> Path:
    """Return a config with the shortest lease."""
    config.write_text(config.read_text() + '\n[engine]\nlease = "1s"\n')
    return config


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """Return a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE)
        yield server


def locking(path: Path) -> apsw.Connection:
    """Lock a store for as long as the connection likes; the engine may be writing just now."""
    other = apsw.Connection(str(path))
    other.set_busy_timeout(round(PATIENCE * 1000))
    other.execute("BEGIN IMMEDIATE")
    return other


def stopped(one: Watched) -> list[str]:
    """Tell one to stop; return all its events. It has to end well, and not after what it waits for."""
    asked = ticks()
    one.process.send_signal(signal.SIGTERM)
    assert one.ended() == 0
    assert ticks() - asked < BUSY
    assert one.events()[-1] == "stopped"
    return one.events()


def worker_of(path: Path) -> tuple[str, int]:
    """Return which kind of engine works on a store, and its process."""
    with closing(SqliteStore(path)) as store:
        report = store.engine()
    assert report is not None
    return report.kind, report.pid


def test_the_lease_changes_hands_at_once(config: Path) -> None:
    config.write_text(config.read_text() + '\n[engine]\nlease = "60s"\n')
    with watching(config) as one:
        one.wait_for("lease_taken")
        with watching(config) as two:
            two.wait_for("standby")
            asked = ticks()
            one.process.send_signal(signal.SIGTERM)
            assert two.wait_for("lease_taken") - asked < BUSY  # it is not waited for
            assert one.ended() == 0
            assert one.events() == ["lease_taken", "stopping", "lease_released", "stopped"]


def test_the_lease_changes_hands_after_a_kill_and_the_store_says_who_works(
    lively: Path, tmp_path: Path
) -> None:
    with watching(lively) as one:
        one.wait_for("lease_taken")
        assert worker_of(tmp_path / "oncall.db") == ("service", one.process.pid)
        with watching(lively) as two:
            two.wait_for("standby")
            killed = ticks()
            one.process.kill()
            assert two.wait_for("lease_taken") - killed < 8.0  # the lease of 1 s, not the usual of 10
            assert worker_of(tmp_path / "oncall.db") == ("service", two.process.pid)
            assert stopped(two)[-3:] == ["stopping", "lease_released", "stopped"]


def test_a_signal_in_the_middle_of_a_poll_ends_it_cleanly(lively: Path, silent: socket.socket) -> None:
    lively.write_text(lively.read_text() + HANGING.format(port=silent.getsockname()[1]))
    with watching(lively) as one:
        one.wait_for("lease_taken")
        asked, _ = silent.accept()
        with asked:
            assert stopped(one) == ["lease_taken", "stopping", "lease_released", "stopped"]


def test_a_signal_ends_it_while_the_store_is_locked_by_another_program(lively: Path, tmp_path: Path) -> None:
    with watching(lively) as one:
        one.wait_for("lease_taken")
        other = locking(tmp_path / "oncall.db")
        try:
            one.wait_for("store_lost")
            assert "lease_released" not in stopped(one)
        finally:
            other.execute("ROLLBACK")
            other.close()


def test_a_locked_store_is_said_once_and_survived(lively: Path, tmp_path: Path) -> None:
    with watching(lively) as one:
        one.wait_for("lease_taken")
        other = locking(tmp_path / "oncall.db")
        one.wait_for("lease_lost")
        with pytest.raises(pytest.fail.Exception, match="no lease_taken within"):
            one.wait_for("lease_taken", within=2.5)
        other.execute("ROLLBACK")
        other.close()
        one.wait_for("store_back")
        if one.events().count("lease_taken") < 2:
            one.wait_for("lease_taken")
        assert one.events().count("store_lost") <= 2  # locked, and no answer in time: each once


def test_it_waits_for_a_store_that_is_not_there_yet(lively: Path, tmp_path: Path) -> None:
    (tmp_path / "oncall.db").write_bytes(b"not a database, for now: a restore is under way" * 50)
    with watching(lively) as one:
        one.wait_for("store_lost")
        (tmp_path / "oncall.db").unlink()
        one.wait_for("lease_taken")
        assert stopped(one)[:2] == ["store_lost", "lease_taken"]


def test_a_stopped_and_a_frozen_server_are_survived(
    lively: Path, run: Run, postgres: PostgresServer, pg_database: str
) -> None:
    with watching(lively, "--store", pg_database) as one:
        one.wait_for("lease_taken")
        postgres.restart("immediate")
        one.wait_for("store_lost")
        one.wait_for("store_back")
        assert run("watch", "--health", "--store", pg_database, "--config", str(lively)).code in {0, 1}
        postgres.freeze()
        asked = ticks()
        found = run("watch", "--health", "--store", pg_database, "--config", str(lively))
        assert found.code == 3
        assert ticks() - asked < 2.1 + BUSY
        assert "lease_released" not in stopped(one)[-2:]
        postgres.thaw()


def test_what_is_loaded_is_not_searched_for_garbage() -> None:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    try:
        gc.set_threshold(700, 10, 10)  # a test that ran an engine here may have raised it already
        service.collect_less_often()
        assert gc.get_threshold() > (700, 10, 10)
        assert gc.get_freeze_count() > frozen
    finally:
        gc.set_threshold(*before)  # what was frozen may stay so: see tests/conftest.py
