"""How much of a span each person is on call, and how much of that in their sleeping hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from console.domain.roster.duty import shifts
from console.domain.roster.roster import Roster, zone_of
from console.domain.roster.strip import Span, joined
from console.domain.walltime import to_utc

SLEEP = (time(22), time(7))
"""The hours of the night, local: Google's Site Reliability Engineering and others count these."""
_DAY = timedelta(days=1)
_NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Load:
    """What one person carries in a span: ``on_call`` in ``shifts`` shifts, ``asleep`` of it from 22 to 07 local.

    ``share`` and ``asleep_share`` are per cent of everybody's together; 0 where nobody has any.
    """

    person: str
    on_call: timedelta
    asleep: timedelta
    shifts: int
    share: float
    asleep_share: float


def load(
    roster: Roster, start: datetime, end: datetime, *, team: str = "", role: str = ""
) -> tuple[Load, ...]:
    """Return the load of everybody on call in [start, end), the heaviest first.

    Of one team or role where they are named. Somebody who holds two roles at once is on call once. Nights are
    those of the person's own zone, of the role's where none is known.
    """
    spans: dict[str, list[Span]] = {}
    zones = dict(roster.zones)
    for name, lines in roster.planned.items():
        for line in lines:
            if (team and name != team) or (role and line.role != role):
                continue
            zone = zone_of(roster, name, line.role)
            for shift in shifts(roster, name, line.role, start, end):
                spans.setdefault(shift.person, []).append((shift.start, shift.end))
                zones.setdefault(shift.person, zone)
    merged = {person: joined(held) for person, held in spans.items()}
    times = {person: _total(held) for person, held in merged.items()}
    asleep = {
        person: sum((night_of(*span, zones[person]) for span in held), _NONE)
        for person, held in merged.items()
    }
    whole, whole_asleep = sum(times.values(), _NONE), sum(asleep.values(), _NONE)
    found = [
        Load(
            person,
            times[person],
            asleep[person],
            len(merged[person]),
            _percent(times[person], whole),
            _percent(asleep[person], whole_asleep),
        )
        for person in merged
    ]
    return tuple(sorted(found, key=lambda one: (-one.on_call, one.person)))


def night_of(start: datetime, end: datetime, zone: ZoneInfo) -> timedelta:
    """Return how much of [start, end) lies between 22 and 07 of a zone, as time that really passes."""
    first, last = start.astimezone(zone).date() - _DAY, end.astimezone(zone).date()
    found = _NONE
    for day in (first + n * _DAY for n in range((last - first).days + 1)):
        begin = to_utc(datetime.combine(day, SLEEP[0]), zone)
        stop = to_utc(datetime.combine(day + _DAY, SLEEP[1]), zone)
        found += max(_NONE, min(stop, end) - max(begin, start))
    return found


def _total(spans: list[Span]) -> timedelta:
    return sum((end - start for start, end in spans), _NONE)


def _percent(part: timedelta, whole: timedelta) -> float:
    return 100 * (part / whole) if whole else 0.0
