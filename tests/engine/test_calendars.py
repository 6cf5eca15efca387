"""Shifts that somebody else plans are read, kept for everybody, and outlive what goes wrong with their calendar."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from console.desk.livepolicy import LivePolicy
from console.domain.health import CalendarHealth
from console.domain.roster import Listed, Shift
from console.domain.team.listing import read
from console.engine.calendars import AGAIN, MOST_TOLD
from console.errors import CalendarError
from console.ports.calendars import Imported
from tests.engine.kits import Office
from tests.fakes.sources import FakeSource
from tests.fakes.virtualtime import START, VirtualClock, run_virtual

UNTIL = START + timedelta(days=400)
WEEK = Imported((Shift("payments", "primary", "budi", START, START + timedelta(days=7)),), (), UNTIL)


@dataclass
class Planned:
    """A calendar that says what it is told to; the last word is repeated."""

    answers: list[Imported | Exception]
    name: str = "shifts"
    team: str = "payments"
    role: str = "primary"
    layer: int = 3
    interval: float = 900.0
    asked: list[datetime] = field(default_factory=list)
    closed: bool = False

    async def read(self, now: datetime) -> Imported:
        self.asked.append(now)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def close(self) -> None:
        self.closed = True


def health(office: Office) -> CalendarHealth:
    report = office.store.engine()
    assert report is not None
    return report.calendars[0]


def listed(office: Office) -> Listed:
    ((one,),) = [read(kept.value) for kept in office.store.kept("calendar/")]
    return one


def test_what_it_says_is_kept_once_and_read_again_in_its_time() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        told = replace(WEEK, problems=tuple(f"line {n}" for n in range(MOST_TOLD + 5)))
        calendar = Planned([told])
        async with office.running(office.engine(FakeSource(), calendars=[calendar])):
            await asyncio.sleep(5)
            assert listed(office) == Listed("payments", "primary", "shifts", WEEK.shifts, 3, UNTIL)
            first = office.store.kept("calendar/")[0].at
            await asyncio.sleep(2 * 900)
            assert len(calendar.asked) == 3
            assert office.store.kept("calendar/")[0].at == first
            found = health(office)
            assert (found.count, found.until, found.error) == (1, UNTIL, "")
            assert len(found.problems) == MOST_TOLD
            assert found.problems[-1] == "and 6 more"

    run_virtual(scenario)


def test_a_failure_keeps_the_last_shifts_and_says_how_old_they_are() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        calendar = Planned([WEEK, CalendarError("it is a web page", hint="log in"), WEEK])
        async with office.running(office.engine(FakeSource(), calendars=[calendar])):
            await asyncio.sleep(5)
            good = health(office).last_success
            await asyncio.sleep(900)
            found = health(office)
            assert (found.error, found.hint, found.count) == ("it is a web page", "log in", 1)
            assert found.last_success == good
            assert listed(office).shifts == WEEK.shifts
            await asyncio.sleep(AGAIN)
            assert health(office).error == ""
        assert calendar.closed is False

    run_virtual(scenario)


def test_one_that_was_never_read_is_a_gap_that_says_why() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        calendar = Planned([RuntimeError("broken"), WEEK])
        async with office.running(office.engine(FakeSource(), calendars=[calendar])):
            await asyncio.sleep(5)
            (shift,) = listed(office).shifts
            assert shift.person == ""
            assert shift.reason.startswith("calendar shifts could not be read yet: RuntimeError")
            assert shift.start < clock.now() < shift.end
            await asyncio.sleep(AGAIN + 5)
            assert listed(office).shifts == WEEK.shifts

    run_virtual(scenario)


def test_the_next_engine_goes_on_and_drops_what_the_config_names_no_longer() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        both = [Planned([WEEK]), Planned([WEEK], name="old")]
        async with office.running(office.engine(FakeSource(), calendars=both)):
            await asyncio.sleep(5)
            assert len(office.store.kept("calendar/")) == 2
        good = health(office).last_success
        broken = Planned([CalendarError("gone")])
        async with office.running(office.engine(FakeSource(), name="two", calendars=[broken])):
            await asyncio.sleep(15)
            assert listed(office).shifts == WEEK.shifts
            found = health(office)
            assert (found.last_success, found.count, found.error) == (good, 1, "gone")

    run_virtual(scenario)


def test_a_single_cycle_reads_them_too() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        calendar = Planned([CalendarError("gone")], name="feed")
        engine = office.engine(FakeSource(), calendars=[calendar])
        cycle = await engine.once()
        await engine.close()
        assert "feed: gone" in cycle.failures
        assert calendar.closed

    run_virtual(scenario)


def test_holidays_of_a_file_are_in_the_rules() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        day = START.date()
        found = Imported((), (), UNTIL, ((day, "Founders' day"),))
        calendar = Planned([found, CalendarError("gone")], name="days.ics", team="", role="", interval=60.0)
        async with office.running(office.engine(FakeSource(), calendars=[calendar])):
            await asyncio.sleep(5)
            assert health(office).count == 1
            await asyncio.sleep(65)
            assert health(office).error == "gone"
            live = LivePolicy(office.store, lambda: office.policy)
            assert live.fresh().roster.holidays == ((day, "Founders' day"),)
        async with office.running(office.engine(FakeSource(), name="two")):
            await asyncio.sleep(15)
            assert office.store.kept("holidays") == ()

    run_virtual(scenario)


def test_one_whose_role_the_config_has_changed_is_not_known_yet() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        async with office.running(office.engine(FakeSource(), calendars=[Planned([WEEK])])):
            await asyncio.sleep(5)
        moved = Planned([CalendarError("gone")], role="secondary")
        async with office.running(office.engine(FakeSource(), name="two", calendars=[moved])):
            await asyncio.sleep(15)
            assert (listed(office).role, listed(office).shifts[0].person) == ("secondary", "")

    run_virtual(scenario)


def test_why_one_was_never_read_is_kept_up_to_date_by_the_next_engine() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        async with office.running(office.engine(FakeSource(), calendars=[Planned([CalendarError("gone")])])):
            await asyncio.sleep(5)
        late = Planned([CalendarError("it is empty")])
        async with office.running(office.engine(FakeSource(), name="two", calendars=[late])):
            await asyncio.sleep(15)
            assert listed(office).shifts[0].reason.endswith("it is empty")

    run_virtual(scenario)
