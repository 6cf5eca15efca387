"""``[grouping.flapping]``: incidents that fire and clear by turns."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field

from console.config.base import Table
from console.config.durations import PositiveDuration
from console.domain.flapping import FEWEST_CHANGES
from console.domain.incident import MOST_CHANGES
from console.domain.policy import Flapping as Rule


def _changes(number: int) -> int:
    if 0 < number < FEWEST_CHANGES:
        raise ValueError(f"must be 0 (never) or from {FEWEST_CHANGES} to {MOST_CHANGES}")
    return number


class Flapping(Table):
    """When an incident counts as flapping, and how long it is held down then."""

    changes: Annotated[int, Field(ge=0, le=MOST_CHANGES), AfterValidator(_changes)] = 4
    """It flaps once it has fired so often (from all clear, or back to a severity it had left); 0: never."""

    within: PositiveDuration = timedelta(minutes=30)
    """So often within this time."""

    quiet: PositiveDuration = timedelta(minutes=15)
    """It counts as cleared, and stops flapping, once nothing has changed for so long."""

    @property
    def rule(self) -> Rule:
        """Return the rule as decisions use it."""
        return Rule(self.changes, self.within, self.quiet)
