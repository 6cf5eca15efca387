"""Markdown as plain text: blocks grouped by heading, inline markup taken off, links kept aside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from console.domain.alert import Link
from console.domain.runbook import Reference
from console.domain.text import one_line, safe_url
from console.library.words import Section, is_foreign, names_procedure, section_of


@dataclass(slots=True)
class Part:
    """A heading and the blocks up to the next one. ``level`` 0: before the first heading.

    ``parent`` is the heading above it; ``kind`` is what its heading announces, or else what the
    nearest heading above announces.
    """

    heading: str
    level: int
    kind: Section
    parent: Part | None
    blocks: list[SyntaxTreeNode] = field(default_factory=list)


MAX_LENGTH = 100_000
"""Characters of a document in which steps are looked for; the longest runbook seen has 35,000."""

MAX_INLINE = 4_000
"""Characters of a paragraph in which links and emphasis are looked for: bounds hostile markup."""

# A path without a scheme to a Markdown file, or a section alone; "/from/the/root" means nothing here.
_RUNBOOK = re.compile(r"(?![a-z][a-z0-9+.-]*:|/)(?:[^#?]+\.(?:md|markdown))?(?:#.+)?$", re.IGNORECASE)


class Document:
    """A parsed Markdown document, or its beginning where it is very long."""

    def __init__(self, text: str) -> None:
        self._markdown = MarkdownIt("commonmark").disable(
            "inline"
        )  # inline markup is read where it is needed
        self._inline = MarkdownIt("commonmark")
        self._env: dict[str, Any] = {}  # link references
        root = SyntaxTreeNode(self._markdown.parse(text[:MAX_LENGTH], self._env))
        self.parts = self._grouped(root)
        self.foreign = is_foreign(text)

    @property
    def title(self) -> str:
        """The first top heading, or an empty string."""
        return next((part.heading for part in self.parts if part.level == 1), "")

    def _grouped(self, root: SyntaxTreeNode) -> list[Part]:
        parts = [Part("", 0, Section.UNSAID, None)]
        for node in root.children:
            if node.type != "heading":
                parts[-1].blocks.append(node)
                continue
            level = int(node.tag[1:])
            above: Part | None = parts[-1]
            while above is not None and above.level >= level:
                above = above.parent
            heading = self.plain(node)
            kind = section_of(heading)
            if level == 1 and len(parts) == 1:
                kind = Section.UNSAID  # the title names the subject, not what stands below
            elif above is not None and _goes_by_above(kind, heading, above):
                kind = above.kind
            parts.append(Part(heading, level, kind, above))
        return parts

    def plain(self, node: SyntaxTreeNode) -> str:
        """Return a heading's or paragraph's text on one line, without markup (code keeps its backticks)."""
        return " ".join("".join(_words(self._tokens(node))).split())

    def links(self, node: SyntaxTreeNode) -> tuple[Link, ...]:
        """Return the http(s) links of a heading or paragraph."""
        found = ((title, safe_url(target)) for title, target in self._targets(node))
        return tuple(Link(title or url, url) for title, url in found if url)

    def references(self, node: SyntaxTreeNode) -> tuple[Reference, ...]:
        """Return the links of a heading or paragraph to other runbooks, or to sections."""
        found = ((title, one_line(unquote(target), 200)) for title, target in self._targets(node))
        return tuple(Reference(title or path, path) for title, path in found if _RUNBOOK.match(path))

    def _targets(self, node: SyntaxTreeNode) -> Iterator[tuple[str, str]]:
        """Yield the title and the target of every link."""
        tokens = self._tokens(node)
        for index, token in enumerate(tokens):
            if token.type == "link_open":
                closed = (i for i in range(index, len(tokens)) if tokens[i].type == "link_close")
                words = _words(tokens[index : next(closed, len(tokens))])
                yield " ".join("".join(words).split()), str(token.attrGet("href") or "")

    def is_anchor(self, node: SyntaxTreeNode) -> bool:
        """Return whether a paragraph is nothing but a link into this document (a table of contents)."""
        tokens = [token for token in self._tokens(node) if token.content.strip() or token.type != "text"]
        if not tokens or tokens[0].type != "link_open" or tokens[-1].type != "link_close":
            return False
        return str(tokens[0].attrGet("href") or "").startswith("#")

    def _tokens(self, node: SyntaxTreeNode) -> list[Token]:
        source = "".join(child.content for child in node.children if child.type == "inline")
        if len(source) > MAX_INLINE:
            return [Token("text", "", 0, content=source)]
        parsed = self._inline.parseInline(source, self._env)
        return parsed[0].children or [] if parsed else []


def _goes_by_above(kind: Section, heading: str, above: Part) -> bool:
    """Return whether what stands below a heading is what the heading above announces.

    "Disable this alert" below "Meaning" is about the alert; "Steps" there would still be steps.
    """
    return kind is Section.UNSAID or (above.kind is Section.FACTS and not names_procedure(heading))


def _words(tokens: list[Token]) -> list[str]:
    words = []
    for token in tokens:
        if token.type == "code_inline":
            words.append(f"`{token.content}`")
        elif token.type in {"softbreak", "hardbreak"}:
            words.append(" ")
        elif token.type in {"text", "image"}:  # an image's content is its alternative text
            words.append(token.content)
    return words
