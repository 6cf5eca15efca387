"""A review in Jira's wiki markup, to be pasted into a ticket or sent to it.

Text from outside is inert, see ``wiki``.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.domain.review.document import ReviewDocument
from console.domain.review.layout import Block, Cell, Facts, Part, Points, Words
from console.domain.review.parts import heading, parts
from console.domain.review.sections import LONGEST
from console.domain.text import safe_url
from console.outputs.wiki import address, text

NONE = "none"


def to_jira(document: ReviewDocument) -> str:
    """Return the review as wiki markup."""
    lines = [f"h1. {text(heading(document))}"]
    for part in parts(document):
        lines += ["", f"h2. {text(part.title)}", "", *_part(part)]
    return "\n".join(lines) + "\n"


def _part(part: Part) -> Iterator[str]:
    for number, block in enumerate(part.blocks):
        if number:
            yield ""
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Facts):
        yield from (f"* {name}: {_cell(value)}" for name, value in block.rows)
    elif isinstance(block, Words):
        yield from (text(line, LONGEST) for line in block.lines)
    elif isinstance(block, Points):
        yield from (f"* {text(item, LONGEST)}" for item in block.items)
    elif block.rows:
        yield f"||{'||'.join(block.heads)}||"
        yield from (f"|{'|'.join(_cell(cell) or ' ' for cell in row)}|" for row in block.rows)
    else:
        yield NONE


def _cell(cell: Cell) -> str:
    url = safe_url(cell.url) if cell.url else ""
    if not url:
        return text(cell.text, LONGEST)
    return f"[{text(cell.text, 200)}|{address(url)}]"
