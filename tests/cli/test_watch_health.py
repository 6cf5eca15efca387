"""The probe: who is the engine, asked of the store and nobody else, in time whatever happens."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import apsw
import pytest

from console.clock import ticks
from console.domain.health import EngineReport, SourceHealth
from console.ports.store import Lease
from console.store.sqlite.store import SqliteStore
from tests.cli.conftest import Run
from tests.paths import REPO
from tests.waiting import BUSY, PATIENCE


@pytest.fixture
def store(tmp_path: Path, config: Path) -> SqliteStore:
    assert config.exists()
    return SqliteStore(tmp_path / "oncall.db")


def hold(store: SqliteStore, ttl: float = 60.0, kind: str = "service") -> tuple[Lease, EngineReport]:
    now = store.now()
    sources = (
        SourceHealth("prod", "alertmanager", 15.0, last_success=now),
        SourceHealth(
            "east", "alertmanager", 15.0, last_success=now - timedelta(hours=1), misses=9, error="refused"
        ),
        SourceHealth("new", "replay", 15.0),
    )
    report = EngineReport("h", "db1", 42, 0, now, now, now, sources=sources, kind=kind)
    lease = store.acquire(report, ttl)
    assert lease is not None
    return lease, report


def test_somebody_works(run: Run, store: SqliteStore) -> None:
    hold(store)
    found = run("watch", "--health")
    assert found.code == 0
    first, *sources = found.out.splitlines()
    assert first.startswith("working: db1, pid 42 (service), last heartbeat ")
    assert sources == ["prod: live", "east: stale: refused", "new: never"]
    told = run("watch", "--health", "--json").json
    assert (told["working"], told["host"], told["pid"], told["kind"]) == (True, "db1", 42, "service")
    assert 0 <= told["beat_age"] < 30
    assert [source["status"] for source in told["sources"]] == ["live", "stale", "never"]
    store.close()


def test_a_heartbeat_of_an_older_version_names_no_kind(run: Run, store: SqliteStore, tmp_path: Path) -> None:
    hold(store)
    store.close()
    raw = apsw.Connection(str(tmp_path / "oncall.db"))
    raw.execute("UPDATE lease SET report = json_remove(report, '$.kind')")
    raw.close()
    assert run("watch", "--health").out.startswith("working: db1, pid 42, last heartbeat ")
    assert run("watch", "--health", "--json").json["kind"] is None


def test_nobody_works_any_more(run: Run, store: SqliteStore) -> None:
    store.release(*hold(store))
    store.close()
    found = run("watch", "--health")
    assert found.code == 1
    assert found.out.startswith("no engine works: auto-escalation is NOT running (the last: db1, pid 42")
    assert run("watch", "--health", "--json").json["working"] is False


def test_nobody_has_ever_worked(run: Run, store: SqliteStore) -> None:
    store.close()
    found = run("watch", "--health")
    assert (found.code, found.out) == (
        1,
        "no engine has ever worked on this store: auto-escalation is NOT running\n",
    )
    told = run("watch", "--health", "--json").json
    assert (told["working"], told["host"], told["beat_age"], told["sources"]) == (False, None, None, [])


def test_no_store_is_not_made(run: Run, config: Path, tmp_path: Path) -> None:
    found = run("watch", "--health", "--config", str(config))
    assert found.code == 3
    assert found.err.startswith("there is no store ")
    assert not (tmp_path / "oncall.db").exists()
    told = run("watch", "--health", "--json", "--config", str(config))
    assert told.code == 3
    assert told.json["working"] is None


def test_a_store_that_another_program_keeps_for_itself(
    store: SqliteStore, tmp_path: Path, config: Path
) -> None:
    """The whole program, its start and its end included."""
    hold(store)
    store.close()
    command = [sys.executable, "-m", "console", "watch", "--health", "--config", str(config)]
    assert (
        subprocess.run(command, cwd=REPO, check=False, capture_output=True).returncode == 0
    )  # kept from now on
    other = apsw.Connection(str(tmp_path / "oncall.db"))
    started = ticks()
    assert subprocess.run(command, cwd=REPO, check=False, capture_output=True).returncode == 0
    asked = ticks()
    list(other.execute("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE"))
    done = subprocess.run(command, cwd=REPO, check=False, capture_output=True, text=True, timeout=PATIENCE)
    took, start = ticks() - asked, asked - started
    other.close()
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1
    assert took < 2.1 + start + BUSY


def test_a_probe_loads_neither_pydantic_nor_the_engine(store: SqliteStore, config: Path) -> None:
    hold(store)
    store.close()
    code = (
        "import sys; from console.cli.main import main; "
        f"assert main(['watch', '--health', '--config', {str(config)!r}]) == 0; print(*sys.modules)"
    )
    loaded: set[str] = set()
    for _ in range(2):  # the first one keeps the checked config
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=REPO, capture_output=True, text=True, check=True
        )
        loaded = set(done.stdout.split())
    assert not loaded & {
        "pydantic",
        "httpx",
        "textual",
        "psycopg",
        "prometheus_client",
        "console.engine.engine",
    }
