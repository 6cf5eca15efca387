"""Who is on call: rotations as pure calculations over wall-clock time, with overrides on top."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Rotation:
    """One role of one team, handed round ``members`` every ``every``.

    ``every`` is a whole number of days (7 for weekly) or, below a day or for odd lengths, an
    exact span. ``handoff`` is local wall time; ``weekday`` (0 Monday) only for weekly rotations.
    ``start``: the first member's first shift begins at the first handoff on or after this date.
    """

    team: str
    role: str
    members: tuple[str, ...]
    every: timedelta
    handoff: time
    timezone: ZoneInfo
    start: date
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """Somebody covers a role of a team in [start, end), UTC. The latest listed wins."""

    team: str
    role: str
    person: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Duty:
    """Who holds a role at an instant; ``person`` None is a gap. ``until`` None: no end in sight.

    ``next_person`` from ``until`` on, overrides respected (peer bug B26).
    """

    team: str
    role: str
    person: str | None
    since: datetime | None
    until: datetime | None
    next_person: str | None
    covering: bool = False


@dataclass(frozen=True, slots=True)
class Roster:
    """All rotations and overrides of all teams."""

    rotations: tuple[Rotation, ...] = ()
    overrides: tuple[Override, ...] = ()
