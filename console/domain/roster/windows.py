"""Hours of the week on the wall clock: nights, weekends, business hours."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from console.domain.roster.strip import BEGINNING, NEVER, Span, joined
from console.domain.roster.values import Window
from console.domain.walltime import to_utc

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
_MOST_WEEKS = 600  # kept, about eleven years


@dataclass(frozen=True, slots=True)
class _Week:
    """One week (UTC): the edges at which its hours open and close by turns, and what holidays left out."""

    start: datetime
    end: datetime
    edges: tuple[datetime, ...]
    left_out: tuple[tuple[datetime, datetime, str], ...]


class WeekHours:
    """Some windows in a zone, worked out week by week and kept. ``text`` names them."""

    def __init__(self, windows: tuple[Window, ...], zone: ZoneInfo, holidays: Mapping[date, str]) -> None:
        self.text = ", ".join(_words(window) for window in windows)
        self._windows = windows
        self._zone = zone
        self._holidays = holidays if any(window.not_on_holidays for window in windows) else {}
        self._always_from = self._full_from()
        self._weeks: dict[date, _Week] = {}
        self._latest: _Week | None = None

    @property
    def always(self) -> bool:
        """Whether they are all hours of all weeks."""
        return self._always_from == BEGINNING

    def at(self, at: datetime) -> tuple[bool, datetime, datetime]:
        """Return whether an instant lies within the hours, and a span around it in which that is so.

        The span may end with the week although nothing changes there.
        """
        if at >= self._always_from:
            return True, self._always_from, NEVER
        week = self._week(at)
        n = bisect_right(week.edges, at)
        start = week.edges[n - 1] if n else week.start
        end = week.edges[n] if n < len(week.edges) else week.end
        return n % 2 == 1, start, min(end, self._always_from)

    def why_closed(self, at: datetime) -> str:
        """Return why an instant lies outside the hours, in words; the same all through its span."""
        _, start, end = self.at(at)
        names = [name for begin, stop, name in self._week(at).left_out if begin < end and stop > start]
        return f"holiday: {', '.join(dict.fromkeys(names))}" if names else f"outside {self.text}"

    def _week(self, at: datetime) -> _Week:
        latest = self._latest
        if latest is not None and latest.start <= at < latest.end:
            return latest
        day = at.astimezone(self._zone).date()
        monday = day - timedelta(days=day.weekday())
        week = self._worked_out(monday)
        if at < week.start:  # midnight exists twice, or not at all
            week = self._worked_out(monday - WEEK)
        elif at >= week.end:
            week = self._worked_out(monday + WEEK)
        self._latest = week
        return week

    def _worked_out(self, monday: date) -> _Week:
        week = self._weeks.get(monday)
        if week is None:
            if len(self._weeks) >= _MOST_WEEKS:
                self._weeks.clear()
            week = self._weeks[monday] = self._work_out(monday)
        return week

    def _work_out(self, monday: date) -> _Week:
        begin, end = (to_utc(datetime.combine(day, time()), self._zone) for day in (monday, monday + WEEK))
        spans: list[Span] = []
        left_out = []
        for day in (monday + timedelta(days=n) for n in range(-1, 7)):  # Sunday's may reach into Monday
            for window in self._windows:
                if day.weekday() not in window.days:
                    continue
                start, stop = (to_utc(local, self._zone) for local in _local(window, day))
                if window.not_on_holidays and day in self._holidays:
                    left_out.append((start, stop, self._holidays[day]))
                elif start < end and stop > begin:
                    spans.append((max(start, begin), min(stop, end)))
        edges = tuple(edge for span in joined(spans) for edge in span)
        return _Week(begin, end, edges, tuple(left_out))

    def _full_from(self) -> datetime:
        """Return from when on they are all of every week; ``NEVER`` for hours that are not."""
        monday = date(2024, 1, 1)
        spans = [
            _local(window, monday + timedelta(days=n))
            for n in range(-1, 7)
            for window in self._windows
            if (monday + timedelta(days=n)).weekday() in window.days
        ]
        whole = datetime.combine(monday, time()), datetime.combine(monday + WEEK, time())
        if not any(start <= whole[0] and end >= whole[1] for start, end in joined(spans)):
            return NEVER
        if not self._holidays:
            return BEGINNING
        after = datetime.combine(
            max(self._holidays) + 2 * DAY, time()
        )  # a window may reach into the next day
        return to_utc(after, self._zone).astimezone(UTC)


def _local(window: Window, day: date) -> Span:
    """Return the wall times between which a window lies that begins on a day."""
    end = datetime.combine(day, window.end)
    return datetime.combine(day, window.start), end + DAY if window.end <= window.start else end


def _words(window: Window) -> str:
    """Return a window as text: ``Mon-Fri 09:00-17:00``."""
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    days = sorted(window.days)
    row = len(days) > 2 and days == list(range(days[0], days[-1] + 1))
    said = f"{names[days[0]]}-{names[days[-1]]}" if row else " ".join(names[day] for day in days)
    return f"{said} {window.start:%H:%M}-{window.end:%H:%M}"
