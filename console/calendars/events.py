"""One event of a calendar: when, how often again, and what it says of whose it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from console.calendars.lines import Component, Property
from console.calendars.zones import Zones
from console.domain.text import one_line
from console.domain.walltime import to_utc

_YEARS = range(1970, 2200)
_LONGEST = timedelta(days=3660)


class BadEventError(Exception):
    """An event that cannot be used, and why in a few words."""


@dataclass(frozen=True, slots=True)
class When:
    """A wall time in a zone. ``whole_day``: only the date was said."""

    local: datetime
    zone: ZoneInfo
    whole_day: bool = False

    @property
    def utc(self) -> datetime:
        """The instant; see ``to_utc`` for wall times that exist twice or not at all."""
        return to_utc(self.local, self.zone)

    def at(self, local: datetime) -> When:
        """Return another wall time of the same zone and kind."""
        return When(local, self.zone, self.whole_day)


@dataclass(frozen=True, slots=True)
class Length:
    """How long an event lasts: so much on the wall clock, and so much more whatever the clock does."""

    wall: timedelta
    exact: timedelta = timedelta(0)

    def end(self, start: When) -> datetime:
        """Return when an occurrence that starts then is over (UTC)."""
        return start.at(start.local + self.wall).utc + self.exact


@dataclass(frozen=True, slots=True)
class Event:
    """``rank`` is its version (SEQUENCE, LAST-MODIFIED), ``order`` its place in the file.

    ``replaces`` is the occurrence of the event with the same ``uid`` that it stands for.
    ``rules`` are RRULEs as they are written; ``more`` and ``except_`` are RDATE and EXDATE.
    """

    uid: str
    order: int
    rank: tuple[int, str]
    start: When
    length: Length
    summary: str
    person: str = ""
    guests: tuple[tuple[str, str], ...] = ()
    cancelled: bool = False
    replaces: When | None = None
    rules: tuple[str, ...] = ()
    more: tuple[When, ...] = ()
    except_: tuple[When, ...] = ()


def event_of(component: Component, order: int, zones: Zones) -> Event:
    """Return an event. Raises ``BadEventError``."""
    starts = component.all("DTSTART")
    if not starts:
        raise BadEventError("has no start")
    start = _when(starts[0], zones)
    cancelled = component.value("STATUS").upper() == "CANCELLED"
    replaced = component.all("RECURRENCE-ID")
    return Event(
        uid=component.value("UID")[:500],
        order=order,
        rank=(_number(component.value("SEQUENCE")), component.value("LAST-MODIFIED")[:20]),
        start=start,
        length=Length(timedelta(0)) if cancelled else _length(component, start, zones),
        summary=summary_of(component),
        person=text_of(component.value("X-ONCALL-PERSON")),
        guests=tuple(_guests(component)),
        cancelled=cancelled,
        replaces=_when(replaced[0], zones) if replaced else None,
        rules=tuple(value.strip() for _, value in component.all("RRULE")),
        more=tuple(_dates(component.all("RDATE"), zones)),
        except_=tuple(_dates(component.all("EXDATE"), zones)),
    )


def summary_of(component: Component) -> str:
    """Return an event's title, safe to show."""
    return text_of(component.value("SUMMARY")) or "(no title)"


def text_of(value: str) -> str:
    """Return a text without the backslashes that a file needs, safe to show."""
    plain = value.replace("\\n", "\n").replace("\\N", "\n")
    for mark in (",", ";", "\\"):
        plain = plain.replace(f"\\{mark}", mark)
    return one_line(plain, 200)


def _when(said: Property, zones: Zones) -> When:
    return _moment(said[1].strip(), said[0].get("TZID", ""), zones)


def _moment(value: str, zone: str, zones: Zones) -> When:
    """Return what ``20260105``, ``20260105T090000`` or ``20260105T090000Z`` means. Raises ``BadEventError``."""
    from icalendar.prop import vDate, vDatetime  # noqa: PLC0415 - heavy; see lines

    read = vDatetime.from_ical if "T" in value else vDate.from_ical
    try:
        found: date = read(value)  # type: ignore[no-untyped-call]  # the library's
    except (ValueError, TypeError, AttributeError):
        raise BadEventError(f"has a time that is none: {one_line(value, 40)}") from None
    if found.year not in _YEARS:
        raise BadEventError(f"is in the year {found.year}")
    if not isinstance(found, datetime):
        return When(datetime.combine(found, time()), zones.zone(zone), whole_day=True)
    if found.tzinfo is not None:
        return When(found.astimezone(UTC).replace(tzinfo=None), ZoneInfo("UTC"))
    return When(found, zones.zone(zone))


def _length(component: Component, start: When, zones: Zones) -> Length:
    """Return how long it lasts. Raises ``BadEventError`` where that is nothing, or a backward step."""
    ends = component.all("DTEND")
    if ends:
        end = _when(ends[0], zones)
        same = end.zone.key == start.zone.key
        length = Length(end.local - start.local) if same else Length(timedelta(0), end.utc - start.utc)
    elif component.all("DURATION"):
        length = _duration(component.value("DURATION"))
    elif start.whole_day:
        length = Length(timedelta(days=1))
    else:
        raise BadEventError("has no end")
    whole = length.wall + length.exact
    if whole <= timedelta(0):
        raise BadEventError("ends before it starts")
    if whole > _LONGEST:
        raise BadEventError("lasts longer than ten years")
    return length


def _duration(value: str) -> Length:
    """Return a duration: its days are the wall clock's, its hours are hours (RFC 5545, 3.3.6)."""
    from icalendar.prop import vDuration  # noqa: PLC0415 - heavy; see lines

    read: Callable[[str], timedelta] = vDuration.from_ical
    days, clock, hours = value.strip().upper().partition("T")
    try:
        wall = read(days) if len(days.lstrip("+-")) > 1 else timedelta(0)
        exact = read(f"PT{hours}") if clock else timedelta(0)
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise BadEventError(f"has a length that is none: {one_line(value, 40)}") from None
    return Length(wall, exact if not days.startswith("-") else -exact)


def _dates(lines: list[Property], zones: Zones) -> Iterator[When]:
    for parameters, values in lines:
        for value in values.split(",")[:5_000]:
            if value.strip():  # of a period only the start counts: the length is the event's
                yield _moment(value.strip().partition("/")[0], parameters.get("TZID", ""), zones)


def _guests(component: Component) -> Iterator[tuple[str, str]]:
    """Yield (mail address, name) of those invited who did not decline."""
    for parameters, value in component.all("ATTENDEE")[:50]:
        if parameters.get("PARTSTAT", "").upper() == "DECLINED":
            continue
        address = value.strip()
        if address.lower().startswith("mailto:"):
            address = address[7:]
        yield one_line(address, 200), text_of(parameters.get("CN", ""))


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else 0
