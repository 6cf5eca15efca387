"""Whether a request that failed is sent again at once, and after how long. Pure.

This is for page 87 of 100, which must not fail a whole poll. A server that is down is not asked again
here: the poller does that, more and more rarely.
"""

from __future__ import annotations

from collections.abc import Callable

from console.errors import SourceError
from console.web.exchange import BrokenOffError

MOST_RETRIES = 2

SAFE_METHODS = frozenset({"GET", "HEAD"})

Random = Callable[[], float]
"""Returns a number from 0 up to 1."""

_PASSING = frozenset({502, 503, 504})  # what a proxy or a restart gives for a moment
_FIRST_PAUSE = 0.5  # seconds, doubled for the second


def pause(error: SourceError, attempt: int, *, safe: bool, patience: float, rng: Random) -> float | None:
    """Return the seconds before a request is sent again, None where it is not.

    ``attempt`` counts from 0. ``safe``: it may be carried out twice. ``patience`` is the longest wait a
    server may ask for; keeping to that wait is the gate's business. What was refused for our pace was
    not carried out and is always safe. The spread keeps clients that failed together from coming back
    together: half to one and a half of 0.5 s, then of 1 s.
    """
    wait = error.retry_after
    if attempt >= MOST_RETRIES or (wait is not None and wait > patience):
        return None
    refused_for_pace = wait is not None and error.status is not None and error.status < 500
    if refused_for_pace:
        return 0.0
    lost = isinstance(error, BrokenOffError) or error.status in _PASSING
    return _FIRST_PAUSE * 2.0**attempt * (0.5 + rng()) if lost and safe else None
