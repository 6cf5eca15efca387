"""Checklists as the config says them (semantics, section 9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class When(StrEnum):
    """Which occasion a checklist belongs to."""

    PRE_SHIFT = "pre-shift"
    DAILY = "daily"
    END = "end"


class ItemKind(StrEnum):
    """What answers an item."""

    CONFIRM = "confirm"
    LINK = "link"  # open it and confirm that it works
    COMMAND = "command"  # it is run; exit code 0 is done
    VALUE = "value"  # something is entered


@dataclass(frozen=True, slots=True)
class Item:
    """One item. ``required``: somebody without it is not ready. ``expires``: an answer holds so long, on later shifts too.

    ``access``: a failure means that its person cannot work: a P4 is opened.
    """

    id: str
    text: str
    kind: ItemKind = ItemKind.CONFIRM
    required: bool = True
    expires: timedelta | None = None
    url: str = ""
    command: tuple[str, ...] = ()
    timeout: timedelta = timedelta(seconds=30)
    access: bool = False


@dataclass(frozen=True, slots=True)
class Checklist:
    """A named list of items for an occasion. ``team`` empty: everybody's."""

    id: str
    name: str
    when: When
    items: tuple[Item, ...]
    team: str = ""
