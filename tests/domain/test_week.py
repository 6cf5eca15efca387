"""The days ahead as bars: every cell belongs to somebody or is a gap, and no gap is lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.roster import Override, Roster, Rotation
from console.domain.week import Days, cells_per_day, week_of

JAKARTA, BERLIN = ZoneInfo("Asia/Jakarta"), ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 1, 6, 3, tzinfo=UTC)  # 10:00 in Jakarta


def daily(role: str = "primary", zone: ZoneInfo = JAKARTA, start: date = date(2026, 1, 1)) -> Rotation:
    return Rotation("payments", role, ("asha", "budi"), timedelta(days=1), time(9), zone, start)


def gap(start: datetime, hours: float) -> Override:
    return Override("payments", "primary", "", start, start + timedelta(hours=hours))


def people(roster: Roster, days: Days) -> list[tuple[str | None, int]]:
    (bar,) = week_of(roster, ("payments",), days, NOW).bars
    return [(piece.person, piece.cells) for piece in bar.pieces]


def test_shifts_are_cut_at_the_cells_they_fall_into() -> None:
    found = people(Roster((daily(),)), Days(date(2026, 1, 6), 2, 24, JAKARTA))
    assert found == [("asha", 9), ("budi", 24), ("asha", 15)]


def test_the_bar_says_where_now_is() -> None:
    week = week_of(Roster((daily(),)), ("payments",), Days(date(2026, 1, 5), 2, 12, JAKARTA), NOW)
    assert week.now == 12 + 5
    elsewhere = week_of(Roster((daily(),)), ("payments",), Days(date(2026, 2, 5), 2, 12, JAKARTA), NOW)
    assert elsewhere.now is None


def test_a_gap_of_a_minute_has_a_cell() -> None:
    roster = Roster((daily(),), (gap(datetime(2026, 1, 6, 8, 20, tzinfo=UTC), 1 / 60),))
    found = people(roster, Days(date(2026, 1, 6), 1, 2, JAKARTA))
    assert (None, 1) in found
    assert sum(cells for _, cells in found) == 2


@pytest.mark.parametrize("first", [date(2026, 3, 28), date(2026, 10, 24)])
def test_a_day_has_as_many_cells_where_the_clocks_change(first: date) -> None:
    found = people(Roster((daily(zone=BERLIN),)), Days(first, 3, 24, BERLIN))
    assert [cells for _, cells in found] == [9, 24, 24, 15]


@given(
    starts=st.lists(st.tuples(st.integers(0, 7 * 24 * 60), st.floats(0.01, 60)), max_size=6),
    per_day=st.sampled_from([1, 2, 3, 4, 6, 8, 12, 24]),
)
def test_every_cell_is_said_and_no_gap_is_lost(starts: list[tuple[int, float]], per_day: int) -> None:
    days = Days(date(2026, 1, 6), 7, per_day, JAKARTA)
    gaps = tuple(gap(days.start + timedelta(minutes=minutes), hours) for minutes, hours in starts)
    (bar,) = week_of(Roster((daily(),), gaps), ("payments",), days, NOW).bars
    assert sum(piece.cells for piece in bar.pieces) == 7 * per_day
    assert all(piece.cells > 0 for piece in bar.pieces)
    shown = [piece for piece in bar.pieces if piece.person is None]
    assert bool(shown) == any(one.start < days.end and one.end > days.start for one in gaps)


def test_text_names_people_and_marks_what_nobody_covers() -> None:
    roster = Roster((daily(),), (gap(datetime(2026, 1, 6, 8, tzinfo=UTC), 2),))
    (bar,) = week_of(roster, ("payments",), Days(date(2026, 1, 6), 1, 24, JAKARTA), NOW).bars
    text = "".join(
        piece.text((piece.person or "").title(), str.ljust, edge, "-") for piece, edge in bar.with_edges("|")
    )
    assert text == "Asha ----|Budi !!Budi --"


def test_titles_fit_and_name_the_month_where_there_is_room() -> None:
    assert Days(date(2026, 1, 31), 2, 12, JAKARTA).titles == ("Sat 31 Jan  ", "Sun 1 Feb   ")
    assert Days(date(2026, 1, 31), 2, 4, JAKARTA).titles == ("Sat ", "Sun ")


@pytest.mark.parametrize(("room", "cells"), [(168, 24), (167, 12), (70, 8), (30, 4), (3, 1)])
def test_a_day_gets_as_many_cells_as_there_is_room_for(room: int, cells: int) -> None:
    assert cells_per_day(room, 7) == cells
