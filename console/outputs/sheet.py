"""A handover being written down: its values, the markup they are written in, and its times in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from console.domain.handover_document import Handover
from console.domain.human import length, stamp


class Markup(Protocol):
    """A way of writing: ``outputs.markup`` (Markdown) or ``outputs.htmlmarkup``.

    ``text``, ``lines`` and ``link`` make text from outside safe; all others take what is safe already.
    """

    def text(self, value: str, limit: int = 500) -> str:
        """Return outside text on one line."""
        ...

    def lines(self, value: str) -> str:
        """Return outside text of several lines, for an item of a list."""
        ...

    def link(self, title: str, url: str) -> str:
        """Return a link, or its title alone where the address is not a plain web address."""
        ...

    def bullets(self, lines: Iterable[str]) -> list[str]:
        """Return list items, or ``none``."""
        ...

    def todo(self, lines: Iterable[str]) -> list[str]:
        """Return items to be ticked, or ``none``."""
        ...

    def nested(self, line: str, below: Iterable[str]) -> str:
        """Return a list item with items of its own."""
        ...

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
        """Return a table, or ``none`` where there is no row."""
        ...

    def paragraph(self, line: str) -> list[str]:
        """Return a line on its own between others."""
        ...

    def heading(self, title: str) -> list[str]:
        """Return a heading below that of a section."""
        ...

    def section(self, title: str, lines: Iterable[str]) -> list[str]:
        """Return a section with its heading."""
        ...

    def document(self, title: str, lines: Iterable[str]) -> str:
        """Return the whole document."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """What is written (``of``) and how (``m``)."""

    of: Handover
    m: Markup

    def at(self, at: datetime) -> str:
        """Return a local time with its zone."""
        return stamp(at, self.of.zone)

    def due(self, at: datetime) -> str:
        """Return a deadline with the time left; what lies behind says so in words."""
        left = at - self.of.as_of
        told = f"{length(left)} left" if left >= timedelta(0) else f"MISSED {length(-left)} ago"
        return f"{self.at(at)} ({told})"

    def both(self, at: datetime) -> str:
        """Return a local time and the same in UTC."""
        return f"{self.at(at)} ({at.astimezone(UTC):%Y-%m-%d %H:%M} UTC)"
