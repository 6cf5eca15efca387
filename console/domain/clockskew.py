"""The store's time as a machine with a wrong clock can tell it (V19).

Ask the store a few times, believe the answer with the shortest round trip (NTP, Cristian), and
count on from there with a local reading. Then a laptop whose clock is wrong sees the same
countdowns as everybody else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

TOLERANCE = timedelta(seconds=2)
"""A wall clock further off than this, beyond what the measurement may be wrong by, is worth a warning."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One question to the store: local readings (seconds, any fixed origin) before and after, and its answer."""

    sent: float
    received: float
    server: datetime


@dataclass(frozen=True, slots=True)
class Reckoning:
    """The store said ``server`` when the local reading was ``reading``, give or take ``error`` seconds."""

    server: datetime
    reading: float
    error: float

    def now(self, reading: float) -> datetime:
        """Return the store's time at a local reading."""
        return self.server + timedelta(seconds=reading - self.reading)


def reckon(samples: Iterable[Sample]) -> Reckoning:
    """Return the best reckoning: the sample with the shortest round trip, halved.

    Raises ``ValueError`` where there is no sample, or where a reading ran backwards.
    """
    best = min(samples, key=lambda one: one.received - one.sent)
    trip = best.received - best.sent
    if trip < 0:
        raise ValueError("a reading ran backwards: measure with a clock that never jumps")
    return Reckoning(best.server, best.sent + trip / 2, trip / 2)


def skew(reckoning: Reckoning, reading: float, wall: datetime) -> timedelta:
    """Return how far this machine's wall clock is ahead of the store's; both taken at ``reading``."""
    return wall - reckoning.now(reading)


def is_worth_a_warning(off: timedelta, error: float) -> bool:
    """Return whether a skew is more than small and more than the measurement's own error (seconds)."""
    return abs(off) > TOLERANCE + timedelta(seconds=error)
