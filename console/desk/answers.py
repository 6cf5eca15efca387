"""Reading from a store what people said of the runbooks when they resolved."""

from __future__ import annotations

from collections.abc import Sequence

from console.domain.events import Event, Resolved, StepMarked
from console.domain.fold import fold
from console.domain.incident import Incident
from console.domain.summary import Summary
from console.domain.vocabulary import Sufficed
from console.ports.store import IncidentStore

MOST = 10_000
"""Incidents whose logs are read, the latest."""
AT_ONCE = 100


def read_answered(store: IncidentStore, rows: Sequence[Summary]) -> list[Incident]:
    """Return the incidents of which a step was marked, or it was said whether the runbook sufficed. Raises ``StoreError``."""
    names = [row.id for row in rows][-MOST:]
    found: list[Incident] = []
    for place in range(0, len(names), AT_ONCE):
        logs = store.logs(names[place : place + AT_ONCE])
        found += [fold(log) for log in logs.values() if _says_something(log)]
    return found


def _says_something(log: Sequence[Event]) -> bool:
    return any(
        isinstance(event.body, StepMarked)
        or (isinstance(event.body, Resolved) and event.body.sufficed is not Sufficed.UNSAID)
        for event in log
    )
