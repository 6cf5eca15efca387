"""Who is on call: every hour of a month, and twelve weeks of three hundred teams.

    python -m benchmarks.roster

``a month``: 744 hourly answers of all duties, over ten roles of three layers each (all hours, nights, weekends),
each with leave and covers; the bar is 50 ms. ``twelve weeks``: the shifts and gaps of 300 teams with two roles
each; ``drawn`` makes the lines of the roster screen's week of them, two cells a day; the bar is 300 ms.
``with office hours``: every second role has a second layer for
them, eleven changes a week. Each time the roster is a new one, so that nothing is kept from the time before.
Medians, milliseconds of this process.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from time import process_time
from zoneinfo import ZoneInfo

from console.domain.people import Person
from console.domain.policy import Policy
from console.domain.roster import (
    Absence,
    Override,
    Roster,
    Rotation,
    Window,
    duties,
    gaps,
    roles,
    shifts,
    teams,
)
from console.domain.week import Days, week_of
from console.ui.glyphs import UNICODE
from console.ui.views.frame import Frame
from console.ui.views.week import week_lines

ROUNDS = 11
START = datetime(2026, 3, 1, tzinfo=UTC)  # a month with a change of clocks
PEOPLE = ("asha", "budi", "dewi", "citra", "fajar", "eko")
ZONES = tuple(map(ZoneInfo, ("Asia/Jakarta", "Europe/Berlin", "America/Chicago", "Asia/Kolkata")))
WEEK, DAY, HOUR = timedelta(days=7), timedelta(days=1), timedelta(hours=1)
NIGHTS = Window(frozenset(range(7)), time(22), time(7))
WEEKEND = Window(frozenset({5, 6}), time(), time())
OFFICE = Window(frozenset(range(5)), time(9), time(17))


def rotation(team: str, role: str, number: int, layer: int = 0, *windows: Window) -> Rotation:
    """Return one layer; who begins and where depends on its number."""
    turn = (number + layer) % len(PEOPLE)
    members = PEOPLE[turn:] + PEOPLE[:turn]
    zone = ZONES[number % len(ZONES)]
    return Rotation(team, role, members, WEEK, time(9), zone, date(2025, 12, 1), 0, layer, windows)


def month() -> Roster:
    """Return ten roles of three layers, with leave and covers."""
    rotations = [
        rotation(f"team-{n}", "primary", n, layer, *windows)
        for n in range(10)
        for layer, windows in enumerate(((), (NIGHTS,), (WEEKEND,)))
    ]
    covers = [
        Override(f"team-{n}", "primary", "rina", begin, begin + 9 * HOUR)
        for n in range(10)
        for begin in (START + n * HOUR + k * 5 * DAY for k in range(5))
    ]
    leave = [
        Absence(person, START + n * 4 * DAY, START + n * 4 * DAY + 3 * DAY) for n, person in enumerate(PEOPLE)
    ]
    return Roster(tuple(rotations), tuple(covers), tuple(leave))


def many() -> Roster:
    """Return 300 teams with a primary and a secondary."""
    return Roster(
        tuple(rotation(f"team-{n}", role, n) for n in range(300) for role in ("primary", "secondary"))
    )


def with_office_hours() -> Roster:
    """Return them with office hours on top of every secondary."""
    office = [rotation(f"team-{n}", "secondary", n, 1, OFFICE) for n in range(300)]
    return Roster((*many().rotations, *office))


def every_hour(roster: Roster) -> int:
    """Ask for all duties, hour by hour."""
    return sum(len(duties(roster, START + hour * HOUR)) for hour in range(744))


def twelve_weeks(roster: Roster) -> int:
    """Ask for all shifts and gaps."""
    end = START + 12 * WEEK
    return sum(
        len(ask(roster, team, role, START, end))
        for team in teams(roster)
        for role in roles(roster, team)
        for ask in (shifts, gaps)
    )


def drawn(roster: Roster) -> int:
    """Make the picture of twelve weeks, as lines of the screen."""
    days = Days(START.date(), 84, 2, ZONES[0])
    week = week_of(roster, teams(roster), days, START)
    policy = Policy(roster, people={person: Person(person, person.title()) for person in PEOPLE})
    return len(week_lines(week, policy, Frame(UNICODE, ZONES[0], START, "asha"), label=12))


def timed(make: Callable[[], Roster], ask: Callable[[Roster], int]) -> tuple[float, int]:
    """Return the median of some rounds, in milliseconds, and how many answers there were."""
    taken = []
    answers = 0
    for _ in range(ROUNDS):
        roster = make()
        begun = process_time()
        answers = ask(roster)
        taken.append((process_time() - begun) * 1000)
    return median(taken), answers


def main() -> int:
    """Print both figures beside their bars."""
    print("| | ms | bar | answers |\n|---|---|---|---|")
    for name, bar, make, ask in (
        ("a month, hour by hour", 50, month, every_hour),
        ("twelve weeks of 300 teams", 300, many, twelve_weeks),
        ("twelve weeks of 300 teams, drawn", 300, many, drawn),
        ("twelve weeks of 300 teams with office hours", 300, with_office_hours, twelve_weeks),
    ):
        taken, answers = timed(make, ask)
        print(f"| {name} | {taken:.1f} | {bar} | {answers:,} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
