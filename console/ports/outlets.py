"""Outlets: where clients read an update. Only the engine publishes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from console.domain.alert import AlertRef
from console.domain.vocabulary import ComponentState, Stage


@dataclass(frozen=True, slots=True)
class Publication:
    """One update for one outlet. ``key`` is its id: published again under the same key it is the same update.

    ``series`` names the incident's updates from its first to *resolved*, ``began`` is when that first one was
    posted, ``at`` when this one was (UTC). ``handle`` is the outlet's own id of what it made for the series, empty for
    the first. ``components`` are services as we call them and how they stand, those that work again included.
    ``refs`` are the incident's alerts, for an outlet that writes where a report came from. All text is plain.
    """

    key: str
    series: str
    incident: str
    title: str
    text: str
    stage: Stage
    began: datetime
    at: datetime
    next_at: datetime | None = None
    handle: str = ""
    components: tuple[tuple[str, ComponentState], ...] = ()
    refs: tuple[AlertRef, ...] = ()

    @property
    def mark(self) -> str:
        """The key as outlets keep it: always the same for the same key, and says nothing about us."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Published:
    """Clients can read it. ``said`` is one line in the outlet's terms, ``handle`` its id of what it made for the series."""

    said: str
    handle: str = ""


class Outlet(Protocol):
    """One configured outlet. Cheap to make; opens nothing before the first update."""

    @property
    def name(self) -> str:
        """What the config calls it."""
        ...

    @property
    def kind(self) -> str:
        """Which product."""
        ...

    async def publish(self, publication: Publication) -> Published:
        """Publish one update; looks first whether an earlier try has done it, where the product can tell.

        Raises ``SourceError`` and nothing else: ``parked`` where our credentials or rights are not accepted,
        ``permanent`` where trying again is no use, ``retry_after`` (seconds) where the product says when.
        """
        ...

    async def prove(self) -> str:
        """Return as whom and where we would publish, in one line, by a call that changes nothing. Raises ``SourceError``."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
