"""What a filter of incidents is made of: conditions that say themselves in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from console.domain.standing import Standing, Viewer


class FilterError(ValueError):
    """A query that cannot be understood; the message says what and what would be, in one line."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a query may refer to besides the row: who asks, and when (store time)."""

    viewer: Viewer
    now: datetime


Test = Callable[[Standing, Circumstances], bool]


@dataclass(frozen=True, slots=True)
class Term:
    """One condition and how it reads. ``timed`` terms can change their answer without the row changing."""

    words: str
    test: Test
    negated: bool = False
    timed: bool = False

    def holds(self, item: Standing, around: Circumstances) -> bool:
        """Return whether the row meets the condition."""
        return self.test(item, around) is not self.negated

    def __str__(self) -> str:
        return f"not {self.words}" if self.negated else self.words
