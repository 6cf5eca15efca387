"""An acceptance that is killed at any point: never two owners, never none, on both stores."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import REPO


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_never_two_owners_and_never_none(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = f"sqlite:///{tmp_path / 'h.db'}" if kind == "sqlite" else request.getfixturevalue("pg_database")
    done = subprocess.run(
        [sys.executable, "-m", "tests.desk.handover_killed", url, str(tmp_path)],
        cwd=REPO,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    first, *others = done.stdout.splitlines()
    _, steps, *_, before = first.split(" ")
    assert int(steps) > int(before) > 5, first
    assert len(others) == 6
