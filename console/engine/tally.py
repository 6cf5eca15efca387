"""What an engine has done since its start, counted for metrics. Only the event loop writes and reads it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import accumulate

BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)  # seconds, upper ends; above the last: the rest


class PollOutcome(StrEnum):
    """How a poll ended; a label of metrics."""

    SUCCESS = "success"
    PARTIAL = "partial"  # an answer that says itself that it is only part of the truth
    FAILED = "failed"
    TIMEOUT = "timeout"


class Attempt(StrEnum):
    """How an attempt at an upstream effect ended; a label of metrics."""

    DONE = "done"
    REFUSED = "refused"  # for good: it is not tried again
    RETRY = "retry"


class Spans:
    """A histogram of seconds."""

    def __init__(self) -> None:
        self._counts = [0] * (len(BUCKETS) + 1)
        self.sum = 0.0

    def add(self, seconds: float) -> None:
        """Count one span."""
        self._counts[sum(seconds > end for end in BUCKETS)] += 1
        self.sum += seconds

    def cumulative(self) -> list[tuple[str, float]]:
        """Return each bucket's upper end and how many spans were no longer than that."""
        ends = (*map(str, BUCKETS), "+Inf")
        return [(end, float(count)) for end, count in zip(ends, accumulate(self._counts), strict=True)]


@dataclass(slots=True)
class Tally:
    """Counters only grow. Sources are those of the config, so there are never many of them.

    ``steps``: times the next level of an incident was paged. ``answered_at``: ticks (seconds) at
    which the store last answered or was given up, which shows that the engine turns.
    """

    polls: Counter[tuple[str, PollOutcome]] = field(default_factory=Counter)
    poll_spans: dict[str, Spans] = field(default_factory=dict)
    steps: int = 0
    attempts: Counter[Attempt] = field(default_factory=Counter)
    store_errors: int = 0
    answered_at: float = float("-inf")

    def polled(self, source: str, outcome: PollOutcome, seconds: float) -> None:
        """Count a poll."""
        self.polls[source, outcome] += 1
        self.poll_spans.setdefault(source, Spans()).add(seconds)
