"""A review in Jira's wiki markup, to be pasted into a ticket or sent to it.

Text from outside is inert: what could begin a macro, a link, an image, a mention, a table cell, a list, a
heading or an emoticon there is escaped (Jira: "Text Formatting Notation Help", a backslash before the character;
a backslash itself can only be written as its entity).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from console.domain.review.document import ReviewDocument
from console.domain.review.layout import Block, Cell, Facts, Part, Points, Words
from console.domain.review.parts import heading, parts
from console.domain.text import one_line, safe_url

LINE = 4000
NONE = "none"
_ESCAPED = re.compile(
    r"[\\&<>{}\[\]|*_+^~!#]"
    r"|[:;](?=[()DPp])|\((?=(?:[!?/x+\-yni]|on|off|flag|flagoff|\*[rgby]?)\))"  # emoticons and icons
    r"|(?<![0-9A-Za-z])-|-(?![0-9A-Za-z])"  # a dash between letters is one; others begin lists, rules, deletions
    r"|\?(?=\?)|(?<=\?)\?"
)
_ENTITY = {"\\": "&#92;", "&": "&amp;", "<": "&lt;", ">": "&gt;"}
_LEADING = re.compile(r"^(h[1-6]|bq)\.", re.IGNORECASE)
_IN_A_LINK = {"|": "%7C", "[": "%5B", "]": "%5D", "{": "%7B", "}": "%7D", "!": "%21", "^": "%5E", "\\": "%5C"}


def to_jira(document: ReviewDocument) -> str:
    """Return the review as wiki markup."""
    lines = [f"h1. {text(heading(document))}"]
    for part in parts(document):
        lines += ["", f"h2. {text(part.title)}", "", *_part(part)]
    return "\n".join(lines) + "\n"


def text(value: str, limit: int = LINE) -> str:
    """Return outside text on one line that Jira shows as it reads."""
    line = _ESCAPED.sub(_written, one_line(value, limit))
    return _LEADING.sub(r"\1&#46;", line)


def _written(found: re.Match[str]) -> str:
    return _ENTITY.get(found.group(), f"\\{found.group()}")


def _part(part: Part) -> Iterator[str]:
    for number, block in enumerate(part.blocks):
        if number:
            yield ""
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Facts):
        yield from (f"* {name}: {_cell(value)}" for name, value in block.rows)
    elif isinstance(block, Words):
        yield from (text(line) for line in block.lines)
    elif isinstance(block, Points):
        yield from (f"* {text(item)}" for item in block.items)
    elif block.rows:
        yield f"||{'||'.join(block.heads)}||"
        yield from (f"|{'|'.join(_cell(cell) or ' ' for cell in row)}|" for row in block.rows)
    else:
        yield NONE


def _cell(cell: Cell) -> str:
    address = safe_url(cell.url) if cell.url else ""
    if not address:
        return text(cell.text)
    kept = "".join(_IN_A_LINK.get(char, char) for char in address)
    return f"[{text(cell.text, 200)}|{kept}]"
