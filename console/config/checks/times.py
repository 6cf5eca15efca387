"""Whether the times of overrides and leave make sense, each in its zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from console.config.base import Entry
from console.config.lines import Path
from console.config.model import Config
from console.config.moments import end_of, instant, start_of
from console.config.nearest import did_you_mean
from console.config.overrides import Override
from console.config.problems import Problem
from console.config.roles import UTC, Broken, roles_of, zone_of, zones_of


def wrong_overrides(config: Config, broken: Broken) -> Iterator[Problem]:
    """Yield overrides of roles that nobody fills, and those whose times mean nothing or more than one thing."""
    for override in config.overrides:
        roles = roles_of(config, override.team, broken)
        if roles and override.role not in roles:
            hint = did_you_mean(override.role, roles)
            text = f'no rotation of {override.team} fills "{override.role}"{hint}'
            yield _wrong(override, "role", text)
        elif (override.start.tzinfo is None) != (override.end.tzinfo is None):
            yield _wrong(override, "end", "start and end must both have an offset, or neither")
        else:
            yield from _wrong_span(config, override, broken)


def _wrong_span(config: Config, override: Override, broken: Broken) -> Iterator[Problem]:
    zones = zones_of(config, override.team, override.role)
    if override.start.tzinfo is None and len(zones) > 1:
        names = " and ".join(zone.key for zone in zones)
        text = f"the rotations of {override.role} go by {names}; write start and end with an offset"
        yield _wrong(override, "start", text)
    elif override.start.tzinfo is None and not zones and _is_broken(override, broken):
        text = f"means the wall time of the rotation of {override.role}, which is set aside; write an offset"
        yield _wrong(override, "start", text)
    elif instant(override.end, (*zones, UTC)[0]) <= instant(override.start, (*zones, UTC)[0]):
        yield _wrong(override, "end", "end must be later than start")
    else:
        for key in ("start", "end"):
            yield from _doubtful(getattr(override, key), (*zones, UTC)[0], (*override.place, key))


def wrong_leave(config: Config) -> Iterator[Problem]:
    """Yield leave that ends before it begins, or of which that cannot be said."""
    for person in config.people:
        zone = zone_of(config, person)
        for leave in person.leave:
            offsets = {
                moment.tzinfo is None for moment in (leave.start, leave.end) if isinstance(moment, datetime)
            }
            if len(offsets) > 1:
                yield _wrong(leave, "to", "from and to must both have an offset, or neither")
            elif end_of(leave.end, zone) <= start_of(leave.start, zone):
                whole = not isinstance(leave.end, datetime)
                yield _wrong(leave, "to", f"must {'not be before' if whole else 'be later than'} from")
            else:
                yield from _doubtful(leave.start, zone, (*leave.place, "from"))
                yield from _doubtful(leave.end, zone, (*leave.place, "to"))


def _doubtful(moment: date, zone: ZoneInfo, place: Path) -> Iterator[Problem]:
    """Yield a warning for a wall time that the clocks of a zone skip or show twice."""
    if not isinstance(moment, datetime) or moment.tzinfo is not None:
        return
    meant = instant(moment, zone).astimezone(zone)
    early, late = (moment.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    if meant.replace(tzinfo=None) != moment:
        text = f"{moment:%H:%M} is skipped by the clocks of {zone.key} on that day; {meant:%H:%M} is meant"
        yield Problem(place, text, warning=True)
    elif early != late:
        text = f"{moment:%H:%M} comes twice in {zone.key} on that day; the first is meant, or write an offset"
        yield Problem(place, text, warning=True)


def _is_broken(override: Override, broken: Broken) -> bool:
    return any((team, role) == (override.team, override.role) for team, role, _ in broken)


def _wrong(entry: Entry, key: str, text: str) -> Problem:
    return Problem((*entry.place, key), text, entry=entry.place)
