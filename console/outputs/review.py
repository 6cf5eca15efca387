"""A review as Markdown and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from console.domain.review.document import ReviewDocument
from console.domain.review.layout import Block, Cell, Facts, Part, Points, Words
from console.domain.review.parts import heading, parts
from console.domain.review.sections import LONGEST
from console.outputs.markup import bullets, link, section, table, text
from console.outputs.values import to_json as json_of


def to_markdown(document: ReviewDocument) -> str:
    """Return the review; text from outside is inert in it, whatever it looks like."""
    lines = [f"# {text(heading(document))}"]
    for part in parts(document):
        lines += section(text(part.title), _part(part))
    return "\n".join(lines) + "\n"


def to_json(document: ReviewDocument) -> str:
    """Return the same as JSON: instants in UTC, spans in seconds, what is not known is null or empty."""
    return json_of(document)


def _part(part: Part) -> Iterator[str]:
    for number, block in enumerate(part.blocks):
        if number:
            yield ""
        yield from _block(block)


def _block(block: Block) -> list[str]:
    if isinstance(block, Facts):
        return bullets(f"{name}: {_cell(value)}" for name, value in block.rows)
    if isinstance(block, Words):
        return [text(line, LINE) for line in block.lines]
    if isinstance(block, Points):
        return bullets(text(item, LINE) for item in block.items)
    return table(block.heads, ([_cell(cell) for cell in row] for row in block.rows))


def _cell(cell: Cell) -> str:
    return link(cell.text, cell.url) if cell.url else text(cell.text, LINE)


LINE = LONGEST
"""Characters of one line of what people wrote; what is longer is cut, and says so."""
