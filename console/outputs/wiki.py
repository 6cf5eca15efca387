"""Text from outside inside Jira's wiki markup: shown as it reads, never as markup.

What could begin a macro, a link, an image, a mention, a table cell, a list, a heading or an emoticon there is
escaped (Jira: "Text Formatting Notation Help", a backslash before the character; a backslash itself can only be
written as its entity).
"""

from __future__ import annotations

import re

from console.domain.text import one_line

LINE = 4000
_ESCAPED = re.compile(
    r"[\\&<>{}\[\]|*_+^~!#]"
    r"|[:;](?=[()DPp])|\((?=(?:[!?/x+\-yni]|on|off|flag|flagoff|\*[rgby]?)\))"  # emoticons and icons
    r"|(?<![0-9A-Za-z])-|-(?![0-9A-Za-z])"  # a dash between letters is one; others begin lists, rules, deletions
    r"|\?(?=\?)|(?<=\?)\?"
)
_ENTITY = {"\\": "&#92;", "&": "&amp;", "<": "&lt;", ">": "&gt;"}
_LEADING = re.compile(r"^(h[1-6]|bq)\.", re.IGNORECASE)
_IN_A_LINK = {"|": "%7C", "[": "%5B", "]": "%5D", "{": "%7B", "}": "%7D", "!": "%21", "^": "%5E", "\\": "%5C"}


def text(value: str, limit: int = LINE) -> str:
    """Return outside text on one line that Jira shows as it reads."""
    line = _ESCAPED.sub(_written, one_line(value, limit))
    return _LEADING.sub(r"\1&#46;", line)


def _written(found: re.Match[str]) -> str:
    return _ENTITY.get(found.group(), f"\\{found.group()}")


def address(url: str) -> str:
    """Return a safe web address as it stands in a link."""
    return "".join(_IN_A_LINK.get(char, char) for char in url)
