"""From the bytes of an iCalendar file to its components, line by line; a bad line spoils nobody else's.

The library's own reading of whole files is not used: it gives up at some mistakes, and remembers
time zones that one file defines for all that come after it.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from dataclasses import dataclass, field

from console.errors import CalendarError

MOST_BYTES = 20_000_000
_MOST_LINE = 20_000
_DEEPEST = 20

_FOLD = re.compile(rb"(?:\r\n|\n|\r)[ \t]")
_LINE_ENDS = re.compile(r"\r\n|\n|\r")
_NAME = re.compile(r"[A-Za-z0-9-]{1,60}(?=[;:])")
_WEB_PAGE = re.compile(rb"\s*<(?:!doctype|html|head|\?xml)", re.IGNORECASE)

_USED = frozenset({
    "UID", "SEQUENCE", "LAST-MODIFIED", "RECURRENCE-ID", "STATUS", "SUMMARY", "ATTENDEE", "X-ONCALL-PERSON",
    "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "X-WR-TIMEZONE", "TZID", "X-LIC-LOCATION",
})  # fmt: skip
"""All that anybody asks for; descriptions and the like make up most of a file."""

Property = tuple[dict[str, str], str]
"""Parameters by upper-case name, and the value as it stands in the file."""


@dataclass(slots=True)
class Component:
    """One BEGIN … END with its own lines: ``VEVENT``, ``VTIMEZONE``, … Names are upper case."""

    name: str
    properties: dict[str, list[Property]] = field(default_factory=dict)
    inner: list[Component] = field(default_factory=list)

    def value(self, name: str) -> str:
        """Return the first value of a name, empty where there is none."""
        found = self.properties.get(name)
        return found[0][1].strip() if found else ""

    def all(self, name: str) -> list[Property]:
        """Return every line of a name."""
        return self.properties.get(name, [])


def calendars_in(data: bytes) -> list[Component]:
    """Return the calendars in a file; there may be several. Raises ``CalendarError`` for what is none."""
    if len(data) > MOST_BYTES:
        raise CalendarError(f"it is larger than {MOST_BYTES // 1_000_000} MB", hint="export less of it")
    root = Component("")
    open_ones = [root]
    for line in _lines(data):
        word, _, rest = line.partition(":")
        match word.strip().upper():
            case "BEGIN":
                if len(open_ones) > _DEEPEST:
                    raise CalendarError("its parts stand within each other without end")
                begun = Component(rest.strip().upper())
                open_ones[-1].inner.append(begun)
                open_ones.append(begun)
            case "END":
                _close(open_ones, rest.strip().upper())
            case _:
                _put(open_ones[-1], line)
    found = [one for one in root.inner if one.name == "VCALENDAR"]
    if not found:
        raise _no_calendar(data)
    if any(one.name == "VCALENDAR" for one in open_ones):
        raise CalendarError(
            "it breaks off: END:VCALENDAR is missing", hint="was it read while it was being written?"
        )
    return found


def _close(open_ones: list[Component], name: str) -> None:
    """End the innermost part of that name, and all within it that nobody ended."""
    for depth in range(len(open_ones) - 1, 0, -1):
        if open_ones[depth].name == name:
            del open_ones[depth:]
            return


def _lines(data: bytes) -> list[str]:
    """Return the lines as they were before they were folded. Some fold between the bytes of one letter."""
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        data = data.decode("utf-16", "replace").encode()
    data = _FOLD.sub(b"", data.removeprefix(BOM_UTF8))
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return _LINE_ENDS.split(text)


def _put(component: Component, line: str) -> None:
    from icalendar.parser import Contentline  # noqa: PLC0415 - 50 ms that most commands save

    name = _NAME.match(line)
    if name is None or name[0].upper() not in _USED or len(line) > _MOST_LINE:
        return
    rest = line[name.end() :]
    if rest.startswith(":"):
        parameters, value = {}, rest[1:]
    else:
        try:
            _, said, value = Contentline(line).raw_parts()  # type: ignore[no-untyped-call]  # the library's
        except (ValueError, AssertionError):
            return
        parameters = {
            key.upper(): one if isinstance(one, str) else one[0] for key, one in said.items() if one
        }
    component.properties.setdefault(name[0].upper(), []).append((parameters, value))


def _no_calendar(data: bytes) -> CalendarError:
    if not data.strip():
        return CalendarError("it is empty")
    if _WEB_PAGE.match(data.removeprefix(BOM_UTF8)):
        return CalendarError(
            "it is a web page, not a calendar", hint="is that the private iCal address, or a page to log in?"
        )
    return CalendarError("it is no calendar: BEGIN:VCALENDAR is missing", hint="it should be an .ics file")
