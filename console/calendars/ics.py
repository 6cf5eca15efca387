"""Shifts from an iCalendar file, whoever wrote it. One bad event never hides the good ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

from console.calendars.asked import Asked, how_to_name, imported, nobody
from console.calendars.events import BadEventError, Event, event_of, summary_of
from console.calendars.lines import calendars_in
from console.calendars.overlaps import Span
from console.calendars.repeating import occurrences
from console.calendars.zones import Zones
from console.clock import ticks as system_ticks
from console.errors import CalendarError
from console.ports.calendars import Imported

MOST_EVENTS = 20_000


def read(data: bytes, asked: Asked, ticks: Callable[[], float] = system_ticks) -> Imported:
    """Return the shifts in a file. Raises ``CalendarError`` for what is no calendar, or no sensible one.

    It takes seconds for the largest: not for the event loop.
    """
    problems: list[str] = []
    events = events_in(data, asked.zone, problems)
    found = occurrences(events, asked.start, asked.end, ticks)
    problems += found.problems
    spans = []
    for number, one in enumerate(found.found):
        person, name = asked.names.of(one.event)
        spans.append(Span(person, one.start, one.end, number, "" if person else nobody(name)))
        problems += _doubts(asked, one.event, person, name)
    return imported(asked, spans, problems, found.until)


def events_in(data: bytes, otherwise: ZoneInfo, problems: list[str]) -> list[Event]:
    """Return all events of a file; what cannot be used is added to ``problems``. Raises ``CalendarError``.

    ``otherwise`` is the zone of times without one where the file names none (X-WR-TIMEZONE).
    """
    events: list[Event] = []
    for calendar in calendars_in(data):
        zones = Zones(calendar, otherwise)
        found = [one for one in calendar.inner if one.name == "VEVENT"]
        if len(found) + len(events) > MOST_EVENTS:
            raise CalendarError(f"it has more than {MOST_EVENTS:,} events", hint="export fewer of them")
        for component in found:
            try:
                events.append(event_of(component, len(events), zones))
            except (BadEventError, OverflowError) as error:
                problems.append(f'"{summary_of(component)}" {error}')
        problems += (
            f'the time zone "{name}" is not known: read as {zones.own.key}' for name in zones.unknown
        )
    return events


def _doubts(asked: Asked, event: Event, person: str, name: str) -> Iterator[str]:
    """Yield what is to be said about whose an event is."""
    if not person:
        yield how_to_name(name)
    elif others := asked.names.others(event, person):
        yield f'"{event.summary}" of {event.start.local:%Y-%m-%d} has several people: {person} holds it, not {", ".join(others)}'
