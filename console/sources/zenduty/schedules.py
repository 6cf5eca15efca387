"""Zenduty's schedules: it tells their layers and overrides, and leaves working them out to whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from console.domain.roster import Listed, Override, Roster, Rotation, Shift, Window, shifts
from console.errors import SourceError
from console.sources.base.reading.records import Record

_TEAM, _ROLE = "zenduty", "schedule"  # names for our own calculation; nobody sees them
_DAY = timedelta(days=1)
_WEEK = frozenset(range(7))


def final(schedule: Record, start: datetime, end: datetime) -> tuple[Shift, ...]:
    """Return who is on call by a schedule in [start, end), people by their user names.

    Shifts and restrictions count on the wall clock of the schedule. Overrides go before layers. Of layers
    that overlap the later one counts, as at PagerDuty, whose model this is; Zenduty does not say.
    Raises ``SourceError`` for a time zone that is not known.
    """
    zone = _zone(schedule)
    layers = schedule.records("layers")
    listed = [
        Listed(_TEAM, _ROLE, layer.text("name"), _turns(layer, zone, start, end), height)
        for height, layer in enumerate(layers)
    ]
    return shifts(
        Roster(overrides=tuple(_overrides(schedule)), listed=tuple(listed)), _TEAM, _ROLE, start, end
    )


def _zone(schedule: Record) -> ZoneInfo:
    name = schedule.text("time_zone", 100)
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SourceError(
            f'the schedule is in a time zone that is not known here: "{name}"', permanent=True
        ) from None


def _turns(layer: Record, zone: ZoneInfo, start: datetime, end: datetime) -> tuple[Shift, ...]:
    """Return the shifts of one layer by itself."""
    begin, over = layer.time("rotation_start_time"), layer.time("rotation_end_time")
    length = layer.number("shift_length") or 0
    users = sorted(layer.records("users"), key=lambda user: user.number("position") or 0)
    members = tuple(filter(None, (user.text("user") for user in users)))
    if layer.get("is_active") is False or begin is None or length < 60 or not members:
        return ()
    first = begin.astimezone(zone)
    rotation = Rotation(
        _TEAM,
        _ROLE,
        members,
        timedelta(seconds=length),
        first.time(),
        zone,
        first.date(),
        windows=tuple(window for one in layer.records("restrictions") for window in _windows(one)),
    )
    until = min(end, over) if over is not None else end
    return shifts(Roster((rotation,)), _TEAM, _ROLE, max(start, begin), until)


def _windows(restriction: Record) -> Iterator[Window]:
    """Yield the hours of a restriction, cut at midnights. Day 0 is each day, 1 to 7 are Sunday to Saturday."""
    day = int(restriction.number("start_day_of_week") or 0)
    here = _time(restriction.text("start_time_of_day"))
    left = timedelta(seconds=restriction.number("duration") or 0)
    if here is None or left <= timedelta(0):
        return
    if left >= (_DAY if day == 0 else 7 * _DAY):
        yield Window(_WEEK, time(), time())
        return
    days = _WEEK if day == 0 else frozenset({(day + 5) % 7})
    while left > timedelta(0):
        since_midnight = timedelta(hours=here.hour, minutes=here.minute, seconds=here.second)
        piece = min(left, _DAY - since_midnight)
        minutes, seconds = divmod(int((since_midnight + piece).total_seconds()) % 86_400, 60)
        yield Window(days, here, time(minutes // 60, minutes % 60, seconds))
        left, here = left - piece, time()
        days = frozenset((one + 1) % 7 for one in days)


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text).replace(microsecond=0, tzinfo=None)
    except ValueError:
        return None


def _overrides(schedule: Record) -> Iterator[Override]:
    for one in schedule.records("overrides"):
        start, end = one.time("start_time"), one.time("end_time")
        if start is not None and end is not None and one.text("user"):
            yield Override(_TEAM, _ROLE, one.text("user"), start, end)
