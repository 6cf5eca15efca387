"""The tables on a server are made once, however many start at once and whoever is killed meanwhile."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from contextlib import closing

import psycopg
import pytest

from console.clock import ticks
from console.errors import StoreError
from console.ports.store import JournalEntry
from console.store.postgres import opening
from console.store.postgres.store import PostgresStore
from console.store.postgres.target import target_of
from console.store.postgres.tx import PostgresTx
from console.store.schema import MIGRATIONS, SCHEMA, Migration
from tests.store.made import T0, follow
from tests.store.made import opening as opening_write
from tests.waiting import PATIENCE

KNOWN = len(MIGRATIONS)
ADD_MOOD = Migration("ALTER TABLE incidents ADD COLUMN mood TEXT NOT NULL DEFAULT ''", compatible=1)
BREAK = Migration("ALTER TABLE incidents ADD COLUMN other TEXT NOT NULL DEFAULT ''", compatible=KNOWN + 2)
fork = multiprocessing.get_context("fork")


def opened(url: str) -> PostgresStore:
    return PostgresStore(target_of(url), answer_within=PATIENCE)


def at_version(url: str, monkeypatch: pytest.MonkeyPatch, *migrations: Migration) -> None:
    """Set a store up as the program of another version would."""
    with monkeypatch.context() as patch:
        patch.setattr(opening, "MIGRATIONS", migrations)
        opened(url).close()


def _start(url: str, moment: float, codes: multiprocessing.Queue[str]) -> None:
    while ticks() < moment:
        pass
    try:
        with closing(opened(url)) as store:
            codes.put("ready" if store.info().schema == KNOWN else "half")
    except StoreError as error:
        codes.put(str(error))


def start_at_once(url: str, count: int) -> list[str]:
    """Let that many processes open the store at the same moment; return what each found."""
    codes: multiprocessing.Queue[str] = fork.Queue()
    moment = ticks() + 0.3
    starters = [fork.Process(target=_start, args=(url, moment, codes)) for _ in range(count)]
    for one in starters:
        one.start()
    found = [codes.get(timeout=PATIENCE) for _ in starters]
    for one in starters:
        one.join(PATIENCE)
    return found


def test_eight_starters_at_once_set_the_store_up_once(pg_database: str) -> None:
    assert start_at_once(pg_database, 8) == ["ready"] * 8
    with closing(opened(pg_database)) as store:
        assert store.append([opening_write()]) == 2
        assert store.info(deep=True).problems == ()


def test_eight_starters_at_once_bring_an_older_store_up_to_date(
    pg_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_version(pg_database, monkeypatch, MIGRATIONS[0])
    assert start_at_once(pg_database, 8) == ["ready"] * 8


def _linger(url: str) -> None:
    lingering = Migration(f"{MIGRATIONS[0].sql}; SELECT pg_sleep(60);", compatible=1)
    setattr(opening, "MIGRATIONS", (lingering,))  # noqa: B010 - in this process only
    PostgresStore(target_of(url), answer_within=90)


def test_a_kill_in_the_middle_leaves_nothing(pg_database: str) -> None:
    dying = fork.Process(target=_linger, args=(pg_database,))
    dying.start()
    busy = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"
    with psycopg.connect(pg_database, autocommit=True) as watching:
        until = ticks() + PATIENCE
        while not watching.execute(busy).fetchall():
            assert ticks() < until, "it never got that far"
            time.sleep(0.02)
        assert dying.pid is not None
        os.kill(dying.pid, signal.SIGKILL)
        dying.join(PATIENCE)
        # The server notices at the latest when the session is to answer; we need not wait for it.
        watching.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        with closing(opened(pg_database)) as store:
            assert store.append([opening_write()]) == 2


def test_a_newer_store_that_allows_it_is_written(pg_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at_version(pg_database, monkeypatch, *MIGRATIONS, ADD_MOOD)
    with closing(opened(pg_database)) as store:
        assert store.read_only == ""
        assert store.append([opening_write()]) == 2
        assert store.info().schema == KNOWN + 1


def test_a_newer_store_that_does_not_is_read_and_says_so(
    pg_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_version(pg_database, monkeypatch, *MIGRATIONS, ADD_MOOD, BREAK)
    with closing(opened(pg_database)) as store:
        assert store.open_rows().rows == ()
        with pytest.raises(StoreError, match=rf"format \({KNOWN + 2}\) is newer.*"):
            store.append([opening_write()])


def test_a_store_upgraded_while_it_is_open_is_written_no_more(
    pg_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(opened(pg_database)) as store:
        store.append([opening_write()])
        at_version(pg_database, monkeypatch, *MIGRATIONS, ADD_MOOD)
        store.append([follow()])
        at_version(pg_database, monkeypatch, *MIGRATIONS, ADD_MOOD, BREAK)
        with pytest.raises(StoreError, match=r"newer.*upgrade oncall"):
            store.append([follow(after=3)])
        with pytest.raises(StoreError, match="newer"):
            store.journal(JournalEntry(store.now(), "note", "shift", "written without a question"))
        assert len(store.log("INC-1")) == 3
        assert store.journal_entries(T0, store.now()) == ()


def test_another_programs_schema_is_left_alone(pg_database: str) -> None:
    with psycopg.connect(pg_database, autocommit=True) as other:
        other.execute(f"CREATE SCHEMA {SCHEMA}; CREATE TABLE {SCHEMA}.shifts (id int)")
        with pytest.raises(StoreError, match="another program's"):
            opened(pg_database)
        tables = "SELECT tablename FROM pg_tables WHERE schemaname = %s"
        assert other.execute(tables, (SCHEMA,)).fetchall() == [("shifts",)]


def test_tables_that_another_starter_has_just_made_are_not_taken_for_another_programs(
    pg_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_suitable = opening._require_suitable

    def overtaken(tx: PostgresTx, where: str) -> None:
        monkeypatch.undo()
        opened(pg_database).close()
        require_suitable(tx, where)

    monkeypatch.setattr(opening, "_require_suitable", overtaken)
    with closing(opened(pg_database)) as store:
        assert store.info().schema == KNOWN
