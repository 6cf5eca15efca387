"""Waiting for news of a store that may come over a network."""

from __future__ import annotations

import time

from console.clock import ticks
from console.ports.store import IncidentStore
from tests.waiting import PATIENCE


def listening(store: IncidentStore) -> None:
    """Wait until a store that listens does so; others have nothing to wait for."""
    store.signal()
    until = ticks() + PATIENCE
    while not getattr(store, "listening", True):
        assert ticks() < until, "it never listened"
        time.sleep(0.005)


def heard(store: IncidentStore, before: int) -> int:
    """Return the signal once it is another than before."""
    until = ticks() + PATIENCE
    while (now := store.signal()) == before:
        assert ticks() < until, "nothing was heard"
        time.sleep(0.002)
    return now
