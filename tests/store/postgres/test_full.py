"""The server's disk is full: told as that, nothing told as saved is lost, and it goes on once there is space.

The disk is a small one in memory, which only root may mount.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from console.domain.commands import Note
from console.ports.desk import NotSaved, Outcome, Saved, Unknown
from tests.servers.postgres import PostgresServer, running
from tests.store.postgres.acting import Person, eventually, open_incident, ops_of

SIZE = "200m"
TRIES = 50


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Mount a small disk at a folder; skips where that is not allowed."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0755", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture(scope="module")
def cramped() -> Iterator[PostgresServer]:
    folder = Path(tempfile.mkdtemp(prefix="oncall-disk-"))
    try:
        with (
            small_disk(folder),
            running(parent=folder, settings={"max_wal_size": "32MB", "min_wal_size": "32MB"}) as server,
        ):
            yield server
    finally:
        folder.rmdir()


@pytest.fixture
def url(cramped: PostgresServer) -> Iterator[str]:
    with cramped.fresh() as url:
        open_incident(url)
        yield url
        cramped.heal()


@contextmanager
def filled(server: PostgresServer, leave: int) -> Iterator[None]:
    """Fill the disk up to a few bytes, as somebody else's files would."""
    ballast = server.folder / "ballast"
    with ballast.open("wb") as file:
        for _ in range(TRIES):
            disk = os.statvfs(server.folder)
            with contextlib.suppress(OSError):  # the server took some of it meanwhile
                os.posix_fallocate(file.fileno(), 0, max(4096, disk.f_bavail * disk.f_frsize - leave))
                break
    try:
        yield
    finally:
        ballast.unlink()


def write_until_refused(person: Person) -> tuple[list[str], Outcome]:
    """Write long notes until one is not saved; return the operations that were told as saved, and the refusal."""
    saved: list[str] = []
    for _ in range(2000):
        outcome = person.does(Note(os.urandom(3500).hex()))
        if not isinstance(outcome, Saved):
            return saved, outcome
        saved.append(person.op)
    raise AssertionError("the disk is never full")


def test_a_full_disk_is_told_and_saves_nothing(cramped: PostgresServer, asha: Person) -> None:
    with filled(cramped, leave=400_000):
        told, refused = write_until_refused(asha)
        assert isinstance(refused, NotSaved)
        assert "is full: nothing was saved; free some space on the server" in refused.text
        assert asha.store.open_rows().position == 2 + len(told), "reading goes on"
        assert isinstance(asha.does(Note(os.urandom(3500).hex())), NotSaved)
    last = asha.can_act_again()
    assert ops_of(asha.store) == [*told, last.op]


def test_a_log_that_cannot_grow_brings_the_server_down_and_loses_nothing(
    cramped: PostgresServer, asha: Person
) -> None:
    """PostgreSQL panics where it cannot write its log of changes; it recovers once there is space."""
    told: list[str] = []
    seen = len(cramped.log)
    fate: Outcome = asha.does()
    with filled(cramped, leave=0):
        for _ in range(10):
            if not isinstance(fate, Saved):
                break
            told.append(asha.op)
            with contextlib.suppress(psycopg.Error):  # it may be this that brings the server down
                cramped.admin(
                    "SELECT pg_switch_wal()"
                )  # each file of the log has its full size from the start
            fate = asha.does()
        assert isinstance(fate, NotSaved | Unknown)
    assert "PANIC" in cramped.log[seen:]
    eventually(lambda: back(cramped, asha))
    if isinstance(fate, Unknown) and isinstance(asha.becomes_of_it(), Saved):
        told.append(asha.op)
    last = asha.can_act_again()
    assert ops_of(asha.store) == [*told, last.op]
    assert asha.store.info(deep=True).problems == ()


def back(server: PostgresServer, person: Person) -> bool:
    """Start the server if it has ended, or ends only now; return whether it answers."""
    server.heal()
    return person.store.info().incidents == 1
