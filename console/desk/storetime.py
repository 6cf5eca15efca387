"""The store's time between two questions: asked now and then, counted on in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from console.clock import Clock, SystemClock, ticks, to_millis
from console.domain.clockskew import Reckoning, Sample, reckon

SAMPLES = 8  # of which the one with the shortest round trip is believed


def sample(
    read: Callable[[], datetime], monotonic: Callable[[], float] = ticks, times: int = SAMPLES
) -> Reckoning:
    """Ask for the store's time ``times`` times and return what to reckon by; blocking, for the store's thread."""
    return reckon([_ask(read, monotonic) for _ in range(times)])


def _ask(read: Callable[[], datetime], monotonic: Callable[[], float]) -> Sample:
    sent = monotonic()
    server = read()
    return Sample(sent, monotonic(), server)


class StoreTime:
    """Reckons the store's time from ticks that never jump, so that no skewed laptop moves a deadline (V19).

    Until the store has been asked once, this machine's clock stands in.
    """

    def __init__(self, monotonic: Callable[[], float] = ticks, fallback: Clock | None = None) -> None:
        self._ticks = monotonic
        self._fallback = fallback or SystemClock()
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
            return self._fallback.now()
        return to_millis(self._believed.now(self._ticks()))
