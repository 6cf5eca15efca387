"""Pages, levels, snoozes, nudges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Escalated:
    """A level was paged. ``auto`` is the engine's own step; by hand it also un-acks (S6).

    ``level`` counts from 0 (the first page). ``to`` are person ids. ``round`` counts repeats of
    the whole chain from 0; a chain that starts anew (reopened, severity raised) counts from 0 again.
    """

    level: int
    to: tuple[str, ...]
    auto: bool
    round: int = 0
    name: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LevelSkipped:
    """A level had nobody to page; said out loud, never silently passed over (peer: OnCall #1326)."""

    level: int
    reason: str
    round: int = 0


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
