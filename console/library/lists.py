"""The items of a Markdown list as steps, where it is a list of steps."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from markdown_it.tree import SyntaxTreeNode

from console.domain.alert import Link
from console.domain.runbook import Reference
from console.library.markdown import Document, Part
from console.library.shell import commands, shell_of
from console.library.words import Section, is_order, is_stub, order_in

_BOX = re.compile(r"^\[[ xX]\]\s+")
_TYPED = re.compile(
    r"\b(?:run|running|execute|executing|type|enter|invoke)\b[^`.]{0,20}`([^`]*\s[^`]*)`", re.IGNORECASE
)
LISTS = {"ordered_list", "bullet_list"}
CODE = {"fence", "code_block"}


@dataclass(slots=True)
class Draft:
    """A step being put together. ``sure``: by its form or its heading, not only by its wording."""

    heading: str
    sure: bool
    text: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    shells: list[str] = field(default_factory=list)  # one for each place that has commands

    @property
    def shell(self) -> str:
        """The shell that all its commands are written for, empty where that is not said of each of them."""
        return self.shells[0] if len(set(self.shells)) == 1 else ""


def listed(document: Document, part: Part) -> list[Draft]:
    """Return the steps of the lists directly below a heading."""
    drafts: list[Draft] = []
    between: list[SyntaxTreeNode] = []  # what stands between two pieces of one broken list
    last: Draft | None = None
    for block in part.blocks:
        if block.type in LISTS:
            items = _items(document, part, block)
            if items and last is not None and int(block.attrs.get("start", 1)) == len(drafts) + 1 > 1:
                fill(document, last, "", between)
            drafts += items
            last, between = (items[-1] if items else None), []
        elif block.type in CODE and last is not None and not between:
            fill(document, last, "", [block])  # code that was not indented under its item
        else:
            between.append(block)
    return drafts


def _items(document: Document, part: Part, block: SyntaxTreeNode) -> list[Draft]:
    """Return a list's items as steps, or nothing where it is not a list of steps."""
    firsts = [_first_line(document, item) for item in block.children]
    boxes = [bool(_BOX.match(line)) for line in firsts]
    is_tasks = sum(boxes) * 2 > len(boxes)
    if not is_tasks and (block.type != "ordered_list" or part.kind is Section.FACTS):
        return []
    drafts = []
    orders = 0
    for item, first, box in zip(block.children, firsts, boxes, strict=True):
        if is_tasks and not box:
            continue
        draft = Draft(part.heading, sure=is_tasks or part.kind is Section.PROCEDURE)
        fill(document, draft, "", item.children)
        if draft.text:
            draft.text[0] = _BOX.sub("", draft.text[0])
        if _is_contents(document, item):
            orders -= 1
        else:
            orders += is_order(_BOX.sub("", first)) or bool(draft.commands) or _orders_below(part, draft)
        drafts.append(draft)
    sure = part.kind is Section.PROCEDURE
    enough = orders * 2 >= len(drafts) if sure else orders * 3 >= len(drafts) * 2
    if not is_tasks and (
        not (enough or (document.foreign and orders >= 0)) or (not sure and len(drafts) < 2)
    ):
        return []
    return _said(drafts)


def item_drafts(document: Document, part: Part, block: SyntaxTreeNode) -> list[Draft]:
    """Return every item of a list as a step below a procedure's heading."""
    drafts = []
    for item in block.children:
        draft = Draft(part.heading, sure=True)
        fill(document, draft, "", item.children)
        drafts.append(draft)
    return _said(drafts)


def _said(drafts: list[Draft]) -> list[Draft]:
    """Return the steps that say something: not empty, and not only that somebody has to write them."""
    return [
        draft
        for draft in drafts
        if draft.commands or (draft.text and not (len(draft.text) == 1 and is_stub(draft.text[0])))
    ]


def _orders_below(part: Part, draft: Draft) -> bool:
    """Return whether an item of a procedure ("If it goes on:") gives its orders in the lines below its first."""
    return part.kind is Section.PROCEDURE and any(
        order_in(line.lstrip(" -0123456789.")) for line in draft.text[1:]
    )


def _first_line(document: Document, item: SyntaxTreeNode) -> str:
    return document.plain(item.children[0]) if item.children and item.children[0].type == "paragraph" else ""


def _is_contents(document: Document, item: SyntaxTreeNode) -> bool:
    return (
        bool(item.children) and item.children[0].type == "paragraph" and document.is_anchor(item.children[0])
    )


def fill(
    document: Document, draft: Draft, heading: str, blocks: list[SyntaxTreeNode], indent: str = ""
) -> None:
    """Put blocks into a step: text as lines, nested items with their marks, commands aside."""
    if heading:
        draft.text.append(indent + heading)
    for block in blocks:
        if block.type in {"paragraph", "heading"}:
            line = document.plain(block)
            draft.links.extend(link for link in document.links(block) if link not in draft.links)
            draft.references.extend(one for one in document.references(block) if one not in draft.references)
            if line.startswith("$ "):
                draft.commands.extend(commands(line, ""))
                draft.shells.append("")
            elif line:
                draft.text.append(indent + line)
                typed = [found.strip() for found in _TYPED.findall(line)]
                draft.commands.extend(typed)
                draft.shells.extend("" for _ in typed)
        elif block.type in CODE:
            _fill_code(draft, block, indent)
        elif block.type in LISTS:
            for number, item in enumerate(block.children, int(block.attrs.get("start", 1))):
                mark = f"{number}." if block.type == "ordered_list" else "-"
                _nest(document, draft, item, f"{indent}{mark} ")
        elif block.type == "blockquote":
            fill(document, draft, "", block.children, indent)


def _fill_code(draft: Draft, block: SyntaxTreeNode, indent: str) -> None:
    found = commands(block.content, block.info if block.type == "fence" else "")
    draft.commands.extend(found)
    if found:
        draft.shells.append(shell_of(block.info) if block.type == "fence" else "")
    else:
        draft.text.extend(f"{indent}    {line}".rstrip() for line in block.content.rstrip().split("\n"))


def _nest(document: Document, draft: Draft, item: SyntaxTreeNode, lead: str) -> None:
    """Put a nested item into a step, its mark on the first line and the rest indented under it."""
    before = len(draft.text)
    fill(document, draft, "", item.children, " " * len(lead))
    if len(draft.text) > before:
        draft.text[before] = lead + _BOX.sub("", draft.text[before].lstrip())
