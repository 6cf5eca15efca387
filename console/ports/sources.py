"""Alert sources as the engine sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from console.domain.alert import Alert, Poll, Who
from console.domain.bodies.aftermath import TicketLinked
from console.domain.incident import Incident
from console.domain.oncall import OnCall
from console.domain.people import Person
from console.domain.vocabulary import EffectKind, EffectState
from console.ports.store import OutboxEntry

People = Mapping[str, Person]
"""The team's people by their id."""

NOBODY: People = MappingProxyType({})

__all__ = [
    "NOBODY",
    "Actuator",
    "AlertSource",
    "OnCall",
    "People",
    "Proof",
    "Provable",
    "Remembering",
    "RosterSource",
    "ScheduleSource",
    "Settled",
    "VendorShift",
]


class AlertSource(Protocol):
    """Something that can be asked what is firing.

    ``interval`` is seconds between polls, ``deadline`` how many seconds one poll may take, all its pages together.
    """

    name: str
    kind: str
    interval: float
    deadline: float

    async def fetch(self) -> Poll:
        """Return what fires now. Raises ``SourceError`` and nothing else (besides cancellation)."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


@dataclass(frozen=True, slots=True)
class Settled:
    """What an upstream action did, in the source's own terms ("silenced until 21:30"); ``ticket``: what became of one."""

    state: EffectState
    text: str
    handle: str = ""
    until: datetime | None = None
    ticket: TicketLinked | None = None


@runtime_checkable
class Actuator(Protocol):
    """A source that can be acted on. ``can`` lists what it really does; nothing is emulated silently."""

    can: frozenset[EffectKind]

    async def act(
        self, entry: OutboxEntry, incident: Incident, now: datetime, people: People = NOBODY
    ) -> Settled:
        """Carry out one effect. Must be safe to call again with the same ``entry.id``.

        ``people`` tell who ``entry.actor`` is there (their email address). Raises ``SourceError``
        where trying again later may help; returns a FAILED ``Settled`` where it will not.
        """
        ...


@dataclass(frozen=True, slots=True)
class Proof:
    """What a harmless call showed of our credentials.

    ``identity``: as whom we ask ("asha@example.com", "API key of payments"), empty where the product
    does not say. ``missing``: a right that we lack and what it is for, one line each. ``unproven``:
    what could not be tried without changing something.
    """

    identity: str = ""
    missing: tuple[str, ...] = ()
    unproven: tuple[str, ...] = ()


@runtime_checkable
class Provable(Protocol):
    """A source whose credentials can be tried without changing anything."""

    async def prove(self) -> Proof:
        """Try them. Raises ``SourceError`` where they are no good at all."""
        ...


@runtime_checkable
class Remembering(Protocol):
    """A source that says what became of incidents which it lists no longer."""

    def remember(self, alerts: Iterable[Alert]) -> None:
        """Take these, which fire as far as we know, for what it listed last.

        Called before the first poll of an engine's term: meanwhile nobody asked, or another engine did.
        """
        ...


@runtime_checkable
class RosterSource(Protocol):
    """A source that knows who is on call."""

    async def on_call(self, now: datetime) -> tuple[OnCall, ...]:
        """Return who is on call at ``now``. Raises ``SourceError``."""
        ...


@dataclass(frozen=True, slots=True)
class VendorShift:
    """Somebody is on call there in [start, end), UTC."""

    who: Who
    start: datetime
    end: datetime


@runtime_checkable
class ScheduleSource(Protocol):
    """A source that can list the shifts of a schedule."""

    async def shifts(self, schedule: str, start: datetime, end: datetime) -> tuple[VendorShift, ...]:
        """Return who is on call in a schedule, named as people there name it, in [start, end), UTC.

        Overrides there are in it; spans may overlap where the product has several people on call at once.
        Raises ``SourceError``.
        """
        ...
