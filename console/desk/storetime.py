"""The store's time between two questions: asked now and then, counted on in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.clock import Clock, SystemClock, ticks, to_millis

SAMPLES = 8  # of which the one with the shortest round trip is believed


@dataclass(frozen=True, slots=True)
class Sample:
    """The store said ``at`` when our ticks stood at ``ticks``, give or take ``error`` seconds."""

    at: datetime
    ticks: float
    error: float


def sample(
    read: Callable[[], datetime], monotonic: Callable[[], float] = ticks, times: int = SAMPLES
) -> Sample:
    """Ask for the store's time ``times`` times and return the best answer; blocking, for the store's thread."""
    best: Sample | None = None
    for _ in range(times):
        before = monotonic()
        at = read()
        after = monotonic()
        if best is None or (after - before) / 2 < best.error:
            best = Sample(at, (before + after) / 2, (after - before) / 2)
    assert best is not None  # noqa: S101 - times is at least one
    return best


class StoreTime:
    """Reckons the store's time from ticks that never jump, so that no skewed laptop moves a deadline (V19).

    Until the store has been asked once, this machine's clock stands in.
    """

    def __init__(self, monotonic: Callable[[], float] = ticks, fallback: Clock | None = None) -> None:
        self._ticks = monotonic
        self._fallback = fallback or SystemClock()
        self._sample: Sample | None = None

    def set(self, taken: Sample) -> None:
        """Believe this sample from now on."""
        self._sample = taken

    def agrees(self, taken: Sample) -> bool:
        """Return whether a sample fits the reckoning; a laptop that slept, or a clock that was set, does not."""
        if self._sample is None:
            return False
        apart = abs((self._reckon(self._sample, taken.ticks) - taken.at).total_seconds())
        return apart <= 1.0 + taken.error + self._sample.error

    def now(self) -> datetime:
        """Return the store's time (UTC, milliseconds) as far as we know it."""
        if self._sample is None:
            return self._fallback.now()
        return to_millis(self._reckon(self._sample, self._ticks()))

    @staticmethod
    def _reckon(taken: Sample, at_ticks: float) -> datetime:
        return taken.at + timedelta(seconds=at_ticks - taken.ticks)
