"""Reading from a store what a review is made of, and which are owed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from console.desk.details import read_detail
from console.desk.memory import read_memory
from console.desk.worker import StoreWorker
from console.domain.events import Event
from console.domain.fold import fold
from console.domain.incident import Incident
from console.domain.policy import Policy
from console.domain.review.board import MOST_LOGS, SINCE, ReviewBoard, open_actions, owed, with_review
from console.domain.review.document import ReviewDocument, ReviewInputs, build
from console.domain.summary import Summary
from console.ports.store import IncidentStore

MOST_PARTS = 50
"""Merged incidents whose services are looked up."""
AT_ONCE = 100
READ_WITHIN = 5.0


def read_review(store: IncidentStore, incident: str, policy: Policy) -> ReviewInputs | None:
    """Return the inputs of an incident's review, or None where there is no such incident. Raises ``StoreError``."""
    found = read_detail(store, incident, policy)
    if found is None:
        return None
    parts = store.logs(found.incident.children[:MOST_PARTS])
    return ReviewInputs(
        found.incident,
        found.events,
        policy,
        store.now(),
        found.changes,
        read_memory(store, incident),
        tuple(_folded(parts)),
    )


def read_board(store: IncidentStore, policy: Policy) -> ReviewBoard:
    """Return which reviews are owed and which action items are open; blocking. Raises ``StoreError``."""
    rows, wanted, pieces = begin_board(store)
    incidents = [one for piece in pieces for one in _folded(store.logs(piece))]
    return _board(rows, wanted, incidents, store.now(), policy)


def begin_board(store: IncidentStore) -> tuple[tuple[Summary, ...], int, list[Sequence[str]]]:
    """Return the rows to look at, how many have a review, and the incidents to read, in pieces. Raises ``StoreError``."""
    rows = store.rows(since=store.now() - SINCE)
    wanted = with_review(rows)
    kept = wanted[-MOST_LOGS:]
    return rows, len(wanted), [kept[place : place + AT_ONCE] for place in range(0, len(kept), AT_ONCE)]


async def board_beside(store: IncidentStore, worker: StoreWorker, policy: Policy) -> ReviewBoard:
    """Return the same without holding up the event loop, or the store's thread for long. Raises ``StoreError``."""
    rows, wanted, pieces = await worker.run(begin_board, store, deadline=READ_WITHIN)
    incidents: list[Incident] = []
    for piece in pieces:
        logs = await worker.run(store.logs, piece, deadline=READ_WITHIN)
        incidents += await asyncio.to_thread(_folded, logs)
    now = await worker.run(store.now, deadline=READ_WITHIN)
    return await asyncio.to_thread(_board, rows, wanted, incidents, now, policy)


def _folded(logs: Mapping[str, tuple[Event, ...]]) -> list[Incident]:
    return [fold(log) for log in logs.values() if log]


def _board(
    rows: tuple[Summary, ...], wanted: int, incidents: list[Incident], now: datetime, policy: Policy
) -> ReviewBoard:
    left_out = max(0, wanted - MOST_LOGS)
    return ReviewBoard(now, owed(rows, policy), open_actions(incidents, policy), left_out)


async def document_beside(
    store: IncidentStore, worker: StoreWorker, incident: str, policy: Policy
) -> ReviewDocument | None:
    """Return the review of an incident, made outside the event loop; None where there is none. Raises ``StoreError``."""
    found = await worker.run(read_review, store, incident, policy, deadline=READ_WITHIN)
    return await asyncio.to_thread(build, found) if found is not None else None
