"""Making a ticket fit: products take so many characters and no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from console.domain.text import multi_line
from console.domain.tickets.draft import Draft, Item, Section
from console.errors import SourceError

_MOST_TRIES = 200

Made = TypeVar("Made")


def said(words: str) -> Draft:
    """Return what somebody said, each line by itself, so that it can be shortened as a ticket is."""
    items = tuple(Item(line) for line in multi_line(words).split("\n") if line.strip())
    return Draft("", "", "", (Section("", items),), "")


def fitted(draft: Draft, render: Callable[[Draft], Made], size: Callable[[Made], int], most: int) -> Made:
    """Return a draft as ``render`` makes it, shortened until its ``size`` is at most ``most``.

    Raises ``SourceError`` where it never is: a product that takes next to nothing.
    """
    for _ in range(_MOST_TRIES):
        made = render(draft)
        if size(made) <= most:
            return made
        shorter = draft.shorter()
        if shorter is None:
            break
        draft = shorter
    raise SourceError(f"the ticket does not fit into {most} characters", permanent=True)
