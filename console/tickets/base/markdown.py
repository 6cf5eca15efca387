"""A ticket in Markdown, for GitHub and GitLab: text from outside calls nobody, refers to nothing and does nothing.

Both products act on plain text: ``@name`` sends mail, ``#12`` and its like refer to other issues and tell them so,
and a line of GitLab's that begins with a slash is a command (docs.gitlab.com, "Quick actions"). A character that
draws nothing keeps such words from being what they look like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from console.domain.text import one_line
from console.domain.tickets.draft import LEFT_OUT, Draft, Item, Section
from console.outputs.markup import link
from console.outputs.markup import text as inert
from console.tickets.base.fitting import fitted, said

_JOINER = "\u2060"
_CALLS = re.compile(
    r"(?:#|!|&(?:amp;)?)(?=\d)"  # after a project's name, too
    r"|(?<![0-9A-Z_])(?:@|[$%^]|\\?~)(?=\w)"  # to both products any letter beyond ASCII ends a word
    r"|(?<![0-9A-Z_])GH-(?=\d)",
    re.IGNORECASE,
)


def text(value: str, limit: int = 2000) -> str:
    """Return outside text on one line, inert."""
    line = _quiet(inert(value, limit))
    return f"\\{line}" if line.startswith("/") else line


def body(draft: Draft, most: int) -> str:
    """Return the whole text of a ticket, of at most ``most`` characters."""
    return fitted(draft, _rendered, len, most)


def title(value: str, limit: int) -> str:
    """Return a title, which is no Markdown; GitLab calls people and tells issues that are named in it all the same."""
    return _quiet(one_line(value, limit))[:limit]


def comment(words: str, mark: str, most: int) -> str:
    """Return a comment of at most ``most`` characters, with the mark by which it is found again."""

    def rendered(draft: Draft) -> str:
        (section,) = draft.sections
        return "\n\n".join((*map(_item, section.items), f"(oncall {mark})"))

    return fitted(said(words), rendered, len, most)


def _rendered(draft: Draft) -> str:
    parts = ["\n".join((f"## {section.title}", "", *_lines(section))) for section in draft.sections]
    return "\n\n".join((*parts, f"({draft.marker})")) + "\n"


def _lines(section: Section) -> Iterator[str]:
    for number, item in enumerate(section.items):
        if section.quoted:
            if number:
                yield ">"
            yield f"> {_item(item)}"
        else:
            yield f"- {_item(item)}"


def _item(item: Item) -> str:
    if item.text == LEFT_OUT:
        return f"… {item.name} {item.text}"
    words = _linked(item) if item.url else text(item.text)
    return f"**{item.name}:** {words}" if item.name else words


def _linked(item: Item) -> str:
    shown, found, address = link(item.text, item.url).rpartition("](")
    return f"{_quiet(shown)}{found}{address}" if found else text(item.text)


def _quiet(line: str) -> str:
    return _CALLS.sub(lambda call: call.group() + _JOINER, line)
