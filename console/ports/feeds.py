"""Feeds of changes as the engine sees them: what tells of deployments, rollouts and flags."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from console.domain.change import Change


@dataclass(frozen=True, slots=True)
class FeedPoll:
    """What a feed answered: changes in the order of time, those known already among them.

    ``problems`` are what could not be read, one line each. ``complete`` False: there may be more changes in
    that time than these, so the same time is asked for again.
    """

    changes: tuple[Change, ...]
    problems: tuple[str, ...] = ()
    complete: bool = True


class ChangeFeed(Protocol):
    """One feed of the config. ``interval`` is seconds between polls; nothing is opened before the first."""

    @property
    def name(self) -> str:
        """What the config calls it; ids of its changes begin with it and a colon."""
        ...

    @property
    def kind(self) -> str:
        """Which product."""
        ...

    @property
    def interval(self) -> float:
        """How often to ask."""
        ...

    @property
    def deadline(self) -> float:
        """How many seconds one poll may take."""
        ...

    async def fetch(self, since: datetime) -> FeedPoll:
        """Return what took effect at ``since`` (UTC) or later. Asked twice it says the same. Raises ``SourceError``."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
