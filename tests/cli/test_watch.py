"""The engine without a screen: one cycle, and a whole run that is told to stop."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from console.store.sqlite.store import SqliteStore
from tests.cli.conftest import Run
from tests.paths import REPO
from tests.waiting import PATIENCE

TIMELINE = [
    {"at": 0, "name": "HighErrorRate", "service": "payments", "severity": "critical", "labels": {"pod": "a"}},
    {"at": 0, "name": "HighErrorRate", "service": "payments", "severity": "critical", "labels": {"pod": "b"}},
    {"at": 0, "name": "DiskFull", "service": "orders-db", "severity": "warning"},
]


@pytest.fixture
def replay(config: Path, tmp_path: Path) -> Path:
    """Return a config whose only source plays three alerts."""
    (tmp_path / "alerts.jsonl").write_text("".join(json.dumps(line) + "\n" for line in TIMELINE))
    source = '\n[[sources]]\nkind = "replay"\nname = "play"\nfile = "alerts.jsonl"\ninterval = "1s"\nstart = 2026-01-05T00:00:00Z\n'
    config.write_text(config.read_text() + source)
    return config


@contextmanager
def watching(config: Path, *more: str, stdin: int = subprocess.DEVNULL) -> Iterator[subprocess.Popen[str]]:
    """Run ``oncall watch`` in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "console", "watch", "--config", str(config), *more],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPO,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(process: subprocess.Popen[str], words: str) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if words in line:
            return
    pytest.fail(f"ended without saying {words!r}")


@pytest.mark.usefixtures("replay")
def test_one_cycle_says_what_it_did(run: Run) -> None:
    found = run("watch", "--once")
    assert found.code == 0
    assert found.out.startswith("1 source, 3 alerts: 2 incidents changed, ")
    assert found.out.endswith("0 failures\n")
    listed = run("incidents", "--json").json
    assert {one["service"]: one["alerts"]["total"] for one in listed["incidents"]} == {
        "payments": 2,
        "orders-db": 1,
    }
    assert [source["name"] for source in listed["sources"]] == ["play"]
    assert not listed["engine"]["running"]
    assert run("watch", "--once").out.startswith("1 source, 3 alerts: 0 incidents changed, ")


def test_a_source_that_fails_is_named_and_exit_3(run: Run, replay: Path, tmp_path: Path) -> None:
    (tmp_path / "alerts.jsonl").unlink()
    found = run("watch", "--once", "--config", str(replay))
    assert found.code == 3
    assert "play: timeline" in found.err
    assert found.out.endswith("1 failure\n")
    (source,) = run("incidents", "--json").json["sources"]
    assert source["status"] == "failed"


def test_it_stops_cleanly_when_told_and_gives_the_lease_up(replay: Path, tmp_path: Path) -> None:
    with watching(replay) as process:
        wait_for(process, "this engine works now")
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert errors.splitlines()[-1].endswith("info stopped")
    store = SqliteStore(tmp_path / "oncall.db")
    try:
        report = store.engine()
        assert report is not None
        assert report.expires_at <= store.now()
        assert report.pid == process.pid
    finally:
        store.close()


def test_a_second_engine_does_nothing_while_one_works(run: Run, replay: Path) -> None:
    with watching(replay) as process:
        wait_for(process, "this engine works now")
        found = run("watch", "--once", "--config", str(replay))
        assert (found.code, found.out) == (1, "")
        assert found.err.startswith("another engine works already (")
        assert run("new", "--service", "payments", "--title", "x").err == ""


def test_a_child_ends_with_the_console_that_started_it(replay: Path) -> None:
    reader, writer = os.pipe()
    with watching(replay, "--child", stdin=reader) as process:
        os.close(reader)
        wait_for(process, "this engine works now")
        os.close(writer)
        assert process.wait(timeout=PATIENCE) == 0
