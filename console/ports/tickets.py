"""Ticket systems: where an incident gets a ticket. Only the engine writes to one; ``oncall check`` only asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from console.domain.people import Person
from console.domain.tickets.draft import Draft
from console.ports.sources import Proof


@dataclass(frozen=True, slots=True)
class Found:
    """A ticket as it stands there. ``lacks``: what of it could not be set, and why, one line each."""

    key: str
    url: str
    title: str = ""
    assignee: str = ""
    state: str = ""
    lacks: tuple[str, ...] = ()


class TicketSystem(Protocol):
    """One configured system. Cheap to make; opens nothing before the first call.

    Every call raises ``SourceError``: ``permanent`` where trying again is no use, ``parked`` where it is our
    credentials or rights, ``retry_after`` (seconds) where the product says when.
    """

    @property
    def name(self) -> str:
        """What the config calls it."""
        ...

    @property
    def kind(self) -> str:
        """Which product."""
        ...

    async def create(self, draft: Draft) -> Found:
        """Make a ticket. Not safe to repeat: whoever does not know whether it was made asks ``find`` first."""
        ...

    async def find(self, draft: Draft) -> Found | None:
        """Return the ticket with the draft's marker, None where there is none (or none that is listed yet)."""
        ...

    async def look(self, key: str) -> Found | None:
        """Return a ticket, None where there is none that we may see."""
        ...

    async def point_back(self, key: str, draft: Draft) -> str:
        """Have the ticket lead to the incident; return why it does not, empty where it does. Safe to repeat."""
        ...

    async def comment(self, key: str, text: str, mark: str) -> None:
        """Comment on a ticket in plain text. A comment that has the ``mark`` already is not made again."""
        ...

    async def move(self, key: str, transition: str) -> Found:
        """Carry a transition out; nothing where the ticket is there already."""
        ...

    async def assign(self, key: str, person: Person) -> Found:
        """Give a ticket to somebody. A permanent ``SourceError`` where the system does not know them."""
        ...

    async def prove(self) -> Proof:
        """Say as whom we ask and what we may not do, without changing anything."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
