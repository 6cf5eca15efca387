"""Who is meant: names and mail addresses in calendars, and the people of the config."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from console.calendars.events import Event
from console.domain.people import Person

_PARTS = re.compile(r"\s+[-–—|/·:]\s+|\s*[|·]\s*|:\s+|[()\[\]<>]")
_MAIL = re.compile(r"[^\s<>()\[\],;:\"]{1,80}@[^\s<>()\[\],;:\"]{1,120}")
_BEFORE = re.compile(
    r"(?:pagerduty|opsgenie|zenduty)?[\s:-]*on[ -]?call(?:\s+for)?\s*[-–—:]*\s*", re.IGNORECASE
)


class Names:
    """Knows people by id, mail address and name, and by what ``names`` of the calendar call them.

    Case, accents and blanks make no difference. A name that two people share is nobody's.
    """

    def __init__(self, people: Iterable[Person], names: Iterable[tuple[str, str]] = ()) -> None:
        everybody = tuple(people)
        ids = {person.id for person in everybody}
        self._known = _unique((_plain(person.name), person.id) for person in everybody)
        self._known |= _unique(
            (_plain(value), person.id)
            for person in everybody
            for kind, value in person.contacts
            if "@" in value[1:] or kind == "email"
        )
        self._known |= {_plain(person.id): person.id for person in everybody}
        self._known |= {_plain(name): person for name, person in names if person in ids}

    def find(self, name: str) -> str:
        """Return a person's id, empty where nobody is called that."""
        return self._known.get(_plain(name), "") if name else ""

    def of(self, event: Event) -> tuple[str, str]:
        """Return whose an event is, and what it calls them. Nobody known: an empty id, and the best of its words.

        Our own exports name the person. Else those invited count, the first whom we know; else the title
        or a part of it: "On Call - NAME - SCHEDULE", "NAME (SCHEDULE)", "SCHEDULE: NAME".
        """
        told = list(_told(event))
        for name in told:
            if person := self.find(name):
                return person, name
        return "", told[0] if told else event.summary

    def others(self, event: Event, person: str) -> tuple[str, ...]:
        """Return who else of ours is invited: only one can hold a role."""
        invited = (self.find(address) or self.find(name) for address, name in event.guests)
        return tuple(dict.fromkeys(one for one in invited if one and one != person))


def _told(event: Event) -> Iterator[str]:
    """Yield what an event says of whose it is, the surest first; the first is shown where nobody knows them."""
    if event.person:
        yield event.person
    if not event.guests:
        yield from _in_title(event.summary)
        return
    for address, name in event.guests:
        yield name or address
        yield address
    yield from _in_title(event.summary)


def _in_title(title: str) -> Iterator[str]:
    rest = _BEFORE.sub("", title, count=1) if _BEFORE.match(title) else title
    parts = [part.strip() for part in _PARTS.split(rest) if part.strip()]
    if parts and rest != title:
        yield parts[0]
    yield rest
    yield title
    yield from parts
    yield from _MAIL.findall(title)


def _plain(name: str) -> str:
    """Return a name without case, accents and extra blanks."""
    apart = unicodedata.normalize("NFKD", name)
    bare = "".join(one for one in apart if not unicodedata.combining(one))
    return " ".join(bare.casefold().split())


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return what each name means, without those that mean several people."""
    found: dict[str, set[str]] = {}
    for name, person in pairs:
        if name:
            found.setdefault(name, set()).add(person)
    return {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1}
