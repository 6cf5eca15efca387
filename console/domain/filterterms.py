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
    """What a query may refer to besides the row: who asks, and when (store time).

    ``storms``: whether a service finds the storms that it may be in, too. Not where something is done to all found.
    """

    viewer: Viewer
    now: datetime
    storms: bool = True


Test = Callable[[Standing, Circumstances], bool]


@dataclass(frozen=True, slots=True)
class Term:
    """One condition and how it reads. ``timed`` terms can change their answer without the row changing.

    ``service`` is what is looked for in the services of a storm, too; what is to be left out leaves out no storm.
    """

    words: str
    test: Test
    negated: bool = False
    timed: bool = False
    service: tuple[str, ...] = ()

    def holds(self, item: Standing, around: Circumstances) -> bool:
        """Return whether the row meets the condition."""
        if self.negated or not (self.service and item.concerned and around.storms):
            return self.test(item, around) is not self.negated
        return self.test(item, around) or any(
            part in name.casefold() for name in item.concerned for part in self.service
        )

    def __str__(self) -> str:
        return f"not {self.words}" if self.negated else self.words
