"""What a console asks finds its rows by an index, so that a long history slows nothing down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from console.domain.notify.notification import Delivery
from console.store import append, kept, leases, measuring, notifications, outbox, pruning, reading, teamlog
from console.store.sqlite.store import SqliteStore
from console.store.tx import Row, Tx
from tests.store.made import at, follow, opening

KNOWN_SCANS = {"lease", "requests", "meta", "consoles", "outbox"}
"""Tables of a few rows, however old the store is."""
FOUND_ALREADY = {"told"}
"""What an inner query of the same question has found by an index."""


class Planned:
    """A transaction that keeps what its queries look at."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self.steps: list[str] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._tx, name)

    def all(self, sql: str, *values: object) -> list[Row]:
        self.steps += [row[3] for row in self._tx.all(f"EXPLAIN QUERY PLAN {sql}", *values)]
        return self._tx.all(sql, *values)

    def one(self, sql: str, *values: object) -> Row | None:
        return next(iter(self.all(sql, *values)), None)

    def timed(self, sql: str, *values: object) -> tuple[list[Row], object]:
        return self.all(sql, *values), self._tx.now()

    def gather(self, queries: Sequence[tuple[str, Sequence[object]]]) -> list[list[Row]]:
        return [self.all(sql, *values) for sql, values in queries]


ASKED: dict[str, Callable[[Tx], object]] = {
    "open_rows": reading.open_rows,
    "changed": lambda tx: reading.changed(tx, 7, 500),
    "log": lambda tx: reading.log_at(tx, "INC-7"),
    "logs": lambda tx: reading.logs(tx, ["INC-7", "INC-8"]),
    "summary": lambda tx: reading.summary(tx, "INC-7"),
    "applied": lambda tx: reading.applied(tx, "op-7"),
    "same_key": lambda tx: reading.same_key(tx, "key", at(0)),
    "rows of a span": lambda tx: reading.rows(tx, at(0), at(60)),
    "rows since": lambda tx: reading.rows(tx, at(0), None),
    "append": lambda tx: append.append(tx, [follow("INC-1", op="op-new", key="key")], None),
    "engine": leases.engine,
    "outbox": lambda tx: outbox.due(tx, at(0), 50),
    "events after": lambda tx: reading.events_after(tx, 7, 500),
    "facts": lambda tx: teamlog.facts(tx, 7),
    "team mark": teamlog.mark,
    "unmeasured": lambda tx: measuring.behind(tx, 7, 50),
    "measures": lambda tx: measuring.measures(tx, at(0), at(9)),
    "pages": lambda tx: measuring.pages(tx, at(0), at(9)),
    "page counts": lambda tx: measuring.page_counts(tx, [(at(0), at(9))]),
    "kept": lambda tx: kept.kept(tx, "calendar/"),
    "deliveries": lambda tx: notifications.due(tx, at(0), 200),
    "deliveries of a channel": lambda tx: notifications.due(tx, at(0), 200, "slack"),
    "counts": notifications.counts,
    "notifications of an incident": lambda tx: notifications.matching(tx, "INC-7", (), None, 500),
    "dead letters": lambda tx: notifications.matching(tx, None, (Delivery.FAILED,), None, 500),
    "latest notifications": lambda tx: notifications.matching(tx, None, (), at(0), 500),
    "first sent": lambda tx: notifications.first_sent(tx, "INC-7", "slack"),
    "old notifications": lambda tx: notifications.count_old(tx, at(0)),
    "prune": lambda tx: pruning.candidates(tx, at(0)),
}


@pytest.mark.parametrize("question", ASKED)
def test_a_question_looks_only_at_what_it_is_about(tmp_path: Path, question: str) -> None:
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        store.append([opening("INC-1", op="op-1", key="key"), opening("INC-2")])
        with store.database.write() as tx:
            planned = Planned(tx)
            ASKED[question](planned)  # type: ignore[arg-type]
        assert planned.steps
        assert [step for step in planned.steps if _reads_everything(step)] == []


def _reads_everything(step: str) -> bool:
    """Return whether a step of a plan goes through a table that grows, or through all ended incidents."""
    words = step.split()
    if words[0] == "SCAN" and "CONSTANT" not in words:
        return words[1] not in KNOWN_SCANS | FOUND_ALREADY and "incidents_open" not in words
    return False


def test_a_scan_would_be_noticed(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        store.append([opening("INC-1")])
        with store.database.read() as tx:
            planned = Planned(tx)
            planned.all("SELECT * FROM events WHERE at > 5")
            planned.all("SELECT * FROM incidents WHERE title = 'x'")
        assert all(map(_reads_everything, planned.steps))
