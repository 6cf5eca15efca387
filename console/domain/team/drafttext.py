"""A handover's entries as a text to be edited, and back: what cannot be made sense of becomes an entry, nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from console.domain.team.commands import Writing
from console.domain.team.handoverfacts import Section
from console.domain.team.handovers import Entry

_HEAD = (
    '> One line that begins with "- " is one entry; lines below it that are indented belong to it.',
    "> What you delete is taken out of the handover. Save and leave the editor to put it in.",
)
_ENTRY = re.compile(r"[-*] +(?:\[(E\d+)\] ?)?(.*)")
_HEADING = re.compile(r"## +(.*?) *")
_INDENT = "  "


def to_text(entries: Sequence[Entry]) -> str:
    """Return the entries by section, each with its id."""
    lines = [*_HEAD]
    for section in Section:
        lines += ["", f"## {section.value}"]
        for one in entries:
            if one.section is section:
                first, *more = one.text.split("\n")
                lines.append(f"- [{one.id}] {first}")
                lines += [f"{_INDENT}{line}" if line else "" for line in more]
    return "\n".join(lines) + "\n"


def changes(text: str, entries: Sequence[Entry]) -> tuple[Writing, ...]:
    """Return what was changed in the text of ``entries``: in their order, then what is new.

    A text in which no section and no known entry is left is no edit but an accident: it takes nothing out.
    """
    items = _items(text)
    known = {one.id: one for one in entries}
    if not any(_section(line) for line in text.split("\n")) and not any(item.id in known for item in items):
        return tuple(_added(item, known) for item in items if item.text)
    kept: dict[str, _Item] = {}
    new: list[_Item] = []
    for item in items:
        if item.id in known and item.id not in kept:
            kept[item.id] = item
        else:
            new.append(item)
    return (*_changed(entries, kept), *(_added(item, known) for item in new if item.text))


@dataclass
class _Item:
    section: Section
    id: str
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()


def _changed(entries: Sequence[Entry], kept: dict[str, _Item]) -> Iterator[Writing]:
    for one in entries:
        item = kept.get(one.id)
        if item is None or not item.text:
            yield Writing(one.section, "", one.id, one.text)
        elif (item.text, item.section) != (one.text, one.section):
            yield Writing(item.section, item.text, one.id, one.text)


def _added(item: _Item, known: dict[str, Entry]) -> Writing:
    """Return a new entry; an id that nobody gave is part of its text."""
    strange = f"[{item.id}] " if item.id and item.id not in known else ""
    return Writing(item.section, f"{strange}{item.text}")


def _items(text: str) -> list[_Item]:
    items: list[_Item] = []
    section, within, blanks = Section.GENERAL, False, 0
    for line in text.split("\n"):
        if not line.strip():
            blanks += 1
            continue
        if line in _HEAD:
            continue
        entry, heading = _ENTRY.fullmatch(line), _section(line)
        if heading is not None:
            section, within = heading, False
        elif entry:
            items.append(_Item(section, entry[1] or "", [entry[2]]))
            within = True
        elif within and (line.startswith(_INDENT) or not blanks):
            items[-1].lines += [*[""] * blanks, line.removeprefix(_INDENT)]
        else:
            items.append(_Item(section, "", [line.strip()]))
            within = True
        blanks = 0
    return items


def _section(line: str) -> Section | None:
    heading = _HEADING.fullmatch(line)
    return {one.value: one for one in Section}.get(heading[1].lower()) if heading else None
