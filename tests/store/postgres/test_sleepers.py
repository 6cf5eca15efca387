"""Programs that fall asleep or die in the middle of a write: the others wait a moment, they find out."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from console.clock import ticks
from console.errors import StoreError
from console.ports.desk import NotSaved
from console.store.postgres import sleepers
from tests.paths import REPO
from tests.servers.postgres import PostgresServer
from tests.store.made import follow
from tests.store.postgres.acting import COMMAND_LINE, Person, eventually, open_store, ops_of, timed
from tests.store.postgres.conftest import Open
from tests.waiting import BUSY, PATIENCE

FREE_WITHIN = 5.0 + BUSY  # seconds until a sleeper's lock is taken from it


@contextmanager
def program(what: str, url: str) -> Iterator[subprocess.Popen[str]]:
    """Run a function of this module as a program; it has said one line when the block begins."""
    command = [sys.executable, "-m", "tests.store.postgres.test_sleepers", what, url]
    process = subprocess.Popen(
        command,
        cwd=REPO,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,  # a terminal shows both
        text=True,
        bufsize=1,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "in the middle\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def write_slowly(url: str) -> None:
    """Stop in the middle of a write until told to go on; say how it ended."""
    store = open_store(url, 30.0)
    try:
        with store._connection.write() as tx:
            assert tx.one("SELECT count(*) FROM events") == (2,)
            tx.run("UPDATE meta SET value = value + 1 WHERE name = 'allocated'")
            tx.flush()
            print("in the middle", flush=True)  # noqa: T201 - to the test
            sys.stdin.readline()
    except StoreError as error:
        print(type(error).__name__, str(error).replace(f" {store.info().where}", ""))  # noqa: T201 - to the test
    print(store.info().events)  # noqa: T201 - to the test
    store.close()


def copy_slowly(url: str) -> None:
    """Stop in the middle of bringing a storm in."""
    store = open_store(url, 30.0)

    def rows() -> Iterator[tuple[object, ...]]:
        for number in range(20_000):
            if number == 10_000:
                print("in the middle", flush=True)  # noqa: T201 - to the test
                sys.stdin.readline()
            yield (f"op-{number}", "INC-1", 2, 0)

    try:
        with store._connection.write() as tx:
            tx.insert("ops", ("op", "incident", "n", "at"), Rows(rows()))
    except StoreError as error:
        print(type(error).__name__, str(error).replace(f" {store.info().where}", ""))  # noqa: T201 - to the test
    print(store.info().events)  # noqa: T201 - to the test
    store.close()


class Rows(list[tuple[object, ...]]):
    """Rows that are made while they are sent."""

    def __init__(self, made: Iterator[tuple[object, ...]]) -> None:
        super().__init__([()] * 20_000)
        self._made = made

    def __iter__(self) -> Iterator[tuple[object, ...]]:
        return self._made


def go_on(process: subprocess.Popen[str]) -> list[str]:
    os.kill(process.pid, signal.SIGCONT)
    return process.communicate("\n", timeout=PATIENCE)[0].splitlines()


@pytest.mark.parametrize(
    ("what", "what_it_says"),
    [
        ("write_slowly", "NothingSavedError The store on 127.0.0.1 took back its lock from this program"),
        ("copy_slowly", "NothingSavedError The store on 127.0.0.1 lost the connection"),
    ],
)
def test_a_sleeper_with_the_lock_keeps_the_others_only_for_seconds(
    url: str, opened: Open, what: str, what_it_says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sleepers, "STUCK_AFTER", 2.0)
    budi, patient = Person(opened(url, COMMAND_LINE), "budi"), opened(url, 2.5)
    with program(what, url) as sleeper:
        os.kill(sleeper.pid, signal.SIGSTOP)
        begun = ticks()
        refused = budi.does()
        assert isinstance(refused, NotSaved)
        assert "is busy with another write" in refused.text
        assert eventually(lambda: patient.append([follow(op="patient")])) == 3
        assert ticks() - begun < FREE_WITHIN
        told = go_on(sleeper)
    assert told[0].startswith(what_it_says), told
    assert told[1] == "3", "and it works again"
    assert ops_of(patient) == ["patient"]


def test_a_program_killed_in_the_middle_of_a_write_leaves_no_lock_and_no_session(
    postgres: PostgresServer, url: str, asha: Person
) -> None:
    with program("write_slowly", url) as victim:
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait(5)
        saved, seconds = timed(asha.can_act_again)
        assert seconds < sleepers.STUCK_AFTER
    assert ops_of(asha.store) == [saved.op]
    eventually(lambda: sessions(postgres, url) == 1)


def sessions(postgres: PostgresServer, url: str) -> int:
    database = urlsplit(url).path[1:]
    return int(postgres.admin("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [database])[0][0])


if __name__ == "__main__":
    {"write_slowly": write_slowly, "copy_slowly": copy_slowly}[sys.argv[1]](sys.argv[2])
