"""Whether a store's contents are whole: the promises between its tables."""

from __future__ import annotations

from collections.abc import Collection

from console.domain.change import ChangeKind
from console.store.codec import BODIES, FACTS
from console.store.migrate import stated_versions
from console.store.tx import Tx, number

FEW = 5  # examples named for each problem
WITH_TEAM = 4  # the version of the tables from which there is a log of the team
WITH_CHANGES = 6  # and from which there are changes of the world


def counts(tx: Tx) -> tuple[int, int]:
    """Return how many incidents and events there are."""
    return number(tx, "SELECT count(*) FROM incidents"), number(tx, "SELECT count(*) FROM events")


def damage(tx: Tx) -> tuple[str, ...]:
    """Return which promises between the tables are broken, a sentence each; empty where all is well. Reads the whole store."""
    return tuple(_gaps(tx) + _strays(tx) + _unknown(tx) + _team(tx) + _changes(tx))


def _gaps(tx: Tx) -> list[str]:
    found = tx.all(
        "SELECT incident FROM events GROUP BY incident HAVING count(*) <> max(n) OR min(n) <> 1 LIMIT ?", FEW
    )
    return [f"the log of {row[0]} has gaps" for row in found]


def _strays(tx: Tx) -> list[str]:
    late = tx.all(
        "SELECT i.id FROM incidents i LEFT JOIN events e ON e.seq = i.seq"
        " WHERE e.seq IS NULL OR e.incident <> i.id OR e.n <> i.n LIMIT ?",
        FEW,
    )
    lost = tx.all(
        "SELECT e.incident FROM events e LEFT JOIN incidents i ON i.id = e.incident"
        " WHERE e.n = 1 AND i.id IS NULL LIMIT ?",
        FEW,
    )
    return [f"the row of {row[0]} does not match its log" for row in late] + [
        f"{row[0]} has a log but no row" for row in lost
    ]


def _team(tx: Tx) -> list[str]:
    """Return what is wrong with the team's log; an older store that can only be read has none."""
    if stated_versions(tx).version < WITH_TEAM:
        return []
    first, last, entries = tx.all("SELECT min(n), max(n), count(*) FROM facts")[0]
    gaps = [] if (first or 1, last or 0) == (1, entries) else ["the team's log has gaps"]
    return gaps + _unknown(tx, "facts", FACTS.keys())


def _changes(tx: Tx) -> list[str]:
    """Return which kinds of changes are not known here; an older store that can only be read has none."""
    if stated_versions(tx).version < WITH_CHANGES:
        return []
    return _unknown(tx, "changes", frozenset(ChangeKind))


def _unknown(tx: Tx, table: str = "events", known: Collection[str] = BODIES.keys()) -> list[str]:
    kinds = sorted(row[0] for row in tx.all(f"SELECT DISTINCT kind FROM {table}"))
    return [
        f"entries of kind {kind} are unknown here (written by a newer oncall?)"
        for kind in kinds
        if kind not in known
    ]
