"""Finding the steps of a runbook. What is not plainly a step is left in the document."""

from __future__ import annotations

from collections.abc import Callable

from console.domain.runbook import Step
from console.library.lists import Draft, fill, listed
from console.library.markdown import Document, Part
from console.library.prose import told
from console.library.words import begins_with_order, is_order, names_procedure, number_of, says_step

MAX_STEPS = 200


def steps_of(document: Document) -> tuple[Step, ...]:
    """Return the steps in document order, numbered from 1; empty where none are found.

    Steps are task-list items, the items of ordered lists that mostly give orders, headings that
    count steps, headings that give an order below a heading such as "Mitigation", and, where such a
    heading has none of these, its bullets, orders and commands (see ``prose``). What stands below
    "Meaning", "Causes", "Prerequisites" and the like are facts. Where any step stands below a heading that
    announces a procedure, lists elsewhere are not taken.
    """
    finder = _Finder(document)
    drafts: list[Draft] = []
    taken_by: Draft | None = None
    taken_level = 0
    for part in document.parts:
        if taken_by is not None and part.level > taken_level:
            fill(document, taken_by, part.heading, part.blocks)
        elif finder.is_step(part):
            taken_by, taken_level = finder.heading_step(part), part.level
            drafts.append(taken_by)
        else:
            taken_by = None
            drafts += finder.lists[id(part)] or told(document, part)
    if any(draft.sure for draft in drafts):
        drafts = [draft for draft in drafts if draft.sure]
    return tuple(
        Step(
            n,
            "\n".join(draft.text),
            tuple(draft.commands),
            draft.heading,
            tuple(draft.links),
            draft.shell,
            draft.sure,
            tuple(draft.references),
        )
        for n, draft in enumerate(drafts[:MAX_STEPS], 1)
    )


class _Finder:
    """Which headings of a document are steps. Parts are told apart by their ``id``."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.lists = {id(part): listed(document, part) for part in document.parts}
        self._holds_steps = self._marked(lambda part: bool(self.lists[id(part)]))
        self._has_text = self._marked(lambda part: bool(part.blocks))
        self._counted = self._counted_headings()
        self._orders = {id(part) for part in document.parts if self._gives_order(part)}
        self._busy: dict[int, int] = {}  # how many headings below a heading give orders or hold steps
        for part in document.parts:
            if part.parent is not None and (id(part) in self._orders or id(part) in self._holds_steps):
                self._busy[id(part.parent)] = self._busy.get(id(part.parent), 0) + 1

    def is_step(self, part: Part) -> bool:
        """Return whether a heading is a step itself.

        It counts steps, or it is an order below a procedure's heading. One such order alone proves
        nothing: its neighbours must be orders or hold steps too.
        """
        if id(part) in self._counted:
            return True
        if id(part) not in self._orders or part.parent is None:
            return False
        return bool(self.lists[id(part.parent)]) or self._busy[id(part.parent)] > 1

    def heading_step(self, part: Part) -> Draft:
        """Return the step that a heading and the blocks below it make."""
        number = number_of(part.heading)
        title = number[1] if number and (number[1] or part.blocks) else part.heading
        draft = Draft(part.parent.heading if part.parent else "", sure=True)
        fill(self.document, draft, title, part.blocks)
        return draft

    def _marked(self, holds: Callable[[Part], bool]) -> set[int]:
        """Return the parts for which something holds, and all parts above them."""
        found: set[int] = set()
        for part in self.document.parts:
            above: Part | None = part if holds(part) else None
            while above is not None and id(above) not in found:
                found.add(id(above))
                above = above.parent
        return found

    def _counted_headings(self) -> set[int]:
        """Return the headings that count steps: "Step 1", or "1. Check ..." in a row under one parent."""
        rows: dict[tuple[int, int], list[Part]] = {}
        for part in self.document.parts:
            if number_of(part.heading) is not None:
                rows.setdefault((id(part.parent), part.level), []).append(part)
        found: set[int] = set()
        for row in rows.values():
            named = sum(says_step(part.heading) for part in row)
            orders = sum(is_order((number_of(part.heading) or (0, ""))[1]) for part in row)
            lists = sum(id(part) in self._holds_steps for part in row)
            if named * 2 > len(row) or (len(row) > 1 and orders * 3 >= len(row) * 2 > lists * 3):
                found.update(id(part) for part in row)
        return found

    def _gives_order(self, part: Part) -> bool:
        """Return whether a heading is an order below a procedure's heading, with text but no steps below it."""
        parent = part.parent
        if parent is None or not names_procedure(parent.heading) or not begins_with_order(part.heading):
            return False
        return id(part) in self._has_text and id(part) not in self._holds_steps
