"""Reading the tuning list from a store, a few logs at a time, so that nobody who acks meanwhile waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from console.desk.worker import StoreWorker
from console.domain.noise.tuning import Noise, Tally
from console.domain.policy import Policy
from console.ports.store import IncidentStore

WEEKS = 4
MOST = 10_000
"""Incidents that are counted, the latest; what that leaves out is told."""
AT_ONCE = 100
READ_WITHIN = 5.0
NOT_READ = f"older incidents: the latest {MOST} are counted"


def begin(
    store: IncidentStore, policy: Policy, weeks: int = WEEKS, team: str = ""
) -> tuple[Tally, list[Sequence[str]]]:
    """Return an empty tally of the last weeks, and the incidents to take in, in pieces. Raises ``StoreError``."""
    now = store.now()
    start = now - timedelta(weeks=weeks)
    found = [row.id for row in store.rows(since=start) if team in {"", row.team}]
    tally = Tally(policy, start, now, team)
    if len(found) > MOST:
        tally.leave_out(NOT_READ, len(found) - MOST)
    kept = found[-MOST:]
    return tally, [kept[place : place + AT_ONCE] for place in range(0, len(kept), AT_ONCE)]


def read_noise(store: IncidentStore, policy: Policy, weeks: int = WEEKS, team: str = "") -> Noise:
    """Return the tuning list of the last weeks. Raises ``StoreError``."""
    tally, pieces = begin(store, policy, weeks, team)
    for piece in pieces:
        tally.add(store.logs(piece).values())
    return tally.noise()


async def read_beside(store: IncidentStore, worker: StoreWorker, policy: Policy) -> Noise:
    """Return the same without holding up the event loop, or the store's thread for long. Raises ``StoreError``."""
    tally, pieces = await worker.run(begin, store, policy, deadline=READ_WITHIN)
    for piece in pieces:
        logs = await worker.run(store.logs, piece, deadline=READ_WITHIN)
        await asyncio.to_thread(tally.add, logs.values())
    return await asyncio.to_thread(tally.noise)
