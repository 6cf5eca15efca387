"""What decides who is on call, and what comes of it: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Window:
    """A span of local wall time that comes again each week: from ``start`` on each of ``days`` (0 Monday) to ``end``.

    An ``end`` at or before ``start`` lies in the next day; equal ones are a whole day. Windows that touch are one
    (Monday and Tuesday from 08:00 to 08:00 last until Wednesday 08:00; GoAlert does the same).
    ``not_on_holidays``: it is left out whole where the day it begins on is one of the roster's holidays.
    """

    days: frozenset[int]
    start: time
    end: time
    not_on_holidays: bool = False


class OnLeave(StrEnum):
    """What happens to a shift while its member is on leave."""

    NEXT = "next"  # the next member in order who is there covers for that time
    GAP = "gap"  # nobody: a gap that says why


@dataclass(frozen=True, slots=True)
class Rotation:
    """One layer of one role of one team, handed round ``members`` every ``every``.

    ``every`` (7 days for weekly, 12 hours, ...) is counted on the wall clock, so that handoffs
    keep their local times over a zone change. It is more than zero. ``months`` more than zero:
    shifts of so many calendar months instead. ``handoff`` is local wall
    time; ``weekday`` (0 Monday) only for weekly rotations.
    ``start``: the first member's first shift begins at the first handoff on or after this date.
    ``until``: the first day (local, at the handoff time) on which it no longer counts.
    ``windows``: it counts only then (nights, weekends, business hours); empty: always.
    Of the layers of a role the one with the highest ``layer`` that has somebody at an instant counts,
    of equal ones the latest listed that has begun.
    """

    team: str
    role: str
    members: tuple[str, ...]
    every: timedelta
    handoff: time
    timezone: ZoneInfo
    start: date
    weekday: int | None = None
    layer: int = 0
    windows: tuple[Window, ...] = ()
    until: date | None = None
    months: int = 0
    on_leave: OnLeave = OnLeave.NEXT

    def __post_init__(self) -> None:
        """Raise ``ValueError`` where shifts would have no length."""
        if self.every <= timedelta(0):
            raise ValueError("a rotation's shifts must last longer than nothing")


@dataclass(frozen=True, slots=True)
class Override:
    """Somebody covers a role of a team in [start, end), UTC. The latest listed wins.

    An empty ``person`` takes the role away: a gap on purpose. ``id`` is empty for those of the config;
    ``by`` made it, for ``reason``.
    """

    team: str
    role: str
    person: str
    start: datetime
    end: datetime
    id: str = ""
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is on leave in [start, end), UTC, and holds no role by rotation then. Overrides still count."""

    person: str
    start: datetime
    end: datetime
    id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """Who holds a role at an instant; ``person`` None is a gap. ``until`` None: no end in sight.

    ``next_person`` from ``until`` on, overrides respected (peer bug B26). ``covered`` is whose shift it
    is by the rotation, where somebody else holds it; ``reason`` says why (of a gap, too).
    """

    team: str
    role: str
    person: str | None
    since: datetime | None
    until: datetime | None
    next_person: str | None
    covering: bool = False
    covered: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """Shifts of one role that somebody else planned: a calendar, a file, another product's schedule.

    They count as a layer of the role: the higher ``layer`` wins, as with rotations. ``name`` is what
    they came from; ``until`` is how far they are known (UTC), None: for ever. Beyond it nobody is known.
    ``read`` False: the config names it, and nobody has read it yet; see ``not_read_yet``.
    Days without a time last from midnight to midnight on the wall clock of the calendar, of the role where the
    calendar names no zone: never from midnight UTC, which would hand over in the middle of a day.
    """

    team: str
    role: str
    name: str
    shifts: tuple[Shift, ...]
    layer: int = 0
    until: datetime | None = None
    read: bool = True


@dataclass(frozen=True, slots=True)
class Gap:
    """Nobody holds the role in [start, end), UTC. ``reason`` says why, in words."""

    team: str
    role: str
    start: datetime
    end: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Shift:
    """One person holds the role in [start, end), UTC, whether by rotation or by override.

    Of ``Listed`` shifts an empty ``person`` is somebody who is not known: a gap, and ``reason`` says whose.
    """

    team: str
    role: str
    person: str
    start: datetime
    end: datetime
    reason: str = ""
