"""What is to stand in a ticket, without the markup of any product. Pure: the same incident makes the same draft."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256

from console.domain.incident import Incident
from console.domain.text import one_line

LEFT_OUT = "more left out"
"""The text of an item that stands for others; its ``name`` is how many."""
SHORT = 300
"""Characters to which a line is cut where a product takes no more."""


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
        """Return the same with half of its longest section left out, then with its long lines cut; None where it is short."""
        sections = list(self.sections)
        at = max(range(len(sections)), key=lambda n: _size(sections[n]), default=-1)
        if at >= 0 and len(sections[at].items) > 1:
            sections[at] = replace(sections[at], items=_halved(sections[at].items))
        elif any(len(item.text) > SHORT for one in sections for item in one.items):
            sections = [replace(one, items=tuple(map(_cut, one.items))) for one in sections]
        else:
            return None
        return replace(self, sections=tuple(sections))


def marker_of(incident: Incident) -> str:
    """Return the label that says whose ticket it is: the id, and what tells it from another store's incident of that id.

    It never changes: the time is that of the opening, as ``reported_at`` moves when an older incident is taken in.
    """
    known = f"{incident.id} {incident.epochs[0].started_at.isoformat()} {incident.key}"
    return f"oncall-{incident.id}-{sha256(known.encode()).hexdigest()[:8]}"


def _size(section: Section) -> int:
    return sum(len(one.text) + len(one.url) + 4 for one in section.items) if len(section.items) > 1 else 0


def _halved(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Return the first and the last of some items, half of them, with a word for what is left out between them."""
    known = [one for one in items if one.text != LEFT_OUT]
    gone = sum(int(one.name) for one in items if one.text == LEFT_OUT)
    kept = len(known) // 2
    first = (kept + 1) // 2
    last = known[len(known) - (kept - first) :] if kept > first else []
    return (
        (*known[:first], Item(LEFT_OUT, str(gone + len(known) - kept)), *last) if kept else tuple(known[:1])
    )


def _cut(item: Item) -> Item:
    return replace(item, text=one_line(item.text, SHORT))
