"""Reading from a store what a review is made of; blocking, for the store's thread."""

from __future__ import annotations

from console.desk.details import read_detail
from console.desk.memory import read_memory
from console.domain.fold import fold
from console.domain.policy import Policy
from console.domain.review.document import ReviewInputs
from console.ports.store import IncidentStore

MOST_PARTS = 50
"""Merged incidents whose services are looked up."""


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
        tuple(fold(log) for log in parts.values() if log),
    )
