"""Rotations, windows and spans that the tests of the roster are made of."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from console.domain.roster import Absence, Listed, OnLeave, Override, Roster, Rotation, Shift, Window

JAKARTA = ZoneInfo("Asia/Jakarta")
BERLIN = ZoneInfo("Europe/Berlin")
WEEK, DAY, HOUR = timedelta(days=7), timedelta(days=1), timedelta(hours=1)

ALWAYS = Rotation("payments", "primary", ("asha", "budi", "dewi"), WEEK, time(9), BERLIN, date(2026, 1, 5), 0)
"""Mondays at 09:00 in Berlin, from 5 January 2026 on."""

EVERY_DAY = frozenset(range(7))
WORKDAYS = frozenset(range(5))
NIGHTS = Window(EVERY_DAY, time(22), time(7))
OFFICE = Window(WORKDAYS, time(9), time(17))


def berlin(day: int, hour: int = 9, month: int = 1, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


def cover(person: str, start: datetime, end: datetime, by: str = "", reason: str = "") -> Override:
    return Override("payments", "primary", person, start, end, by=by, reason=reason)


def listed(*spans: tuple[str, datetime, datetime], layer: int = 0, until: datetime | None = None) -> Listed:
    shifts = tuple(Shift("payments", "primary", *span) for span in spans)
    return Listed("payments", "primary", "holiday.ics", shifts, layer, until)


zones = st.sampled_from(
    [JAKARTA, BERLIN, *map(ZoneInfo, ("America/Chicago", "Australia/Lord_Howe", "Pacific/Apia"))]
)
people = st.sampled_from(["asha", "budi", "dewi", "citra"])
instants = st.datetimes(datetime(2011, 12, 1), datetime(2012, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive here
lengths = st.timedeltas(HOUR, 20 * DAY)
clocks = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
windows = st.builds(
    Window, st.frozensets(st.integers(0, 6), min_size=1), clocks, clocks, not_on_holidays=st.booleans()
)
_spans = st.sampled_from([HOUR, 12 * HOUR, DAY, 3 * DAY, WEEK])


@st.composite
def rotations(draw: st.DrawFn) -> Rotation:
    every = draw(_spans)
    return Rotation(
        team="payments",
        role="primary",
        members=tuple(draw(st.lists(people, max_size=4))),
        every=every,
        handoff=draw(clocks),
        timezone=draw(zones),
        start=draw(st.dates(date(2011, 11, 1), date(2012, 4, 1))),
        weekday=draw(st.integers(0, 6)) if every == WEEK else None,
        layer=draw(st.integers(0, 2)),
        windows=tuple(draw(st.lists(windows, max_size=2))),
        until=draw(st.none() | st.dates(date(2011, 12, 1), date(2012, 12, 1))),
        months=draw(st.sampled_from([0, 0, 1, 2])) if every == DAY else 0,
        on_leave=draw(st.sampled_from(OnLeave)),
    )


covers = st.builds(
    lambda person, start, length: cover(person, start, start + length),
    people | st.just(""),
    instants,
    lengths,
)
leaves = st.builds(
    lambda person, start, length: Absence(person, start, start + length), people, instants, lengths
)
calendars = st.builds(
    lambda spans, layer, until: listed(
        *((person, start, start + length) for person, start, length in spans), layer=layer, until=until
    ),
    st.lists(st.tuples(people, instants, lengths), max_size=3),
    st.integers(0, 2),
    st.none() | instants,
)
rosters = st.builds(
    Roster,
    rotations=st.lists(rotations(), min_size=1, max_size=4).map(tuple),
    overrides=st.lists(covers, max_size=3).map(tuple),
    absences=st.lists(leaves, max_size=4).map(tuple),
    listed=st.lists(calendars, max_size=1).map(tuple),
    holidays=st.lists(
        st.tuples(st.dates(date(2011, 12, 1), date(2012, 12, 1)), st.just("a holiday")), max_size=3
    ).map(tuple),
)
