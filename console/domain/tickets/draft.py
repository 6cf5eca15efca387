"""What is to stand in a ticket, without the markup of any product. Pure: the same incident makes the same draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from console.domain.incident import Incident


@dataclass(frozen=True, slots=True)
class Item:
    """One line: ``name`` stands before the text, ``url`` makes it a link."""

    text: str
    name: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it. ``quoted``: lines that people wrote, shown as theirs."""

    title: str
    items: tuple[Item, ...]
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A ticket that is to be made. ``marker`` is the label by which it is found again, ``back`` the incident's address."""

    incident: str
    marker: str
    title: str
    sections: tuple[Section, ...]
    project: str
    issue_type: str = ""
    component: str = ""
    assignee: str = ""
    priority: str = ""
    labels: tuple[str, ...] = ()
    back: str = ""

    def shorter(self) -> Draft | None:
        """Return the same with half of its longest section left out in the middle; None where nothing is left to leave out."""
        at = max(range(len(self.sections)), key=lambda n: _size(self.sections[n]), default=-1)
        if at < 0 or len(self.sections[at].items) < 2:
            return None
        sections = list(self.sections)
        sections[at] = replace(sections[at], items=_halved(sections[at].items))
        return replace(self, sections=tuple(sections))


def marker_of(incident: Incident) -> str:
    """Return the label that says whose ticket it is: the id, and what tells it from another store's incident of that id."""
    known = f"{incident.id} {incident.reported_at.isoformat()} {incident.key}"
    return f"oncall-{incident.id}-{sha256(known.encode()).hexdigest()[:8]}"


def _size(section: Section) -> int:
    return sum(len(one.text) + len(one.url) + 4 for one in section.items) if len(section.items) > 1 else 0


def _halved(items: Sequence[Item]) -> tuple[Item, ...]:
    """Return the first and the last of some items, half of them or one fewer, with a word for what is left out."""
    kept = len(items) // 2
    first = kept // 2
    last = items[len(items) - (kept - first) :] if kept > first else ()
    already = sum(int(one.name) for one in items if one.text == LEFT_OUT and one.name.isdigit())
    gone = len(items) - kept + already
    return (*items[:first], Item(LEFT_OUT, str(gone)), *last) if len(items) > 2 else (items[0],)


LEFT_OUT = "more left out"
