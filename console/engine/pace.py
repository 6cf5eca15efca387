"""How long to wait between two polls, of sources and of feeds alike, and between two tries of anything."""

from __future__ import annotations

import random

from console.domain.health import SourceHealth
from console.engine.settings import Settings


def pause(
    health: SourceHealth, settings: Settings, rng: random.Random, told_to_wait: float | None = None
) -> float:
    """Return how many seconds to wait before the next poll.

    The interval ± 10 %; after failures from 5 s doubling up to 5 minutes; 5 minutes at once
    where only a change of the config can help, 30 where that is a change of our credentials;
    never less than ``told_to_wait``, what the server asked for.
    """
    if not health.misses:
        base = health.interval
    elif health.parked:
        base = settings.parked_retry
    elif health.permanent:
        base = settings.slowest_retry
    else:
        first = min(health.interval, settings.quickest_retry)
        base = min(settings.slowest_retry, first * 2.0 ** min(health.misses - 1, 16))
    return _spread(base, settings, rng, told_to_wait)


def retry_delay(
    attempts: int, settings: Settings, rng: random.Random, told_to_wait: float | None = None
) -> float:
    """Return how many seconds to wait after so many failed attempts: 5 s doubling to 5 min, or as told."""
    base = min(settings.slowest_retry, settings.quickest_retry * 2.0 ** min(attempts - 1, 16))
    return _spread(base, settings, rng, told_to_wait)


def _spread(base: float, settings: Settings, rng: random.Random, told_to_wait: float | None) -> float:
    return max(base * rng.uniform(1 - settings.jitter, 1 + settings.jitter), told_to_wait or 0.0)
