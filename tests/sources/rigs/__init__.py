"""One rig for each kind of source, in a module named like it: how to make it say what the contract needs.

``rig(folder, clock)`` is a context manager that yields a ``Rig``. A kind without one fails the contract.
"""

from __future__ import annotations

import importlib
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Protocol

from console.clock import Clock
from console.domain.alert import Ending
from console.ports.sources import AlertSource
from tests.fakes.http import FakeServer


@dataclass
class Given:
    """An alert that the product behind the source is to report. ``name`` tells it from the others.

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

    ``server`` is what it asks for JSON over HTTP, None for a source that does not. ``page`` is how many
    records one answer holds at most and ``cap`` how many the product hands out in all; None: no paging,
    no cap. ``lacks``: what the product has no field for, out of title, description, runbook_url, service,
    severity; a product without titles says the name in their place. Where incidents can be assigned, it
    knows Asha and Budi as asha@ops.example and budi@ops.example.

    A rig may have more, where what ``extra`` returns in its absence is not right.
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
        """Let the next poll fail, with 500 for example: 503 is tried again within the poll."""

    def ends(self, name: str, how: Ending) -> None:
        """Let an incident leave the list: resolved by Budi, moved out of what we ask for, or deleted.

        Only asked of a source whose ability ``owns``.
        """


@dataclass(frozen=True)
class Extra:
    """What few rigs differ in; a rig has an attribute of the same name where it does.

    ``most``: how many alerts the source can report at all. ``short_page_ends``: the product's own rule is
    that a page with fewer records than asked for is the last. ``acting``: the same source with every
    action switched on, where its own default is to do less. ``remembers``: what says the same as before
    gives back the very same alert. ``peace``: the JSON by which the product says that nothing fires, where
    that is no list ("{}": Google leaves empty ones out). ``bounds``: where the program and its double keep
    the numbers that make the cap; a test that reads up to it may divide them all. ``sizes``: where the
    program keeps the size of the page it asks for, if the product gives that; a test of pages may divide it.
    """

    most: int = 10_000
    short_page_ends: bool = False
    acting: AlertSource | None = None
    remembers: bool = True
    peace: str = ""
    bounds: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()


def extra(rig: Rig) -> Extra:
    """Return what a rig says of itself beyond the protocol."""
    said = {field.name: getattr(rig, field.name) for field in fields(Extra) if hasattr(rig, field.name)}
    return Extra(**said)


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
