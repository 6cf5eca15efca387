"""A ticket in Atlassian's document format, for Jira Cloud: text stands in text nodes, where nothing is markup."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from console.domain.text import one_line, safe_url
from console.domain.tickets.draft import LEFT_OUT, Draft, Item, Section
from console.tickets.base.fitting import fitted, said

Node = dict[str, Any]


def body(draft: Draft, most: int) -> Node:
    """Return the document of a ticket; as JSON it has at most ``most`` characters."""
    return fitted(draft, _rendered, _length, most)


def comment(words: str, mark: str, most: int) -> Node:
    """Return a comment with the mark by which it is found again; as JSON it has at most ``most`` characters."""
    ours = _paragraph([_text(f"(oncall {mark})")])

    def rendered(draft: Draft) -> Node:
        (section,) = draft.sections
        return _document([*(_paragraph(_item(item)) for item in section.items), ours])

    return fitted(said(words), rendered, _length, most)


def _length(made: Node) -> int:
    return len(json.dumps(made, ensure_ascii=False))


def _rendered(draft: Draft) -> Node:
    return _document([node for section in draft.sections for node in _section(section)])


def _section(section: Section) -> Iterator[Node]:
    yield {"type": "heading", "attrs": {"level": 2}, "content": [_text(section.title)]}
    if section.quoted:
        yield {"type": "blockquote", "content": [_paragraph(_item(item)) for item in section.items]}
    else:
        items = [{"type": "listItem", "content": [_paragraph(_item(item))]} for item in section.items]
        yield {"type": "bulletList", "content": items}


def _item(item: Item) -> list[Node]:
    if item.text == LEFT_OUT:
        return [_text(f"… {item.name} {item.text}")]
    words = _text(one_line(item.text, 4000) or "-")
    if address := safe_url(item.url) if item.url else "":
        words["marks"] = [{"type": "link", "attrs": {"href": address}}]
    return [{**_text(f"{item.name}: "), "marks": [{"type": "strong"}]}, words] if item.name else [words]


def _document(content: list[Node]) -> Node:
    return {"type": "doc", "version": 1, "content": content}


def _paragraph(content: list[Node]) -> Node:
    return {"type": "paragraph", "content": content}


def _text(text: str) -> Node:
    return {"type": "text", "text": text}
