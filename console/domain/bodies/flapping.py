"""An incident fires and clears by turns, or has stopped doing so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FlappingBegan:
    """It has fired ``times`` times since ``since`` (UTC): from now on it is held down and counts as one incident."""

    since: datetime
    times: int


@dataclass(frozen=True, slots=True)
class FlappingEnded:
    """Nothing has changed for long enough; it had fired ``times`` times."""

    times: int
