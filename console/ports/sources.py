"""Alert sources as the engine sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from console.domain.alert import Poll
from console.domain.incident import Incident
from console.domain.vocabulary import EffectKind, EffectState
from console.ports.store import OutboxEntry


class AlertSource(Protocol):
    """Something that can be asked what is firing."""

    name: str
    kind: str
    interval: float

    async def fetch(self) -> Poll:
        """Return what fires now. Raises ``SourceError`` and nothing else (besides cancellation)."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


@dataclass(frozen=True, slots=True)
class Settled:
    """What an upstream action did, in the source's own terms ("silenced until 21:30")."""

    state: EffectState
    text: str
    handle: str = ""
    until: datetime | None = None


@runtime_checkable
class Actuator(Protocol):
    """A source that can be acted on. ``can`` lists what it really does; nothing is emulated silently."""

    can: frozenset[EffectKind]

    async def act(self, entry: OutboxEntry, incident: Incident, now: datetime) -> Settled:
        """Carry out one effect. Must be safe to call again with the same ``entry.id``.

        Raises ``SourceError`` where trying again later may help; returns a FAILED ``Settled``
        where it will not.
        """
        ...
