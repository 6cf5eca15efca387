"""The days ahead as a picture: for each role a bar of cells, cut where another person takes over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import groupby

from console.domain.human import DAYS, MONTHS
from console.domain.roster import Gap, Roster, Shift, gaps, roles, shifts
from console.domain.walltime import to_utc

DAY = timedelta(days=1)
GAP = "!"
PER_DAY = (24, 12, 8, 6, 4, 3, 2)
"""Cells that a day may have, the most that fit are taken: one an hour down to one for half a day."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some cells of a bar. ``person`` None: nobody, for ``reason``; ``start`` is when it begins (UTC)."""

    person: str | None
    cells: int
    start: datetime
    end: datetime
    reason: str = ""

    def text(self, name: str, fit: Callable[[str, int], str], edge: str, fill: str) -> str:
        """Return the cells as text: the name and a line behind it, or ``!`` in each cell that nobody covers.

        ``edge`` stands in the first cell where somebody took over from somebody else. ``fit`` cuts or pads
        a text to a number of cells.
        """
        if self.person is None:
            words = f" {self.reason or 'nobody'} "
            return words.center(self.cells, GAP) if len(words) + 2 <= self.cells else GAP * self.cells
        room = self.cells - len(edge)
        padded = fit(name, room) if room else ""
        shown = padded.rstrip()
        spare = len(padded) - len(shown)
        return f"{edge}{shown}{' ' + fill * (spare - 1) if spare else ''}"


@dataclass(frozen=True, slots=True)
class Bar:
    """One role of a team over all the days."""

    team: str
    role: str
    pieces: tuple[Piece, ...]

    def with_edges(self, edge: str) -> Iterator[tuple[Piece, str]]:
        """Yield each piece with ``edge`` where its person takes over from another, else with nothing."""
        before: Piece | None = None
        for piece in self.pieces:
            takes_over = before is not None and before.person is not None and piece.person is not None
            yield piece, edge if takes_over else ""
            before = piece


@dataclass(frozen=True, slots=True)
class Days:
    """``count`` days from the local midnight of ``first`` on, each of ``per_day`` cells, also where the clocks change."""

    first: date
    count: int
    per_day: int
    zone: tzinfo

    @property
    def dates(self) -> tuple[date, ...]:
        """The days."""
        return tuple(self.first + n * DAY for n in range(self.count))

    @property
    def titles(self) -> tuple[str, ...]:
        """What the days are called, as long as ``per_day`` cells: the month where it is new and has room."""
        names = []
        for n, day in enumerate(self.dates):
            short = f"{DAYS[day.weekday()]} {day.day}"
            full = f"{short} {MONTHS[day.month - 1]}" if n == 0 or day.day == 1 else short
            name = full if len(full) < self.per_day else short
            names.append(name[: self.per_day].ljust(self.per_day))
        return tuple(names)

    @property
    def start(self) -> datetime:
        """When the first begins (UTC)."""
        return to_utc(datetime.combine(self.first, time()), self.zone)

    @property
    def end(self) -> datetime:
        """When the last is over (UTC)."""
        return to_utc(datetime.combine(self.first + self.count * DAY, time()), self.zone)

    def cell(self, at: datetime) -> int:
        """Return the cell that an instant falls into, by the wall clock."""
        local = at.astimezone(self.zone)
        of_day = (local.hour * 60 + local.minute) * self.per_day // (24 * 60)
        return (local.date() - self.first).days * self.per_day + of_day


@dataclass(frozen=True, slots=True)
class Week:
    """The bars of some days. ``now`` is the cell of the instant asked for, None where it is not among them."""

    days: Days
    bars: tuple[Bar, ...]
    now: int | None


def cells_per_day(room: int, days: int) -> int:
    """Return how many cells a day gets where ``room`` cells are there for all days."""
    return next((cells for cells in PER_DAY if cells * days <= room), 1)


def week_of(roster: Roster, teams: Iterable[str], days: Days, now: datetime) -> Week:
    """Return who covers which hours of some days. A gap is never lost to rounding: it has a cell at least."""
    start, end = days.start, days.end
    bars = []
    for team in teams:
        for role in roles(roster, team):
            spans: list[Shift | Gap] = [
                *shifts(roster, team, role, start, end),
                *gaps(roster, team, role, start, end),
            ]
            bars.append(Bar(team, role, _pieces(spans, days)))
    return Week(days, tuple(bars), days.cell(now) if start <= now < end else None)


def _pieces(spans: Sequence[Shift | Gap], days: Days) -> tuple[Piece, ...]:
    """Return the spans as cells: painted from the longest to the shortest, gaps last, each a cell at least."""
    end = days.end
    bar: list[Shift | Gap | None] = [None] * (days.count * days.per_day)
    for span in sorted(spans, key=lambda one: (isinstance(one, Gap), one.start - one.end)):
        begin = min(days.cell(span.start), len(bar) - 1)
        until = len(bar) if span.end >= end else max(days.cell(span.end), begin + 1)
        bar[begin:until] = [span] * (until - begin)
    pieces: list[Piece] = []
    for _, run in groupby(bar, key=id):
        cells = list(run)
        whole = cells[0]
        if isinstance(whole, Shift):
            pieces.append(Piece(whole.person, len(cells), whole.start, whole.end))
        elif whole is not None:
            pieces.append(Piece(None, len(cells), whole.start, whole.end, whole.reason))
    return tuple(pieces)
