"""Who is on call: rotations as pure calculations over wall-clock time, with overrides on top."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from console.domain.walltime import to_utc


@dataclass(frozen=True, slots=True)
class Window:
    """A span of local wall time that comes again each week: from ``start`` on each of ``days`` (0 Monday) to ``end``.

    An ``end`` at or before ``start`` lies in the next day; equal ones are a whole day.
    """

    days: frozenset[int]
    start: time
    end: time


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
    """

    team: str
    role: str
    name: str
    shifts: tuple[Shift, ...]
    layer: int = 0
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """All that decides who is on call, of all teams. ``holidays`` are days by zone-less date, with their names.

    ``zones``: a person's own time zone, where the config says one. ``broken``: (team, role, why) of roles
    whose rotations in the config cannot be used: gaps that say why, unless something else fills them.
    """

    rotations: tuple[Rotation, ...] = ()
    overrides: tuple[Override, ...] = ()
    absences: tuple[Absence, ...] = ()
    listed: tuple[Listed, ...] = ()
    holidays: tuple[tuple[date, str], ...] = ()
    zones: tuple[tuple[str, ZoneInfo], ...] = ()
    broken: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """Nobody holds the role in [start, end), UTC."""

    team: str
    role: str
    start: datetime
    end: datetime


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


def teams(roster: Roster) -> tuple[str, ...]:
    """Return the teams that have a rotation, in config order."""
    return tuple(dict.fromkeys(rotation.team for rotation in roster.rotations))


def roles(roster: Roster, team: str) -> tuple[str, ...]:
    """Return a team's roles in config order."""
    return tuple(dict.fromkeys(rotation.role for rotation in roster.rotations if rotation.team == team))


def duty(roster: Roster, team: str, role: str, at: datetime) -> Duty:
    """Return who holds a role at an instant (UTC), since when, until when, and who comes next.

    ``since`` and ``until`` are the instants at which the *person* changes: a handoff from somebody
    to the same person, or a cover that ends where the covered person's own shift would, is no end.
    """
    line = _Line.of(roster, team, role)
    now = line.look(at)
    until, later = now.end, now
    while until is not None and (later := line.look(until)).person == now.person:
        until = later.end
    since = now.start
    while since is not None and (earlier := line.look(since - datetime.resolution)).person == now.person:
        since = earlier.start
    return Duty(
        team=team,
        role=role,
        person=now.person,
        since=since,
        until=until,
        next_person=later.person if until is not None else None,
        covering=now.covering,
    )


def duties(roster: Roster, at: datetime) -> tuple[Duty, ...]:
    """Return every role of every team at an instant, in config order."""
    return tuple(duty(roster, team, role, at) for team in teams(roster) for role in roles(roster, team))


def shift_of(roster: Roster, person: str, at: datetime) -> Duty | None:
    """Return the duty a person has at an instant, a ``primary`` one first; None where they are off."""
    held = [one for one in duties(roster, at) if one.person == person]
    return min(held, key=lambda one: one.role != "primary", default=None)


def shifts(roster: Roster, team: str, role: str, start: datetime, end: datetime) -> tuple[Shift, ...]:
    """Return who holds a role in [start, end), in order and cut to it; with ``gaps`` they tile the span."""
    pieces = _pieces(_Line.of(roster, team, role), start, end)
    return tuple(Shift(team, role, person, *span) for person, *span in pieces if person is not None)


def gaps(roster: Roster, team: str, role: str, start: datetime, end: datetime) -> tuple[Gap, ...]:
    """Return the spans within [start, end) in which nobody holds a role."""
    pieces = _pieces(_Line.of(roster, team, role), start, end)
    return tuple(Gap(team, role, *span) for person, *span in pieces if person is None)


def _pieces(line: _Line, start: datetime, end: datetime) -> list[tuple[str | None, datetime, datetime]]:
    """Cut [start, end) at every change of person."""
    found: list[tuple[str | None, datetime, datetime]] = []
    here = start
    while here < end:
        view = line.look(here)
        stop = end if view.end is None else min(view.end, end)
        if found and found[-1][0] == view.person:
            found[-1] = (view.person, found[-1][1], stop)
        else:
            found.append((view.person, here, stop))
        here = stop
    return found


@dataclass(frozen=True, slots=True)
class _View:
    """Who holds a role at an instant, and the span around it in which nothing can change that.

    ``start`` None: from the beginning; ``end`` None: for ever.
    """

    person: str | None
    covering: bool
    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class _Line:
    """What decides one role: its rotations (normally one), when each begins, and its overrides."""

    rotations: tuple[tuple[Rotation, datetime], ...]
    overrides: tuple[Override, ...]

    @classmethod
    def of(cls, roster: Roster, team: str, role: str) -> _Line:
        """Pick out what concerns one role, in config order."""
        return cls(
            tuple(
                (one, handoff_at(one, 0)) for one in roster.rotations if (one.team, one.role) == (team, role)
            ),
            tuple(one for one in roster.overrides if (one.team, one.role) == (team, role)),
        )

    def look(self, at: datetime) -> _View:
        """Return who holds the role at an instant, by override or else by rotation."""
        person, start, end = self._rotated(at)
        rotated = person
        override = next((one for one in reversed(self.overrides) if one.start <= at < one.end), None)
        if override is not None:
            person, start, end = override.person or None, override.start, override.end
        edges = [edge for one in self.overrides if one.start < one.end for edge in (one.start, one.end)]
        edges += [begin for _, begin in self.rotations]
        return _View(
            person,
            covering=override is not None and person != rotated,
            start=max((edge for edge in (start, *edges) if edge is not None and edge <= at), default=None),
            end=min((edge for edge in (end, *edges) if edge is not None and edge > at), default=None),
        )

    def _rotated(self, at: datetime) -> tuple[str | None, datetime | None, datetime | None]:
        """Return who would hold the role without overrides, and between which handoffs."""
        rotation = next((one for one, begin in reversed(self.rotations) if begin <= at), None)
        if rotation is None or not rotation.members:
            return None, None, None
        if len(set(rotation.members)) == 1:  # handed to the same person for ever: no handoffs to count
            return rotation.members[0], None, None
        n, start, end = shift_at(rotation, at)
        return rotation.members[n % len(rotation.members)], start, end


def handoff_at(rotation: Rotation, n: int) -> datetime:
    """Return the instant (UTC) at which a rotation's shift ``n`` begins, counting from 0."""
    return to_utc(_first(rotation) + n * rotation.every, rotation.timezone)


def shift_at(rotation: Rotation, at: datetime) -> tuple[int, datetime, datetime]:
    """Return the shift an instant falls into: its number (negative before the start), start and end."""
    local = at.astimezone(rotation.timezone).replace(tzinfo=None)
    n = (local - _first(rotation)) // rotation.every
    start, end = handoff_at(rotation, n), handoff_at(rotation, n + 1)
    while end <= at:  # in a repeated hour the wall clock shows less than has passed since the handoff
        n, start, end = n + 1, end, handoff_at(rotation, n + 2)
    return n, start, end


def _first(rotation: Rotation) -> datetime:
    """Return the local wall time of the first handoff: on the start date or the first weekday after it."""
    ahead = 0 if rotation.weekday is None else (rotation.weekday - rotation.start.weekday()) % 7
    return datetime.combine(rotation.start, rotation.handoff) + timedelta(days=ahead)
