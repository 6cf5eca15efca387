"""The headings of a Markdown text and the anchors that addresses name them by (as GitHub and GitLab make them)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FENCE = re.compile(r"^ {0,3}(```|~~~)")
_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-+)\s*$")
_MARKUP = re.compile(r"[*`]|\]\([^)]*\)|!?\[")
_OWN = re.compile(r"\s*\{#([\w-]+)\}\s*$")
_NO_ANCHOR = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its line (from 0), its level (1 to 6), its text without markup, its anchor."""

    line: int
    level: int
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with all below it: the text, and the headings in it, its own first."""

    text: str
    headings: tuple[Heading, ...]


def headings_of(text: str) -> tuple[Heading, ...]:
    """Return the headings of a text in their order, those in code left out."""
    found: list[Heading] = []
    seen: dict[str, int] = {}
    in_code = False
    lines = text.splitlines()
    for n, line in enumerate(lines):
        if _FENCE.match(line):
            in_code = not in_code
            continue
        level, title = (0, "") if in_code else _heading(lines, n)
        if level:
            own = _OWN.search(title)
            plain = _MARKUP.sub("", _OWN.sub("", title)).strip()
            anchor = own.group(1).lower() if own else anchor_of(plain)
            times = seen.get(anchor, 0)
            seen[anchor] = times + 1
            found.append(Heading(n, level, plain, f"{anchor}-{times}" if times else anchor))
    return tuple(found)


def anchor_of(title: str) -> str:
    """Return the anchor of a heading: lower case, spaces as dashes, other signs left out."""
    return _NO_ANCHOR.sub("", title.strip().lower()).replace(" ", "-")


def section_of(text: str, anchor: str) -> Section | None:
    """Return the part of a text that an anchor names, or None where there is no such heading."""
    headings = headings_of(text)
    wanted = anchor.strip().lstrip("#").lower()
    begin = next((n for n, heading in enumerate(headings) if wanted and heading.anchor == wanted), None)
    if begin is None:
        return None
    first = headings[begin]
    behind = [n for n in range(begin + 1, len(headings)) if headings[n].level <= first.level]
    end = behind[0] if behind else len(headings)
    last = headings[end].line if behind else None
    return Section("\n".join(text.splitlines()[first.line : last]), headings[begin:end])


def _heading(lines: list[str], n: int) -> tuple[int, str]:
    """Return the level and the title of the heading in a line; level 0 where there is none."""
    line = lines[n]
    found = _HEADING.match(line)
    if found:
        return len(found.group(1)), found.group(2)
    below = _UNDERLINE.match(lines[n + 1]) if n + 1 < len(lines) else None
    alone = n == 0 or not lines[n - 1].strip()
    if below and alone and line.strip() and not re.match(r"\s*(?:[-*+>|]|\d+[.)])\s?", line):
        return (1 if below.group(1)[0] == "=" else 2), line.strip()
    return 0, ""
