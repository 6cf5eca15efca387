"""The occurrences of events: repetition, exceptions, replacements. Bounded, whatever a calendar says.

Rules, written down because programs differ:

- A repetition counts on the wall clock of the event's zone, as our own rotations do: a shift from 09:00
  to 09:00 stays that over a change of the clocks.
- Of events with the same UID and no RECURRENCE-ID the ones of the latest version (SEQUENCE, then
  LAST-MODIFIED) count; of the same version they all do: some feeds use one UID for everything.
- One with a RECURRENCE-ID replaces that occurrence; if it is cancelled, the occurrence is gone.
- TRANSP is ignored: whole days are "free" in many calendars, and a shift is a shift.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice

from console.calendars.events import BadEventError, Event, When
from console.domain.text import one_line
from console.errors import CalendarError

MOST_OCCURRENCES = 5_000
"""Of a whole calendar, within the span that was asked for."""
_MOST_HELD = 50_000  # before they are cut to that; whatever has more is no roster
_MOST_STEPS = 50_000  # of one rule before that span
_SECONDS = 5.0  # for all rules of a calendar; one that never comes true takes a second to find out
_FREQUENCIES = {"HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
_RARE = ("BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS", "BYEASTER")
_DATE = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An event once: [start, end), UTC."""

    event: Event
    start: datetime
    end: datetime

    @property
    def said(self) -> tuple[object, ...]:
        """What it says; two that say the same are one."""
        return self.start, self.end, self.event.summary, self.event.person, self.event.guests


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Those of a calendar in the order of their starts. ``until`` is where they were cut off, None: nowhere."""

    found: tuple[Occurrence, ...]
    problems: tuple[str, ...]
    until: datetime | None


def occurrences(
    events: Iterable[Event], start: datetime, end: datetime, ticks: Callable[[], float]
) -> Occurrences:
    """Return what of the events lies in [start, end), UTC. ``ticks`` are seconds that never jump.

    Raises ``CalendarError`` for more than anybody can have meant.
    """
    found: list[Occurrence] = []
    problems: list[str] = []
    give_up = ticks() + _SECONDS
    for event, replaced in _latest(events):
        if event.cancelled:
            continue
        if event.rules and ticks() > give_up:
            problems.append(f'"{event.summary}" is left out: its calendar takes too long to work out')
            continue
        try:
            found += (
                Occurrence(event, begin.utc, over)
                for begin in _starts(event, start, end)
                if begin.utc not in replaced
                and (over := event.length.end(begin)) > start
                and begin.utc < end
                and begin.utc < over
            )
        except (BadEventError, OverflowError) as error:
            problems.append(f'"{event.summary}" of {event.start.local:%Y-%m-%d} {error}')
        if len(found) > _MOST_HELD:
            raise CalendarError(f"it has more than {_MOST_HELD:,} shifts", hint="is it a roster?")
    found = list({one.said: one for one in found}.values())
    found.sort(key=lambda one: (one.start, one.event.order))
    if len(found) <= MOST_OCCURRENCES:
        return Occurrences(tuple(found), tuple(problems), None)
    cut = found[MOST_OCCURRENCES].start
    problems.append(f"more than {MOST_OCCURRENCES:,} shifts: read until {cut:%Y-%m-%d %H:%MZ} only")
    return Occurrences(tuple(found[:MOST_OCCURRENCES]), tuple(problems), cut)


def _latest(events: Iterable[Event]) -> Iterator[tuple[Event, frozenset[datetime]]]:
    """Yield the events that count, each with the instants at which others stand for it."""
    versions: dict[tuple[str, datetime | None], list[Event]] = {}
    for number, event in enumerate(events):
        instant = event.replaces.utc if event.replaces else None
        versions.setdefault((event.uid or f"\0{number}", instant), []).append(event)
    latest: list[Event] = []
    for same in versions.values():
        newest = max(event.rank for event in same)
        latest += (event for event in same if event.rank == newest)
    replaced: dict[str, set[datetime]] = {}
    for uid, instant in versions:
        if instant is not None:
            replaced.setdefault(uid, set()).add(instant)
    for event in latest:
        instants = replaced.get(event.uid, ()) if event.replaces is None else ()
        yield event, frozenset(instants)


def _starts(event: Event, start: datetime, end: datetime) -> Iterator[When]:
    """Yield when it begins: by its rules, or once; those beyond the span may be among them."""
    if event.replaces is not None or not (event.rules or event.more):
        yield event.start
        return
    gone = {one.utc for one in event.except_ if not one.whole_day}
    days = {one.local.date() for one in event.except_ if one.whole_day}
    longest = event.length.wall + event.length.exact + timedelta(days=1)
    seen: set[datetime] = set()
    first = [event.start] if not event.rules else []
    for begin in (*first, *event.more, *_by_rules(event, start - longest, end)):
        if begin.local in seen or begin.utc in gone or begin.local.date() in days:
            continue
        seen.add(begin.local)
        yield begin


def _by_rules(event: Event, start: datetime, end: datetime) -> Iterator[When]:
    """Yield the occurrences by rule from shortly before ``start``, at most a calendar's share and one."""
    zone = event.start.zone
    early, late = (moment.astimezone(zone).replace(tzinfo=None) for moment in (start, end))
    for rule in event.rules[:10]:
        steps = 0
        for local in islice(_rule(rule, event.start), _MOST_STEPS + MOST_OCCURRENCES + 1):
            if local >= late:
                break
            if local < early:
                steps += 1
                if steps > _MOST_STEPS:
                    raise BadEventError("began too long ago for how often it repeats")
                continue
            yield event.start.at(local)


def _rule(text: str, start: When) -> Iterable[datetime]:
    """Return the wall times of a rule. Raises ``BadEventError`` for one that is wrong or has no sensible end."""
    from dateutil.rrule import rrulestr  # noqa: PLC0415 - only calendars need it

    parts = dict(part.split("=", 1) for part in text.upper().split(";") if "=" in part)
    said = f"repeats in a way that is not read: {one_line(text, 80)}"
    if parts.get("FREQ") not in _FREQUENCIES or len(text) > 500:
        raise BadEventError(said)
    interval = parts.get("INTERVAL", "1")
    if not (interval.isascii() and interval.isdecimal() and 0 < int(interval[:9]) < 100_000):
        raise BadEventError(said)
    if parts["FREQ"] in {"HOURLY", "DAILY"} and any(name in parts for name in _RARE):
        raise BadEventError(said)  # it may never come true, and that takes minutes to find out
    until = parts.pop("UNTIL", None)
    try:
        last = _until(until, start) if until else None
        plain = ";".join(f"{name}={value}" for name, value in parts.items())
        rule = rrulestr(plain, dtstart=start.local)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError):
        raise BadEventError(said) from None
    return rule if last is None else _up_to(rule, last)


def _up_to(rule: Iterable[datetime], last: datetime) -> Iterator[datetime]:
    for local in rule:
        if local > last:
            return
        yield local


def _until(text: str, start: When) -> datetime:
    """Return the last wall time that UNTIL allows; a day of its own is allowed whole."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    day = datetime.strptime(match[1], "%Y%m%d")  # noqa: DTZ007 - wall time
    if match[2] is None:
        return datetime.combine(day, time.max)
    at = datetime.strptime(match[1] + match[2], "%Y%m%d%H%M%S")  # noqa: DTZ007 - wall time
    return at.replace(tzinfo=UTC).astimezone(start.zone).replace(tzinfo=None) if match[3] else at
