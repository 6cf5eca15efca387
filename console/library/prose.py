"""Steps of a procedure that are not numbered: bullets, orders in paragraphs, commands with the words before them."""

from __future__ import annotations

from markdown_it.tree import SyntaxTreeNode

from console.library.lists import CODE, LISTS, Draft, fill, item_drafts
from console.library.markdown import Document, Part
from console.library.shell import commands
from console.library.words import Section, is_order, is_stub, order_in


def told(document: Document, part: Part) -> list[Draft]:
    """Return the steps directly below a heading that has no numbered ones, in their order.

    Below a heading that announces a procedure a step is a bullet of a list that mostly gives
    orders, a paragraph in which a sentence gives one, and a command with the paragraph before it.
    Below a heading that announces nothing only an order right before its command is one.
    """
    if part.kind is Section.FACTS or document.foreign:
        return []
    teller = _Teller(document, part)
    for block in part.blocks:
        if block.type == "paragraph":
            teller.paragraph(block)
        elif block.type in CODE:
            teller.code(block)
        elif block.type in LISTS and teller.sure:
            teller.items(block)
    return teller.drafts


class _Teller:
    """Takes the blocks below one heading one after the other."""

    def __init__(self, document: Document, part: Part) -> None:
        self.document, self.part = document, part
        self.sure = part.kind is Section.PROCEDURE
        self.drafts: list[Draft] = []
        self._said: SyntaxTreeNode | None = None  # the paragraph right before
        self._step: Draft | None = None  # the step that more code would belong to

    def paragraph(self, block: SyntaxTreeNode) -> None:
        """Take a paragraph: a step of its own where it gives an order."""
        self._said, self._step = block, None
        if self.sure and order_in(self.document.plain(block)):
            self._begin(block)

    def code(self, block: SyntaxTreeNode) -> None:
        """Take code: of the step before it, or a step together with the paragraph before it."""
        ordered = self._said is not None and bool(order_in(self.document.plain(self._said)))
        if self._step is None and _runs(block) and (self.sure or ordered):
            self._begin(self._said)
        if self._step is not None:
            fill(self.document, self._step, "", [block])
        self._said = None

    def items(self, block: SyntaxTreeNode) -> None:
        """Take a list: steps, or what belongs to the step before it."""
        items = _bullets(self.document, self.part, block)
        self.drafts += items
        if not items and self._step is not None:
            fill(self.document, self._step, "", [block])
        self._said, self._step = None, None

    def _begin(self, said: SyntaxTreeNode | None) -> None:
        """Begin a step with a paragraph, or with the heading where a command stands alone."""
        self._step = Draft(self.part.heading, sure=self.sure)
        if said is not None:
            fill(self.document, self._step, "", [said])
            if self._step.text:  # why it is so stays in the document
                self._step.text[0] = order_in(self._step.text[0]) or self._step.text[0]
        elif self.part.heading:
            self._step.text.append(self.part.heading)
        self.drafts.append(self._step)


def _runs(block: SyntaxTreeNode) -> bool:
    """Return whether a block of code is something to run."""
    return bool(commands(block.content, block.info if block.type == "fence" else ""))


def _bullets(document: Document, part: Part, block: SyntaxTreeNode) -> list[Draft]:
    """Return a bulleted list's items as steps where two thirds of them give orders; else nothing."""
    if block.type != "bullet_list":
        return []
    firsts = [
        document.plain(item.children[0])
        for item in block.children
        if item.children and item.children[0].type == "paragraph"
    ]
    orders = sum(is_order(line) or bool(order_in(line)) for line in firsts if not is_stub(line))
    if not firsts or orders * 3 < len(block.children) * 2:
        return []
    return item_drafts(document, part, block)
