from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from console.calendars.people import Names
from console.calendars.reader import HolidayReader, Place, ScheduleReader, TextReader, file_reader
from console.domain.alert import Who
from console.errors import CalendarError, SourceError
from console.ports.sources import VendorShift
from tests.calendars.made import BERLIN, PEOPLE, calendar, event, spans
from tests.fakes.sources import FakeSource

NOW = datetime(2026, 1, 6, 12, 34, tzinfo=UTC)
PLACE = Place("shifts", "payments", "primary", 2, 900.0, BERLIN, Names(PEOPLE))
ICS = calendar(event("DTSTART:20260105T080000Z", "DTEND:20260112T080000Z"))
CSV = b"person,start,end\nbudi,2026-01-05,2026-01-06\n"


async def test_a_file_in_either_form_and_its_changes(tmp_path: Path) -> None:
    path = tmp_path / "shifts.ics"
    reader = file_reader(PLACE, path)
    assert (reader.name, reader.team, reader.role, reader.layer) == ("shifts", "payments", "primary", 2)
    with pytest.raises(CalendarError, match=r"shifts\.ics cannot be read: no such file") as caught:
        await reader.read(NOW)
    assert str(path) in caught.value.hint
    path.write_bytes(ICS)
    first = await reader.read(NOW)
    assert spans(first.shifts) == [("asha", "01-05 08:00", "01-12 08:00")]
    assert await reader.read(NOW + timedelta(hours=3)) is first
    tomorrow = await reader.read(NOW + timedelta(days=1))
    assert tomorrow.shifts == first.shifts
    assert tomorrow.until is not None
    assert first.until is not None
    assert tomorrow.until - first.until == timedelta(days=1)
    path.write_bytes(CSV)
    assert spans((await reader.read(NOW)).shifts) == [("budi", "01-04 23:00", "01-05 23:00")]
    await reader.close()


async def test_what_is_fetched_is_let_go_of() -> None:
    closed = []

    async def fetch() -> bytes:
        return b"<!doctype html><p>Sign in"

    async def close() -> None:
        closed.append(True)

    reader = TextReader(PLACE, fetch, close)
    with pytest.raises(CalendarError, match="web page"):
        await reader.read(NOW)
    await reader.close()
    assert closed == [True]


class Scheduling(FakeSource):
    """A product with one schedule; two of its people are on call at once for a while."""

    SHIFTS: ClassVar = (
        VendorShift(Who("U1", "Asha Nair"), NOW, NOW + timedelta(hours=8)),
        VendorShift(Who("U2", email="BUDI@ops.example"), NOW + timedelta(hours=4), NOW + timedelta(hours=6)),
        VendorShift(Who("U9", "Eve"), NOW + timedelta(hours=8), NOW + timedelta(hours=9)),
    )

    async def shifts(self, schedule: str, start: datetime, end: datetime) -> tuple[VendorShift, ...]:
        assert schedule == "P1"
        assert start <= NOW - timedelta(weeks=2)
        assert end >= NOW + timedelta(days=59)
        return self.SHIFTS


async def test_a_schedule_of_another_product() -> None:
    reader = ScheduleReader(PLACE, Scheduling(), "P1")
    found = await reader.read(NOW)
    assert [one.person for one in found.shifts] == ["asha", "budi", "asha", ""]
    assert found.shifts[-1].reason == 'nobody is called "Eve"'
    assert found.problems == ('nobody is called "Eve": add names = { "Eve" = "…" } to the calendar',)
    named = replace(PLACE, names=Names(PEOPLE, [("U9", "rina")]))
    assert (await ScheduleReader(named, Scheduling(), "P1").read(NOW)).shifts[-1].person == "rina"
    await reader.close()


async def test_a_product_without_schedules_is_said() -> None:
    with pytest.raises(SourceError, match="tells no schedules") as caught:
        await ScheduleReader(PLACE, FakeSource(), "P1").read(NOW)
    assert caught.value.permanent


async def test_a_file_of_holidays(tmp_path: Path) -> None:
    path = tmp_path / "days.ics"
    path.write_bytes(calendar(event("DTSTART;VALUE=DATE:20260105", summary="Founders' day"), event()))
    reader = HolidayReader(path)
    found = await reader.read(NOW)
    assert (reader.name, reader.role, found.days) == ("days.ics", "", ((date(2026, 1, 5), "Founders' day"),))
    assert len(found.problems) == 1
    await reader.close()
