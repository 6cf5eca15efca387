"""The layers of a role: a rotation or somebody else's list of shifts, asked who has it at an instant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from enum import IntEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from console.domain.roster.rotation import handoff_at, shift_after, shift_at
from console.domain.roster.strip import BEGINNING, NEVER, Strip, layered
from console.domain.roster.values import Absence, Listed, OnLeave, Rotation, Shift
from console.domain.roster.windows import WeekHours
from console.domain.walltime import to_utc


class Has(IntEnum):
    """How far a layer has something to say of an instant; of several that have nobody the highest says why."""

    NOTHING = 0  # there is no layer at all
    NOT_YET = 1
    NO_LONGER = 2
    OTHER_HOURS = 3
    BROKEN = 4  # it cannot be used at all
    NOBODY = 5  # it counts now, but whose turn it is is not there
    SOMEBODY = 6


class Turn(NamedTuple):
    """What a layer says of an instant, and the span around it in which that cannot change."""

    person: str | None
    start: datetime
    end: datetime
    has: Has
    covered: str = ""
    reason: str = ""


class Leave:
    """Who is on leave when, and what people are called."""

    def __init__(self, absences: Iterable[Absence], names: Iterable[tuple[str, str]]) -> None:
        self._names = dict(names)
        spans: dict[str, list[tuple[datetime, datetime, bool]]] = {}
        for one in absences:
            spans.setdefault(one.person, []).append((one.start, one.end, True))
        self._away = {person: layered(listed) for person, listed in spans.items()}

    def name(self, person: str) -> str:
        """Return what a person is called; their id where no name is known."""
        return self._names.get(person, person)

    def of(self, people: Iterable[str]) -> Mapping[str, Strip[bool]]:
        """Return when those of some people are away who ever are."""
        return {person: self._away[person] for person in dict.fromkeys(people) if person in self._away}


class RotationLayer:
    """A rotation with what is worked out of it once. ``hours`` None: it counts at all hours."""

    def __init__(self, rotation: Rotation, hours: WeekHours | None, leave: Leave) -> None:
        self.height = rotation.layer
        self.people = rotation.members
        self.rotation = rotation
        self.hours = hours
        self.begin = handoff_at(rotation, 0)
        self.end = NEVER
        if rotation.until is not None:
            end = to_utc(datetime.combine(rotation.until, rotation.handoff), rotation.timezone)
            self.end = max(self.begin, end)
        self.away = leave.of(rotation.members)
        self._leave = leave
        self._hands_over = len(set(rotation.members)) > 1
        self._shift = (0, NEVER, NEVER)
        self._turn = Turn(None, NEVER, NEVER, Has.NOTHING)

    @property
    def edges(self) -> list[datetime]:
        """When it begins, ends, and when somebody's leave does."""
        return [self.begin, self.end, *(edge for strip in self.away.values() for edge in strip.edges)]

    def at(self, at: datetime) -> Turn:
        """Return whose turn it is at an instant."""
        latest = self._turn  # most questions are about the same turn as the last
        if not latest.start <= at < latest.end:
            latest = self._turn = self._at(at)
        return latest

    def why(self, at: datetime) -> str:
        """Return why it does not count at an instant, in words."""
        if at < self.begin:
            return "before the first shift"
        if at >= self.end:
            return f"the rotation ended {self.rotation.until}"
        return self.hours.why_closed(at) if self.hours else ""

    def _at(self, at: datetime) -> Turn:
        if at < self.begin:
            return Turn(None, BEGINNING, self.begin, Has.NOT_YET)
        if at >= self.end:
            return Turn(None, self.end, NEVER, Has.NO_LONGER)
        start, end = self.begin, self.end
        if self.hours is not None:
            is_open, opened, closes = self.hours.at(at)
            start, end = max(start, opened), min(end, closes)
            if not is_open:
                return Turn(None, start, end, Has.OTHER_HOURS)
        if not self.people:
            return Turn(None, start, end, Has.NOBODY, reason="the rotation has no members")
        n = 0
        if self._hands_over:  # to the same person for ever: no handoffs to count
            if at == self._shift[2]:
                self._shift = shift_after(self.rotation, self._shift)
            elif not self._shift[1] <= at < self._shift[2]:
                self._shift = shift_at(self.rotation, at)
            n, begun, ends = self._shift
            start, end = max(start, begun), min(end, ends)
        owner = self.people[n % len(self.people)]
        if not self.away:
            return Turn(owner, start, end, Has.SOMEBODY)
        return self._on_leave(n, at, start, end)

    def _on_leave(self, n: int, at: datetime, start: datetime, end: datetime) -> Turn:
        """Return who stands in where the member whose turn it is is on leave; the member where not."""
        size = len(self.people)
        owner = self.people[n % size]
        reason = f"{self._leave.name(owner)} is on leave"
        tries = size if self.rotation.on_leave is OnLeave.NEXT else 1
        for person in dict.fromkeys(self.people[(n + k) % size] for k in range(tries)):
            strip = self.away.get(person)
            if strip is None:
                gone = None
            else:
                gone, left, back = strip.find(at)
                start, end = max(start, left), min(end, back)
            if gone is None:
                if person == owner:
                    return Turn(owner, start, end, Has.SOMEBODY)
                return Turn(person, start, end, Has.SOMEBODY, owner, reason)
        if tries > 1 and self._hands_over:
            reason = "everybody in the rotation is on leave"
        return Turn(None, start, end, Has.NOBODY, owner, reason)


