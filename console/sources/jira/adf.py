"""Atlassian's document format: what descriptions and comments are in, in version 3 of the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_DEEPEST = 40
_BLOCKS = frozenset(
    {
        "paragraph",
        "heading",
        "codeBlock",
        "rule",
        "listItem",
        "tableRow",
        "mediaSingle",
        "taskItem",
        "blockquote",
    }
)


def text_of(document: object) -> str:
    """Return the text of a document, a line for each paragraph; a plain text comes back as it is."""
    if isinstance(document, str):
        return document
    lines = "".join(_parts(document, 0)).split("\n")
    return "\n".join(line.rstrip() for line in lines if line.strip())


def document_of(text: str) -> dict[str, Any]:
    """Return a text as a document, a paragraph for each line."""
    paragraphs = [
        {"type": "paragraph", "content": [{"type": "text", "text": line}]}
        for line in text.split("\n")
        if line
    ]
    return {"type": "doc", "version": 1, "content": paragraphs}


def _parts(node: object, depth: int) -> Iterator[str]:
    if not isinstance(node, dict) or depth > _DEEPEST:
        return
    said = node.get("type")
    kind = said if isinstance(said, str) else ""
    if kind == "text" and isinstance(node.get("text"), str):
        yield node["text"]
    elif kind == "hardBreak":
        yield "\n"
    elif kind in {"mention", "emoji", "inlineCard", "status", "date"}:
        yield _told(node.get("attrs"))
    if kind == "listItem":
        yield "- "
    content = node.get("content")
    for child in content if isinstance(content, list) else ():
        yield from _parts(child, depth + 1)
    if kind in _BLOCKS:
        yield "\n"
    elif kind in {"tableCell", "tableHeader"}:
        yield " "


def _told(attributes: object) -> str:
    """Return what an inline thing shows: a name, an emoji, an address."""
    if not isinstance(attributes, dict):
        return ""
    found = (attributes.get(name) for name in ("text", "shortName", "url"))
    return next((one for one in found if isinstance(one, str) and one), "")
