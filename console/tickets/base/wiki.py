"""A ticket in Jira's wiki markup, for Data Center: what people wrote is escaped, so that it is no macro and no mention."""

from __future__ import annotations

from collections.abc import Iterator

from console.domain.text import multi_line, safe_url
from console.domain.tickets.draft import LEFT_OUT, Draft, Item, Section
from console.outputs.wiki import address, text
from console.tickets.base.fitting import fitted


def body(draft: Draft, most: int) -> str:
    """Return the whole text of a ticket, of at most ``most`` characters."""
    return fitted(draft, _rendered, len, most)


def comment(words: str, mark: str) -> str:
    """Return a comment with the mark by which it is found again."""
    lines = [text(line, 2000) for line in multi_line(words).split("\n") if line.strip()]
    return "\n".join((*lines, f"(oncall {mark})"))


def _rendered(draft: Draft) -> str:
    return "\n\n".join("\n".join((f"h2. {one.title}", *_lines(one))) for one in draft.sections) + "\n"


def _lines(section: Section) -> Iterator[str]:
    if section.quoted:
        yield "{quote}"
        yield from map(_item, section.items)
        yield "{quote}"
    else:
        yield from (f"* {_item(item)}" for item in section.items)


def _item(item: Item) -> str:
    if item.text == LEFT_OUT:
        return f"… {item.name} {item.text}"
    where = safe_url(item.url) if item.url else ""
    said = f"[{text(item.text, 300)}|{address(where)}]" if where else text(item.text)
    return f"*{item.name}:* {said}" if item.name else said
