"""P1-P4 and nothing else; ``P?`` (unknown until somebody sets it) is None."""

from __future__ import annotations

from enum import IntEnum


class Priority(IntEnum):
    """Lower is more urgent, as teams count them: ``P1 < P2`` means P1 is worse."""

    P1 = 1
    P2 = 2
    P3 = 3
    P4 = 4

    @property
    def label(self) -> str:
        """``P1`` … ``P4``."""
        return self.name
