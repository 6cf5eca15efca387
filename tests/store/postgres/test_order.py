"""Numbers come in the order of commits: who goes on after the last one it saw misses nothing."""

from __future__ import annotations

import subprocess
import sys

import psycopg

from tests.paths import REPO
from tests.store.postgres.ordering import READERS
from tests.waiting import PATIENCE


def missed(url: str, way: str) -> list[int]:
    command = [sys.executable, "-m", "tests.store.postgres.ordering", url, way]
    done = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=True, timeout=PATIENCE)
    return [int(word) for word in done.stdout.split()]


def test_readers_of_eight_writing_processes_miss_nothing(pg_database: str) -> None:
    assert missed(pg_database, "store") == [0] * READERS


def test_the_same_readers_miss_some_where_numbers_are_drawn_the_usual_way(pg_database: str) -> None:
    """The control: if this misses nothing, the test above proves nothing."""
    with psycopg.connect(pg_database, autocommit=True) as line:
        line.execute("CREATE TABLE usual (seq bigserial PRIMARY KEY, name text NOT NULL)")
    assert sum(missed(pg_database, "usual")) > 0
