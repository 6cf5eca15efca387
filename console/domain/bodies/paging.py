"""Pages, levels, snoozes, nudges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Escalated:
    """A level was paged. ``auto`` is the engine's own step; by hand it also un-acks (S6).

    ``level`` counts from 0 (the first page). ``to`` are person ids. ``round`` counts repeats of
    the whole chain from 0; a chain that starts anew (reopened, severity raised) counts from 0 again.
    ``channels`` are the names of rooms that were told besides; ``to`` is empty where only they were.
    ``chain`` is the scope of the chain, empty for the team's own. ``everyone``: each of ``to`` has to ack.
    """

    level: int
    to: tuple[str, ...]
    auto: bool
    round: int = 0
    name: str = ""
    reason: str = ""
    channels: tuple[str, ...] = ()
    chain: str = ""
    everyone: bool = False


@dataclass(frozen=True, slots=True)
class Repaged:
    """Whoever of a level has not acked yet was paged again, for the ``time``-th time (GoAlert #4545)."""

    level: int
    to: tuple[str, ...]
    time: int


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Somebody who was paged acked what another has taken already: they know of it, too."""


@dataclass(frozen=True, slots=True)
class LevelSkipped:
    """A level had nobody to page; said out loud, never silently passed over (peer: OnCall #1326)."""

    level: int
    reason: str
    round: int = 0
    chain: str = ""


@dataclass(frozen=True, slots=True)
class Snoozed:
    """Out of sight until ``until`` (UTC) or until something new happens."""

    until: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Woke:
    """A snooze ended: ``due``, ``cleared``, ``new alert``, ``by hand``."""

    reason: str


@dataclass(frozen=True, slots=True)
class Nudged:
    """Acked but quiet for too long; the owner was asked "still on it?"."""

    quiet_since: datetime


@dataclass(frozen=True, slots=True)
class StillOn:
    """The owner answered the nudge."""
