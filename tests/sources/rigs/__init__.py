"""One rig for each kind of source, in a module named like it: how to make it say what the contract needs.

``rig(folder, clock)`` is a context manager that yields a ``Rig``. A kind without one fails the contract.
"""

from __future__ import annotations

import importlib
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from console.clock import Clock
from console.domain.alert import Ending
from console.ports.sources import AlertSource
from tests.fakes.http import FakeServer


@dataclass
class Given:
    """An alert that the product behind the source is to report.

    ``severity`` is one of critical, error, warning, info: P1 to P4. ``acked_by`` is the name of
    whoever acked it there, where the product keeps incidents of its own.
    """

    name: str
    service: str = "orders-db"
    severity: str = "critical"
    title: str = "Disk is full"
    description: str = ""
    runbook_url: str = ""
    acked_by: str = ""


class Rig(Protocol):
    """A source and the strings to pull behind it.

    ``server`` is what it asks over HTTP, None for a source that does not. ``page`` is how many records
    one answer holds at most and ``cap`` how many the product hands out in all; None: no paging, no cap.
    ``lacks``: texts that the product has no field for, out of title, description, runbook_url, service.
    """

    source: AlertSource
    server: FakeServer | None
    page: int | None
    cap: int | None
    lacks: frozenset[str]

    def fires(self, *alerts: Given) -> None:
        """Let the product report exactly these."""

    def spoil(self) -> None:
        """Add a record to the next answers that cannot be read."""

    def break_down(self) -> None:
        """Let the next poll fail."""

    def ends(self, name: str, how: Ending) -> None:
        """Let an incident leave the list: resolved by Budi, moved out of what we ask for, or deleted.

        Only asked of a source whose ability ``owns``.
        """


def rig_of(kind: str, folder: Path, clock: Clock) -> AbstractContextManager[Rig]:
    """Return the rig of a kind. Raises ``AssertionError`` where there is none."""
    try:
        module = importlib.import_module(f"{__name__}.{kind}")
    except ModuleNotFoundError as error:
        raise AssertionError(
            f"tests/sources/rigs/{kind}.py is missing: the contract cannot be tried"
        ) from error
    made: AbstractContextManager[Rig] = module.rig(folder, clock)
    return made
