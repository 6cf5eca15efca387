"""The sections that people write as one text for an editor, and back. Nothing is guessed: what does not parse is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from console.domain.review.sections import BY_NAME, SECTIONS
from console.domain.text import one_line
from console.domain.vocabulary import ReviewState

_HEADING = re.compile(r"==\s*(.*?)\s*==\s*")
_HINT = "%%"
_OURS = re.compile(r"\\*(?:==|%%)")
"""How a line begins that the form itself uses; in a text it gets a backslash more."""


def not_written(incident: str, review: ReviewState, *, is_open: bool, part_of: str = "") -> str:
    """Return why nothing can be written now, empty where it can: asked before an editor opens, and decided by.

    A reopened incident keeps the review that it has.
    """
    if part_of:
        return f"{incident} is part of {part_of}: write the review of {part_of}"
    if is_open and review is ReviewState.NONE:
        return f"{incident} is still open: resolve it first, then write its review"
    if review is ReviewState.CLOSED:
        return f"the review of {incident} is closed: move it back into review first"
    return ""


def to_form(title: str, sections: Mapping[str, str]) -> str:
    """Return the form: a heading a section, what to write there, and what is written."""
    lines = [
        f"{_HINT} {one_line(title)}",
        f"{_HINT} Lines that begin with {_HINT} are not read. A section that you take out whole stays as it is;",
        f"{_HINT} one without text is not recorded. Say what happened and under which conditions, not who was wrong.",
    ]
    for one in SECTIONS:
        lines += ["", f"== {one.name} ==", f"{_HINT} {one.title}. {one.ask}"]
        lines += [_marked(line) for line in sections.get(one.name, "").split("\n")]
    return "\n".join(lines) + "\n"


def from_form(text: str) -> dict[str, str]:
    """Return the sections of a form by name. Raises ``ValueError`` with the line that makes no sense."""
    found: dict[str, list[str]] = {}
    current: list[str] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        heading = _HEADING.fullmatch(line)
        if heading is not None:
            name = heading[1]
            if name not in BY_NAME:
                raise ValueError(f'line {number}: there is no section "{one_line(name, 40)}"')
            if name in found:
                raise ValueError(f"line {number}: {name} is there twice")
            current = found[name] = []
        elif line.startswith(_HINT):
            continue
        elif current is not None:
            current.append(line[1:] if _OURS.match(line) and line.startswith("\\") else line)
        elif line.strip():
            raise ValueError(f"line {number}: a text without a section above it")
    return {name: "\n".join(lines).strip("\n").rstrip() for name, lines in found.items()}


def changed(form: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """Return what is written differently in a form, in the order of the sections."""
    names = (one.name for one in SECTIONS if one.name in form)
    return {name: form[name] for name in names if form[name] != before.get(name, "")}


def written_by_others(
    wanted: Iterable[str], before: Mapping[str, str], now: Mapping[str, str]
) -> tuple[str, ...]:
    """Return which sections read differently now than when the form was made: writing them would lose that."""
    return tuple(name for name in wanted if now.get(name, "") != before.get(name, ""))


def _marked(line: str) -> str:
    return f"\\{line}" if _OURS.match(line) else line
