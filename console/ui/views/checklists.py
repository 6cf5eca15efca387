"""The checklists of the person at this console, item by item, and who of their teams is ready."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from console.domain.human import count, until
from console.domain.snapshot import Snapshot
from console.domain.team.checklist import ItemKind, When
from console.domain.team.facts import ItemState
from console.domain.team.readiness import ItemStatus, ListStatus, Ready, readiness_words
from console.ui.text import Spans, wrap_spans
from console.ui.views.frame import Frame

Mark = tuple[str, str]
"""What became of a key pressed on an item, or of its command: words and style."""

_SIGNS = {
    ItemState.DONE: ("done", "step-done"),
    ItemState.SKIPPED: ("skipped", "dim"),
    ItemState.FAILED: ("broken", "step-failed"),
    ItemState.TODO: ("to_do", ""),
}
_INDENT = 5


@dataclass
class Lines:
    """Lines with the item that each belongs to; None for lines of none."""

    lines: list[Spans] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)

    def add(self, lines: Iterable[Spans], key: str | None = None) -> None:
        """Add the lines of one item."""
        for line in lines:
            self.lines.append(line)
            self.keys.append(key)

    def put_above(self, lines: list[Spans]) -> None:
        """Put lines of no item above all others."""
        self.lines[:0] = lines
        self.keys[:0] = [None] * len(lines)


def key_of(status: ListStatus, one: ItemStatus) -> str:
    """Return the key of an item's row."""
    return f"{status.checklist.id}\t{status.occasion.key}\t{one.item.id}"


def checklist_lines(
    lists: Iterable[ListStatus], marks: Mapping[str, Mark], frame: Frame, width: int
) -> Lines:
    """Return every list that is due with its items; ``marks`` tells of keys, by row."""
    page = Lines()
    for status in lists:
        page.add(wrap_spans(_head(status, frame), width, 2))
        for one in status.items:
            key = key_of(status, one)
            page.add(wrap_spans(_item(one, marks.get(key), frame), width, _INDENT), key)
        page.add([()])
    if not page.lines:
        page.add([(("no checklist is due for you now", "dim"),), ()])
    return page


def _head(status: ListStatus, frame: Frame) -> Spans:
    occasion = status.occasion
    left = status.open
    style = "clock-late" if status.overdue else "clock-warn" if left else "clock-ok"
    counted = f"{left} of {count(len(status.items), 'item')} open" if left else "nothing open"
    when = until(occasion.due, frame.now, frame.zone)
    late = "was due" if status.late else "due by"
    shift = f"{occasion.team} {occasion.role}"
    if status.checklist.when is When.PRE_SHIFT and occasion.begins is not None:
        word = "begins" if occasion.begins > frame.now else "began"
        shift += f", {word} {until(occasion.begins, frame.now, frame.zone)}"
    return (
        (status.checklist.name, "title bold"),
        (f"  {shift}  ", "name"),
        (counted, f"{style} bold"),
        (f"  {late} {when}", "dim"),
    )


def _item(one: ItemStatus, mark: Mark | None, frame: Frame) -> Spans:
    sign, style = _SIGNS[one.state]
    told: Spans = ((f"  {mark[0]}", mark[1]),) if mark else ()
    return (
        (f"  {getattr(frame.glyphs, sign)}  ", f"{style} bold".strip()),
        (one.item.text, style),
        *told,
        *_beside(one, frame),
    )


def _beside(one: ItemStatus, frame: Frame) -> Spans:
    item = one.item
    parts = [] if item.required else ["optional"]
    if one.state is ItemState.TODO:
        parts += [
            {ItemKind.LINK: "link", ItemKind.COMMAND: "command", ItemKind.VALUE: "value"}.get(item.kind, "")
        ]
        parts += ["was done, has expired"] if one.expired else []
    elif one.at is not None:
        parts.append(until(one.at, frame.now, frame.zone))
        parts += ["earlier"] if one.carried else []
        parts += [f"holds until {until(one.holds_until, frame.now, frame.zone)}"] if one.holds_until else []
    said = " · ".join(text for text in (one.value, one.text, one.incident) if text)
    words = f" {frame.glyphs.dot} ".join(part for part in parts if part)
    beside: Spans = ((f"  {words}", "dim"),) if words else ()
    return (
        (*beside, (f"  {said}", "step-failed" if one.state is ItemState.FAILED else "note"))
        if said
        else beside
    )


def team_lines(snapshot: Snapshot, teams: frozenset[str], frame: Frame, width: int) -> list[Spans]:
    """Return how ready the others are who hold a role of ``teams`` or hold it next; nothing where nobody was asked."""
    policy, lines = snapshot.policy, []
    for duty in snapshot.duties:
        if teams and duty.team not in teams:
            continue
        for person, tail in ((duty.person, ""), (duty.next_person, " next")):
            if person and person != frame.me and (words := _words(snapshot, person, frame)):
                style = readiness_style(words)
                name: Spans = (
                    (f"  {policy.name_of(person)}", "bold"),
                    (f"  {duty.team} {duty.role}{tail}  ", "dim"),
                )
                lines += wrap_spans((*name, (words, style)), width, 4)
    return [(("the others", "title bold"),), *lines] if lines else []


def _words(snapshot: Snapshot, person: str, frame: Frame) -> str:
    return readiness_words(snapshot.policy, snapshot.team, person, frame.now, frame.zone)


def readiness_style(words: str) -> str:
    """Return how somebody's readiness looks: only what is done is green."""
    if words == Ready.READY:
        return "clock-ok"
    return "clock-late" if words.startswith(Ready.NOT_READY.value) else "clock-warn"
