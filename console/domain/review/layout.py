"""What a renderer prints: parts with a heading, each of a few simple blocks. All text in them is data, not markup."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

NO_LINK = ""


class Cell(NamedTuple):
    """A text, and the address it leads to where there is one."""

    text: str
    url: str = NO_LINK


@dataclass(frozen=True, slots=True)
class Facts:
    """Names of ours and their values."""

    rows: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph, line by line."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Points:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


Block = Facts | Words | Points | Table


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and what stands below it."""

    title: str
    blocks: tuple[Block, ...]


def written(text: str) -> Iterator[Block]:
    """Yield the blocks of what somebody wrote: paragraphs, and lists where lines begin with ``-`` or ``*``."""
    lines: list[str] = []
    items: list[str] = []
    for line in (*text.split("\n"), ""):
        bare = line.strip()
        is_item = bare.startswith(("- ", "* "))
        if lines and (is_item or not bare):
            yield Words(tuple(lines))
            lines = []
        if items and not is_item:
            yield Points(tuple(items))
            items = []
        if is_item:
            items.append(bare[2:].strip())
        elif bare:
            lines.append(bare)