class ListedLayer:
    """Shifts that somebody else planned. Of several at once the one that began last counts, of these the last listed."""

    def __init__(self, listed: Listed, zone: ZoneInfo, leave: Leave) -> None:
        self.height = listed.layer
        self.end = listed.until or NEVER
        shifts = sorted(listed.shifts, key=lambda one: one.start)
        self._shifts: Strip[Shift] = layered((one.start, min(one.end, self.end), one) for one in shifts)
        self.people = tuple(dict.fromkeys(one.person for one in shifts if one.person))
        self.away = leave.of(self.people)
        self._leave = leave
        self._name = listed.name
        self._read = listed.read
        self._first_day = _day(self._shifts.edges[0], zone) if self._shifts.edges else None
        self._last_day = _day(self.end, zone) if listed.until else None

    @property
    def edges(self) -> list[datetime]:
        """When its shifts begin and end, and somebody's leave does."""
        return [
            *self._shifts.edges,
            self.end,
            *(edge for strip in self.away.values() for edge in strip.edges),
        ]

    def at(self, at: datetime) -> Turn:
        """Return who is listed at an instant; a person on leave is not there here either."""
        if not self._read:
            reason = f"calendar {self._name} has not been read yet: the engine reads it"
            return Turn(None, BEGINNING, NEVER, Has.BROKEN, reason=reason)
        if at >= self.end:
            return Turn(None, self.end, NEVER, Has.NO_LONGER)
        shift, start, end = self._shifts.find(at)
        end = min(end, self.end)
        if shift is None:
            return Turn(None, start, end, Has.NOT_YET if self._is_early(at) else Has.OTHER_HOURS)
        if not shift.person:
            return Turn(None, start, end, Has.NOBODY, reason=shift.reason)
        strip = self.away.get(shift.person)
        if strip is not None:
            gone, left, back = strip.find(at)
            start, end = max(start, left), min(end, back)
            if gone:
                reason = f"{self._leave.name(shift.person)} is on leave"
                return Turn(None, start, end, Has.NOBODY, shift.person, reason)
        return Turn(shift.person, start, end, Has.SOMEBODY)

    def why(self, at: datetime) -> str:
        """Return why it does not count at an instant, in words."""
        if at >= self.end:
            return f"calendar {self._name} ends {self._last_day}"
        if self._is_early(at):
            return f"calendar {self._name} begins {self._first_day}"
        return f"calendar {self._name} has nobody"

    def _is_early(self, at: datetime) -> bool:
        return bool(self._shifts.edges) and at < self._shifts.edges[0]


Layer = RotationLayer | ListedLayer


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(UTC).astimezone(zone).date()
