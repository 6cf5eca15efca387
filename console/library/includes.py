"""Runbooks that say "here belongs what stands in another one": Hugo's, MkDocs' and plain includes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from console.domain.human import count
from console.domain.text import one_line
from console.library.parse import MAX_BYTES, split_front_matter
from console.library.sections import section_of

DEEPEST = 5
"""How far includes are followed."""
MOST = 50
"""Includes of one runbook, those of what it includes too."""

_INCLUDE = re.compile(
    r"^\s{0,3}(?:"
    r"\{\{[<%]\s*include\s+(?:(?:file|path)\s*=\s*)?[\"']?(?P<hugo>[^\"'\s>%]+)[\"']?[^}]*[>%]\}\}"
    r"|--8<--\s+[\"'](?P<mkdocs>[^\"']+)[\"']"
    r"|!include\s+[\"']?(?P<plain>[^\"'\s]+)[\"']?"
    r")\s*$"
)
_FENCE = re.compile(r"^\s*(```+|~~~+)")
_HEADING = re.compile(r"^ {0,3}(#{1,6})\s")

Find = Callable[[str, str], "Piece | str"]
"""From the path of a runbook and what it includes to that, or to why it cannot be had."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A runbook that is included: its path and its whole text."""

    path: str
    text: str


@dataclass(slots=True)
class _Room:
    """What is left of the limits of one runbook."""

    includes: int = MOST
    characters: int = MAX_BYTES


@dataclass(slots=True)
class Expanded:
    """A text with what it includes in its place; ``missing`` is what could not be had: line (from 1), target, why."""

    text: str
    missing: list[tuple[int, str, str]] = field(default_factory=list)


def included(line: str) -> str:
    """Return what a line includes, empty where it is no include: a path, perhaps with ``#section`` behind it."""
    found = _INCLUDE.match(line)
    return (found["hugo"] or found["mkdocs"] or found["plain"]) if found else ""


def includes_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield the includes of a text with their lines, from 1; those in code are none."""
    fence = ""
    for n, line in enumerate(text.splitlines(), 1):
        fence = _fence(line, fence)
        if not fence and (target := included(line)):
            yield n, target


def _fence(line: str, fence: str) -> str:
    """Return the marks of the code that a line stands in or begins, empty outside and at its end."""
    found = _FENCE.match(line)
    if found and (not fence or found[1].startswith(fence)):
        return "" if fence else found[1]
    return fence


def expand(text: str, path: str, find: Find) -> Expanded:
    """Return a text with its includes in place; one that cannot be had leaves a line that says why.

    Front matter of what is included is left out, and its headings stand below the heading at that place.
    """
    expanded = Expanded(text)
    if any(includes_of(text)):
        room = _Room(characters=MAX_BYTES - len(text))
        expanded.text = "\n".join(_Lines(find, room, expanded.missing).of(text, (path,)))
    return expanded


@dataclass(slots=True)
class _Lines:
    """Puts includes in their place; ``line`` is the one of the outermost text that is being worked on."""

    find: Find
    room: _Room
    missing: list[tuple[int, str, str]]
    line: int = 0

    def of(self, text: str, above: tuple[str, ...]) -> Iterator[str]:
        """Yield the lines of a text; ``above`` are the paths of the runbooks that it stands in, its own last."""
        targets = dict(includes_of(text))
        level, fence = 0, ""
        for n, line in enumerate(text.splitlines(), 1):
            if n not in targets:
                fence = _fence(line, fence)
                heading = None if fence else _HEADING.match(line)
                level = len(heading[1]) if heading else level
                yield line
                continue
            self.line = n if len(above) == 1 else self.line
            piece = _piece(targets[n], above, self.find, self.room)
            yield ""  # what is included is no part of the paragraph before it
            if isinstance(piece, str):
                target = one_line(targets[n], 120)
                self.missing.append((self.line, target, piece))
                yield f"> {target} is not included: {piece}"
            else:
                yield from _below(self.of(piece.text, (*above, piece.path)), level)
            yield ""


def _piece(target: str, above: tuple[str, ...], find: Find, room: _Room) -> Piece | str:
    """Return what is to be put in, or why it is left out."""
    if len(above) > DEEPEST:
        return f"it would be more than {DEEPEST} deep"
    if room.includes <= 0:
        return f"there are more than {count(MOST, 'include')}"
    room.includes -= 1
    name, _, anchor = target.partition("#")
    piece = find(above[-1], name)
    if isinstance(piece, str):
        return piece
    if piece.path in above:
        return "it includes itself" if piece.path == above[-1] else "it is included by what it includes"
    text = split_front_matter(piece.text)[1].strip("\n")
    if anchor:
        section = section_of(text, anchor)
        if section is None:
            return "no such section"
        text = section.text
    room.characters -= len(text)
    return Piece(piece.path, text) if room.characters >= 0 else "the runbook would be too long"


def _below(lines: Iterator[str], level: int) -> Iterator[str]:
    """Yield lines with their headings below one of a level."""
    fence = ""
    for line in lines:
        fence = _fence(line, fence)
        heading = None if fence else _HEADING.match(line)
        if heading:
            deeper = min(6, len(heading[1]) + level)
            yield "#" * deeper + line.lstrip()[len(heading[1]) :]
        else:
            yield line
