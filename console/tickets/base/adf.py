"""A ticket in Atlassian's document format, for Jira Cloud: text stands in text nodes, where nothing is markup."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from console.domain.text import multi_line, one_line, safe_url
from console.domain.tickets.draft import LEFT_OUT, Draft, Item, Section
from console.tickets.base.fitting import fitted

Node = dict[str, Any]


def body(draft: Draft, most: int) -> Node:
    """Return the document of a ticket; as JSON it has at most ``most`` characters."""
    return fitted(draft, _rendered, lambda made: len(json.dumps(made, ensure_ascii=False)), most)


def comment(words: str, mark: str) -> Node:
    """Return a comment with the mark by which it is found again."""
    lines = [one_line(line, 2000) for line in multi_line(words).split("\n") if line.strip()]
    return _document([_paragraph([_text(line)]) for line in (*lines, f"(oncall {mark})")])


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
    said = _text(one_line(item.text, 4000) or "-")
    if address := safe_url(item.url) if item.url else "":
        said["marks"] = [{"type": "link", "attrs": {"href": address}}]
    return [{**_text(f"{item.name}: "), "marks": [{"type": "strong"}]}, said] if item.name else [said]


def _document(content: list[Node]) -> Node:
    return {"type": "doc", "version": 1, "content": content}


def _paragraph(content: list[Node]) -> Node:
    return {"type": "paragraph", "content": content}


def _text(text: str) -> Node:
    return {"type": "text", "text": text}
