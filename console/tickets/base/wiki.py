"""A ticket in Jira's wiki markup, for Data Center: what people wrote is escaped, so that it is no macro and no mention."""

from __future__ import annotations

from collections.abc import Iterator

from console.domain.text import safe_url
from console.domain.tickets.draft import LEFT_OUT, Draft, Item, Section
from console.outputs.wiki import address, text
from console.tickets.base.fitting import fitted, said


def body(draft: Draft, most: int) -> str:
    """Return the whole text of a ticket, of at most ``most`` characters."""
    return fitted(draft, _rendered, len, most)


def comment(words: str, mark: str, most: int) -> str:
    """Return a comment of at most ``most`` characters, with the mark by which it is found again."""

    def rendered(draft: Draft) -> str:
        (section,) = draft.sections
        return "\n".join((*map(_item, section.items), f"(oncall {mark})"))

    return fitted(said(words), rendered, len, most)


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
    words = f"[{text(item.text, 300)}|{address(where)}]" if where else text(item.text)
    return f"*{item.name}:* {words}" if item.name else words
