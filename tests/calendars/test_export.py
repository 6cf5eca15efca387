"""What is exported comes back as it was, to the second."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from console.calendars import ics, table
from console.calendars.asked import Asked
from console.calendars.export import to_csv, to_ics
from console.calendars.people import Names
from console.domain.people import Person
from console.domain.roster import Absence, Override, Roster, Rotation, Shift, Window, shifts

START = datetime(2026, 3, 20, tzinfo=UTC)
END = datetime(2026, 4, 20, tzinfo=UTC)
PEOPLE = ("asha", "budi", "dewi")
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "Asia/Jakarta", "America/St_Johns", "Australia/Lord_Howe"])
TIMES = st.times(max_value=time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0))
INSTANTS = st.integers(0, 31 * 86_400).map(lambda seconds: START + timedelta(seconds=seconds))
SPANS = st.tuples(INSTANTS, INSTANTS).map(sorted).filter(lambda span: span[0] < span[1])
WINDOWS = st.builds(Window, st.frozensets(st.integers(0, 6), min_size=1), TIMES, TIMES)
ROTATIONS = st.builds(
    Rotation,
    st.just("payments"),
    st.just("primary"),
    st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4).map(tuple),
    st.sampled_from([timedelta(hours=8), timedelta(days=1), timedelta(days=7)]),
    TIMES,
    ZONES.map(ZoneInfo),
    st.dates(date(2026, 3, 1), date(2026, 4, 1)),
    layer=st.integers(0, 2),
    windows=st.lists(WINDOWS, max_size=2).map(tuple),
)
OVERRIDES = st.builds(
    lambda person, span: Override("payments", "primary", person, *span), st.sampled_from(("", *PEOPLE)), SPANS
)
ABSENCES = st.builds(lambda person, span: Absence(person, *span), st.sampled_from(PEOPLE), SPANS)
ROSTERS = st.builds(
    Roster,
    st.lists(ROTATIONS, max_size=3).map(tuple),
    st.lists(OVERRIDES, max_size=3).map(tuple),
    st.lists(ABSENCES, max_size=2).map(tuple),
)
NAMED = st.lists(st.text(min_size=1, max_size=30), min_size=3, max_size=3)


def asked(names: list[str] | None = None) -> Asked:
    called = names or ["Asha", "Budi", "Dewi"]
    known = [Person(one, name) for one, name in zip(PEOPLE, called, strict=True)]
    return Asked("back", "payments", "primary", ZoneInfo("UTC"), START, END, Names(known))


@settings(max_examples=40, deadline=None)
@given(ROSTERS, NAMED)
def test_whatever_the_roster_and_its_names_export_and_import_give_the_same_shifts(
    roster: Roster, names: list[str]
) -> None:
    planned = shifts(roster, "payments", "primary", START, END)
    called = dict(zip(PEOPLE, names, strict=True))
    data = to_ics(planned, called.__getitem__, START, "On call")
    found = ics.read(data, asked(names))
    assert found.shifts == planned
    assert found.problems == ()
    again = table.read(to_csv(planned), asked(names))
    assert again.shifts == planned
    assert again.problems == ()


def test_the_bytes_are_those_of_the_standard_and_always_the_same() -> None:
    shift = Shift("payments", "primary", "asha", START, START + timedelta(hours=12))
    data = to_ics(
        [shift],
        lambda _: "Asha, who has a name that is far longer than a line of a calendar may be",
        START,
        "On call",
    )
    assert data == to_ics(
        [shift],
        lambda _: "Asha, who has a name that is far longer than a line of a calendar may be",
        START,
        "On call",
    )
    lines = data.decode().split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert "UID:payments/primary/20260320T000000Z@oncall" in lines
    assert "DTSTAMP:20260320T000000Z" in lines
    assert "DTEND:20260320T120000Z" in lines
    assert any(line.startswith("SUMMARY:primary · payments: Asha\\, who") for line in lines)
    assert max(len(line.encode()) for line in lines) <= 75
    assert b"VTIMEZONE" not in data


def test_parts_of_a_second_are_cut_so_that_shifts_still_meet() -> None:
    middle = START + timedelta(hours=1, milliseconds=700)
    two = [
        Shift("payments", "primary", "asha", START, middle),
        Shift("payments", "primary", "budi", middle, START + timedelta(hours=2)),
    ]
    found = ics.read(to_ics(two, str, START, "On call"), asked()).shifts
    assert found[0].end == found[1].start == START + timedelta(hours=1)
    assert table.read(to_csv(two), asked()).shifts == tuple(two)
