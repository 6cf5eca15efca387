"""Calendars in the habits of those who make them, written by us, and what is asked of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from console.calendars.asked import Asked
from console.calendars.people import Names
from console.domain.people import Person
from console.domain.roster import Shift

BERLIN = ZoneInfo("Europe/Berlin")
JAKARTA = ZoneInfo("Asia/Jakarta")

PEOPLE = (
    Person("asha", "Asha Nair", (("email", "asha@ops.example"),)),
    Person("budi", "Budi Santoso", (("slack", "@budi"), ("email", "Budi@ops.example"))),
    Person("rina", "Rína Álvarez"),
)


def asked(
    zone: ZoneInfo = BERLIN,
    start: datetime | None = None,
    end: datetime | None = None,
    names: tuple[tuple[str, str], ...] = (),
    people: tuple[Person, ...] = PEOPLE,
) -> Asked:
    begin = start or datetime(2026, 1, 1, tzinfo=UTC)
    over = end or datetime(2027, 1, 1, tzinfo=UTC)
    return Asked("shifts", "payments", "primary", zone, begin, over, Names(people, names))


def calendar(*parts: str, head: str = "") -> bytes:
    """Return a calendar of whole components; lines end as the standard wants."""
    text = "\n".join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", *([head] if head else []), *parts, "END:VCALENDAR", ""]
    )
    return text.replace("\n", "\r\n").encode()


def event(*lines: str, summary: str = "On Call - Asha Nair - Payments", uid: str = "") -> str:
    named = [f"UID:{uid}"] if uid else []
    return "\n".join(["BEGIN:VEVENT", *named, f"SUMMARY:{summary}", *lines, "END:VEVENT"])


def spans(shifts: tuple[Shift, ...]) -> list[tuple[str, str, str]]:
    """Return (person, start, end) with times to the minute, UTC."""
    return [(one.person, f"{one.start:%m-%d %H:%M}", f"{one.end:%m-%d %H:%M}") for one in shifts]


def hours(shifts: tuple[Shift, ...]) -> list[float]:
    return [(one.end - one.start) / timedelta(hours=1) for one in shifts]
