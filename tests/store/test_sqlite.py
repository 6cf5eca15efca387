"""What is particular to the SQLite store: durability, locks, the write-ahead log, threads, its clock."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from console.domain.events import Noted
from console.store.sqlite import opening as opening_module
from console.store.sqlite.store import SqliteStore
from console.store.sqlite.tx import SqliteTx
from console.store.tx import Row
from tests.fakes.store import FakeClock
from tests.store.made import T0, effect, follow, opening, report
from tests.store.racing import race

NO_TABLE = ("sqlite_schema", "CONSTANT ROW")
"""What a plan may go through from one end to the other: it does not grow."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore(path, FakeClock(T0))) as opened:
        yield opened


def pragma(store: SqliteStore, name: str) -> object:
    with store._connection.read() as tx:
        found = tx.one(f"PRAGMA {name}")
    assert found is not None
    return found[0]


def test_effects_are_flushed_to_disk(store: SqliteStore) -> None:
    assert pragma(store, "journal_mode") == "wal"
    assert pragma(store, "synchronous") == 2, "FULL"


def test_only_heartbeats_and_poll_requests_are_not(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    real = store._connection.write

    def spy(*, durable: bool = True) -> AbstractContextManager[SqliteTx]:
        seen.append(durable)
        return real(durable=durable)

    monkeypatch.setattr(store._connection, "write", spy)
    lease = store.acquire(report(), 30)
    assert lease is not None
    store.renew(lease, report(), 30)
    store.request_poll()
    store.append([opening()], lease)
    store.release(lease, report())
    assert seen == [True, False, False, True, True]
    assert pragma(store, "synchronous") == 2


def test_a_heartbeat_that_fails_leaves_the_next_write_durable(store: SqliteStore) -> None:
    lease = store.acquire(report("one"), 0)
    assert lease is not None
    store.acquire(report("two"), 30)
    with pytest.raises(Exception, match="taken over"):
        store.renew(lease, report("one"), 30)
    assert pragma(store, "synchronous") == 2


def test_reading_leaves_no_lock_behind(store: SqliteStore, path: Path) -> None:
    """A read transaction left open would keep the write-ahead log growing for ever."""
    store.append([opening(f"INC-{number}") for number in range(50)])
    store.open_rows()
    store.changed(0, limit=3)
    store.log("INC-1")
    store.engine()
    with closing(apsw.Connection(str(path))) as other:
        assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall() == [(0, 0, 0)]
    assert path.with_name("store.db-wal").stat().st_size == 0


def test_the_log_beside_the_file_is_cut_back(store: SqliteStore, path: Path) -> None:
    log = path.with_name("store.db-wal")
    store.append([opening(f"INC-{number}") for number in range(6000)])
    assert log.stat().st_size > opening_module.WAL_LIMIT
    for n in range(2, 6):
        store.append([follow("INC-1", after=n)])
    assert log.stat().st_size <= opening_module.WAL_LIMIT


def test_closing_leaves_one_file(store: SqliteStore, path: Path) -> None:
    store.append([opening()])
    store.close()
    assert [found.name for found in path.parent.iterdir()] == ["store.db"]


def test_threads_may_share_one_store(store: SqliteStore) -> None:
    store.append([opening(f"INC-{number}") for number in range(4)])

    def work(number: int) -> int:
        for n in range(2, 22):
            store.append([follow(f"INC-{number}", after=n)])
            assert len(store.log(f"INC-{number}")) == n + 1
            store.open_rows()
        return number

    assert race(4, work) == [0, 1, 2, 3]


def test_a_thread_waits_for_another_ones_transaction(store: SqliteStore) -> None:
    entered, go = threading.Event(), threading.Event()

    def hold() -> None:
        with store._connection.write() as tx:
            entered.set()
            go.wait(10)
            tx.run("UPDATE meta SET value = 41 WHERE name = 'allocated'")

    holder = threading.Thread(target=hold, daemon=True)
    holder.start()
    assert entered.wait(10)
    got: list[tuple[str, ...]] = []
    waiter = threading.Thread(target=lambda: got.append(store.allocate(1)), daemon=True)
    waiter.start()
    waiter.join(0.05)
    assert waiter.is_alive()
    go.set()
    waiter.join(10)
    holder.join(10)
    assert got == [("INC-42",)]


def test_a_clock_set_back_does_not_keep_a_dead_engine_alive(path: Path) -> None:
    clock = FakeClock(T0)
    with closing(SqliteStore(path, clock)) as store:
        assert store.acquire(report("one"), 10) is not None
        clock.advance(-5)
        assert store.acquire(report("two"), 10) is None, "a small step is no reason"
        clock.advance(-3600)
        assert store.acquire(report("two"), 10) is not None


def test_a_transaction_that_breaks_off_is_undone(store: SqliteStore) -> None:
    def break_off() -> None:
        with store._connection.write() as tx:
            tx.run("DELETE FROM events WHERE incident = 'INC-1'")
            raise ZeroDivisionError

    store.append([opening()])
    with pytest.raises(ZeroDivisionError):
        break_off()
    assert len(store.log("INC-1")) == 2


def test_unchanged_polls_write_nothing(store: SqliteStore, path: Path) -> None:
    store.append([opening(op="first")])
    before = path.with_name("store.db-wal").stat().st_size
    store.append([])
    store.append([opening(op="first")])
    store.changed(0)
    assert path.with_name("store.db-wal").stat().st_size == before


def test_a_long_history_does_not_slow_what_is_asked_all_the_time(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each query goes by an index; one that scans a whole table would grow with the years."""
    asked: list[tuple[str, tuple[object, ...]]] = []
    real = SqliteTx.all

    def spy(tx: SqliteTx, sql: str, *values: object) -> list[Row]:
        asked.append((sql, values))
        return real(tx, sql, *values)

    monkeypatch.setattr(SqliteTx, "all", spy)
    store.append([replace(opening(op="op", key="k"), effects=(effect(),))], store.acquire(report(), 9))
    for ask in (
        store.open_rows,
        lambda: store.changed(0),
        lambda: store.same_key("k", T0),
        lambda: store.rows(T0, T0),
        lambda: store.log("INC-1"),
        lambda: store.logs(["INC-1", "INC-2"]),
        lambda: store.summary("INC-1"),
        lambda: store.applied("op"),
        lambda: store.journal_entries(T0, T0),
        store.engine,
        store.poll_requested_at,
    ):
        ask()
    monkeypatch.undo()
    assert len(asked) > 15
    with store._connection.read() as tx:
        for sql, values in asked:
            plan = [row[3] for row in tx.all(f"EXPLAIN QUERY PLAN {sql}", *values)]
            assert not [step for step in plan if step.startswith("SCAN") and not step.endswith(NO_TABLE)], sql


def test_big_bodies_are_kept_whole(store: SqliteStore) -> None:
    text = "long " * 200_000
    store.append([opening(), follow(body=Noted(text))])
    body = store.log("INC-1")[-1].body
    assert isinstance(body, Noted)
    assert body.text == text
