"""The store's time between two questions: asked now and then, counted on in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from console.clock import Clock, SystemClock, ticks, to_millis
from console.domain.clockskew import Reckoning, Sample, reckon, skew

SAMPLES = 8  # of which the one with the shortest round trip is believed
AT_LEAST = 3  # samples are taken however slow the store is: the first may have hung
LONG_ENOUGH = 0.4  # seconds of asking after which no more samples are taken: others wait for the store


def sample(
    read: Callable[[], datetime], monotonic: Callable[[], float] = ticks, times: int = SAMPLES
) -> Reckoning:
    """Ask for the store's time up to ``times`` times and return what to reckon by; blocking, for the store's thread."""
    samples = [_ask(read, monotonic)]
    while len(samples) < times:
        if len(samples) >= AT_LEAST and samples[-1].received - samples[0].sent > LONG_ENOUGH:
            break
        samples.append(_ask(read, monotonic))
    return reckon(samples)


def _ask(read: Callable[[], datetime], monotonic: Callable[[], float]) -> Sample:
    sent = monotonic()
    server = read()
    return Sample(sent, monotonic(), server)


class StoreTime:
    """Reckons the store's time from ticks that never jump, so that no skewed laptop moves a deadline (V19).

    Until the store has been asked once, ``wall``, this machine's clock, stands in.
    """

    def __init__(self, monotonic: Callable[[], float] = ticks, wall: Clock | None = None) -> None:
        self._ticks = monotonic
        self._wall = wall or SystemClock()
        self._believed: Reckoning | None = None

    def set(self, taken: Reckoning) -> None:
        """Believe this from now on."""
        self._believed = taken

    def agrees(self, taken: Reckoning) -> bool:
        """Return whether an answer fits the reckoning; a laptop that slept, or a clock that was set, does not."""
        if self._believed is None:
            return False
        apart = abs((self._believed.now(taken.reading) - taken.server).total_seconds())
        return apart <= 1.0 + taken.error + self._believed.error

    def now(self) -> datetime:
        """Return the store's time (UTC, milliseconds) as far as we know it."""
        if self._believed is None:
            return self._wall.now()
        return to_millis(self._believed.now(self._ticks()))

    def skew(self) -> tuple[timedelta, float]:
        """Return how far this machine's clock is ahead of the store's, give or take how many seconds."""
        if self._believed is None:
            return timedelta(0), 0.0
        return skew(self._believed, self._ticks(), self._wall.now()), self._believed.error
