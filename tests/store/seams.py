"""What the contract needs of a store under test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from console.ports.store import IncidentStore

Connect = Callable[[], IncidentStore]
"""Opens one more connection to the same store, at first empty."""


class AdjustableClock(Protocol):
    """The store's time, under the test's control."""

    def advance(self, seconds: float) -> None:
        """Let that many seconds pass in the store."""
        ...
