"""A quarter's report over a million events, against the plain SQL that answers its first table.

    python -m benchmarks.report [--store postgres|sqlite|both] [--events 1000000]

All events lie in the quarter, fifty thousand incidents with two pages each, all of them measured already, as the
engine keeps them. "Plain SQL" is one query over the same rows: MTTA and MTTR with n, P50, P90 and the share
within target, a line a week. The two take turns; the ratio is the median of the rounds' ratios.
"""

from __future__ import annotations

import argparse
import gc
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median

from benchmarks import million
from benchmarks.consoles import RULES, open_sql
from console.desk.measuring import AT_ONCE, made_of, read_report
from console.domain.measures import Page
from console.domain.reports.report import Report, Scope
from console.ports.measures import Made
from console.store.postgres.store import PostgresStore
from console.store.sqlite.store import SqliteStore
from tests.servers.postgres import running

ROUNDS = 5
GOAL = 2.0  # seconds
QUARTER = timedelta(days=88)

_RANKED = """
SELECT (reported_at - 345600000) / 604800000 AS week, {span} AS span,
  row_number() OVER (PARTITION BY (reported_at - 345600000) / 604800000 ORDER BY {span}) AS place,
  count(*) OVER (PARTITION BY (reported_at - 345600000) / 604800000) AS n
FROM measures WHERE merged = 0 AND {span} IS NOT NULL
"""
_WEEKS = """
SELECT week, count(*), avg(span), max(CASE WHEN place * 2 <= n + 1 THEN span END),
  max(CASE WHEN place * 10 <= n * 9 + 9 THEN span END), avg(CASE WHEN span <= {target} THEN 1.0 ELSE 0.0 END)
FROM ({ranked}) AS ranked GROUP BY week ORDER BY week
"""
PLAIN = tuple(
    _WEEKS.format(ranked=_RANKED.format(span=span), target=target)
    for span, target in (("tta", 300_000), ("ttr_total", 5_400_000))
)


@contextmanager
def place(kind: str) -> Iterator[str]:
    """Give the address of an empty store."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'large.db'}"
        return
    with running(max_connections=20, settings={"shared_buffers": "256MB", "max_wal_size": "4GB"}) as server:
        yield server.url(server.create_database())


def measured(store: PostgresStore | SqliteStore) -> float:
    """Measure everything, with two pages for each incident; return the seconds it took."""
    began = time.monotonic()
    behind = store.all_unmeasured()
    for start in range(0, len(behind), AT_ONCE):
        made, _ = made_of(store, behind[start : start + AT_ONCE], RULES)
        store.keep_measures([_paged(one) for one in made])
    return time.monotonic() - began


def _paged(one: Made) -> Made:
    about = one.measure
    names = (("asha", 0), ("budi", 300))
    pages = (
        Page(
            about.incident,
            about.reported_at + timedelta(seconds=after),
            who,
            False,
            about.service,
            about.team,
        )
        for who, after in names
    )
    return replace(one, pages=tuple(pages))


def ours(store: PostgresStore | SqliteStore) -> tuple[float, float, Report]:
    """Return how long a report takes, how much of that this processor works for it, and the report."""
    began, worked = time.monotonic(), time.process_time()
    found = read_report(store, RULES, Scope())
    return time.monotonic() - began, time.process_time() - worked, found


def plain(store: PostgresStore | SqliteStore) -> float:
    """Return how long the SQL takes."""
    began = time.monotonic()
    with store.database.read() as tx:
        for sql in PLAIN:
            tx.all(sql)
    return time.monotonic() - began


def main() -> None:
    """Take the figures and print them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--store", choices=("postgres", "sqlite", "both"), default="both")
    parser.add_argument("--events", type=int, default=1_000_000)
    args = parser.parse_args()
    million.HISTORY = QUARTER
    gc.disable()  # as oncall report does
    for kind in ("sqlite", "postgres") if args.store == "both" else (args.store,):
        with place(kind) as url, closing(open_sql(url)) as store:
            events = million.fill(store, 0, args.events)
            took = measured(store)
            with store.database.lasting(), store.database.read() as tx:
                tx.script("VACUUM ANALYZE" if kind == "postgres" else "ANALYZE")
            rounds = [(ours(store), plain(store)) for _ in range(ROUNDS)]
        found = rounds[0][0][2]
        seconds = median(taken for (taken, _, _), _ in rounds)
        ratio = median(taken / sql for (taken, _, _), sql in rounds)
        print(
            f"{kind}: {events} events, {found.total.metrics.incidents} incidents, {found.total.metrics.pages} pages: "
            f"report {seconds:.2f} s (goal {GOAL:.0f}), {median(work for (_, work, _), _ in rounds):.2f} s of that working here; plain SQL {median(sql for _, sql in rounds):.2f} s, ratio {ratio:.1f}; "
            f"measured at {found.total.metrics.incidents / took:.0f} incidents/s",
            flush=True,
        )


if __name__ == "__main__":
    main()
