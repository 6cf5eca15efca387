"""Schedules of Zenduty, worked out from their layers, and of Jira Service Management.

No mock judges these requests: Zenduty's specification names the path of schedules without its parameter,
and that of Jira Service Management leaves the timeline out.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.domain.alert import Who
from console.errors import SourceError
from console.ports.sources import VendorShift
from console.sources.zenduty import Options, Source
from tests.fakes.http import serving
from tests.fakes.operations import ASHA, BUDI, FakeJsm
from tests.fakes.zenduty import FakeZenduty
from tests.sources.conftest import HeldClock
from tests.sources.jsm import API, Opened, jsm, source

__all__ = ["jsm", "source"]

START = datetime(2026, 1, 5, tzinfo=UTC)
END = START + timedelta(days=7)

LAYERS = [
    {
        "name": "Weeks",
        "shift_length": 604_800,
        "users": [{"user": "u-budi", "position": 2}, {"user": "u-asha", "position": 1}],
        "rotation_start_time": "2026-01-05T03:30:00Z",
        "rotation_end_time": "2027-01-05T03:30:00Z",
        "restriction_type": 0,
        "restrictions": [],
        "is_active": True,
    },
    {
        "name": "Saturday night and Sunday",
        "shift_length": 86_400,
        "users": [{"user": "u-dewi", "position": 1}],
        "rotation_start_time": "2026-01-05T03:30:00Z",
        "restriction_type": 2,
        "restrictions": [{"duration": 100_800, "start_day_of_week": 7, "start_time_of_day": "20:00:00"}],
    },
    {"name": "Off", "shift_length": 86_400, "users": [{"user": "u-eko"}], "is_active": False},
]
SCHEDULE = {
    "name": "Payments",
    "unique_id": "s-1",
    "time_zone": "Asia/Kolkata",
    "layers": LAYERS,
    "overrides": [
        {"user": "u-citra", "start_time": "2026-01-06T00:00:00Z", "end_time": "2026-01-06T06:00:00Z"}
    ],
}


@pytest.fixture
def desk() -> Iterator[FakeZenduty]:
    with serving(FakeZenduty()) as server:
        yield server


@asynccontextmanager
async def zen(desk: FakeZenduty, clock: HeldClock, schedule: dict[str, Any]) -> AsyncIterator[Source]:
    desk.schedules["t-pay"] = [schedule]
    made = Source(
        "zen", Options.model_validate({"url": desk.url, "token": "x", "team_ids": ["t-pay"]}), clock
    )
    try:
        yield made
    finally:
        await made.close()


async def test_the_layers_of_zenduty_worked_out(desk: FakeZenduty, clock: HeldClock) -> None:
    async with zen(desk, clock, SCHEDULE) as source:
        for name in ("Payments", "s-1"):
            found = await source.shifts(name, START, END)
            assert [
                (one.who.email or one.who.id, f"{one.start:%d %H:%M}", f"{one.end:%d %H:%M}") for one in found
            ] == [
                ("asha@ops.example", "05 03:30", "06 00:00"),
                ("u-citra", "06 00:00", "06 06:00"),
                ("asha@ops.example", "06 06:00", "10 14:30"),
                ("u-dewi", "10 14:30", "11 18:30"),  # 28 hours from Saturday 20:00 in Kolkata
                ("asha@ops.example", "11 18:30", "12 00:00"),
            ]


async def test_a_schedule_of_zenduty_that_is_not_there_or_in_no_known_zone(
    desk: FakeZenduty, clock: HeldClock
) -> None:
    async with zen(desk, clock, {**SCHEDULE, "time_zone": "Mars/Base"}) as source:
        with pytest.raises(SourceError, match="time zone that is not known"):
            await source.shifts("Payments", START, END)
        with pytest.raises(SourceError, match='no schedule "Web"'):
            await source.shifts("Web", START, END)


async def test_restrictions_of_days_and_of_whole_weeks(desk: FakeZenduty, clock: HeldClock) -> None:
    layer = {**LAYERS[1], "users": [{"user": "u-dewi"}], "restriction_type": 1}
    daily = {"duration": 36_000, "start_day_of_week": 0, "start_time_of_day": "20:00:00"}
    always = {"duration": 604_800, "start_day_of_week": 3, "start_time_of_day": "00:00:00"}
    for restriction, count in ((daily, 7), (always, 1)):
        schedule = {**SCHEDULE, "overrides": [], "layers": [{**layer, "restrictions": [restriction]}]}
        async with zen(desk, clock, schedule) as one:
            found = await one.shifts("Payments", START, END)
        assert len(found) == count
        assert found[0].start == datetime(2026, 1, 5, 14, 30, tzinfo=UTC) or count == 1


async def test_the_final_timeline_of_jira_service_management(jsm: FakeJsm, source: Opened) -> None:
    day = timedelta(days=1)

    def period(who: dict[str, str], at: datetime) -> dict[str, Any]:
        return {
            "startDate": at.isoformat(),
            "endDate": (at + day).isoformat(),
            "type": "base",
            "responder": who,
        }

    periods = [
        period({"id": ASHA, "type": "user"}, START),
        period({"type": "noone"}, START + day),
        period({"id": "t-1", "type": "team"}, START + day),
        period({"id": BUDI, "type": "user"}, START + 2 * day),
    ]
    jsm.schedules["s-1"] = {"finalTimeline": {"rotations": [{"name": "Rota", "periods": periods}]}}
    one = source()
    assert await one.shifts("s-1", START, END) == (
        VendorShift(Who(ASHA, "Asha Rao", "asha@ops.example"), START, START + day),
        VendorShift(Who(BUDI, "Budi Santoso", "budi@ops.example"), START + 2 * day, START + 3 * day),
    )
    asked = jsm.requests[0]
    assert asked.path == f"{API}/schedules/s-1/timeline"
    assert asked.query == {
        "date": ["2026-01-05T00:00:00.000Z"],
        "interval": ["7"],
        "intervalUnit": ["days"],
    }
    jsm.people = None
    assert (await one.shifts("s-1", START, END))[0].who == Who(ASHA)
    with pytest.raises(SourceError, match='no schedule "s-2"'):
        await one.shifts("s-2", START, END)
