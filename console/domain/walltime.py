"""Wall time and instants: what a clock on a wall shows, and hours of a day, in some time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class Hours:
    """The same hours of each day, local: [start, end). An ``end`` at or before ``start`` lies in the next day."""

    start: time
    end: time

    def include(self, at: datetime, zone: tzinfo) -> bool:
        """Return whether an instant lies within them."""
        now = at.astimezone(zone).time()
        if self.start < self.end:
            return self.start <= now < self.end
        return now >= self.start or now < self.end

    def end_after(self, at: datetime, zone: tzinfo) -> datetime:
        """Return the first instant (UTC) at or after ``at`` that lies outside them; ``at`` itself where it does."""
        if not self.include(at, zone):
            return at
        local = at.astimezone(zone).replace(tzinfo=None)
        end = datetime.combine(local.date(), self.end)
        if end <= local:
            end += timedelta(days=1)
        return max(at, to_utc(end, zone))


def to_utc(local: datetime, zone: tzinfo) -> datetime:
    """Return the instant (UTC) of a naive wall time.

    One that exists twice means the first; one that does not exist means the first instant after
    the gap (02:30 in a spring hour is 03:00; GoAlert and PagerDuty do the same).
    """
    early = local.replace(tzinfo=zone, fold=0)
    before, after = early.utcoffset(), early.replace(fold=1).utcoffset()
    if before is None or after is None or before >= after:
        return early.astimezone(UTC)
    return _end_of_gap((local - after).replace(tzinfo=UTC), (local - before).replace(tzinfo=UTC), zone)


def _end_of_gap(low: datetime, high: datetime, zone: tzinfo) -> datetime:
    """Return the instant in (low, high] at which the zone's offset changes, to the second."""
    old = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return high
