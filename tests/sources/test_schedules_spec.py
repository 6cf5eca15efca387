"""Schedules of PagerDuty and Opsgenie: every request is as the vendor's published specification wants it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.errors import SourceError
from console.ports.sources import AlertSource, ScheduleSource, VendorShift
from console.sources import opsgenie, pagerduty
from tests.servers.vendors import Vendors, vendor_mocks, vendors
from tests.sources.conftest import HeldClock

__all__ = ["vendor_mocks", "vendors"]

START = datetime(2026, 1, 5, tzinfo=UTC)
END = START + timedelta(days=7)


async def asked(source: AlertSource, schedule: str) -> tuple[VendorShift, ...]:
    assert isinstance(source, ScheduleSource)
    try:
        return await source.shifts(schedule, START, END)
    finally:
        await source.close()


async def test_the_final_schedule_of_pagerduty(vendors: Vendors) -> None:
    witness = vendors("pagerduty")
    options = pagerduty.Options.model_validate({"url": witness.url, "token": "made-up"})
    (shift,) = await asked(pagerduty.Source("pd", options, HeldClock()), "PI7DH85")
    assert (shift.who.id, shift.who.name) == ("PXPGF42", "Regina Phalange")
    assert (shift.start, shift.end) == (
        datetime(2015, 11, 10, 13, tzinfo=UTC),
        datetime(2015, 11, 10, 22, tzinfo=UTC),
    )
    (request,) = witness.requests
    assert (request.one("since"), request.one("until")) == ("2026-01-05T00:00:00Z", "2026-01-12T00:00:00Z")


@pytest.mark.parametrize(
    ("name", "kind"), [("Payments", "name"), ("d875e654-9b4e-4219-a803-0c26936d18de", "id")]
)
async def test_the_final_timeline_of_opsgenie(vendors: Vendors, name: str, kind: str) -> None:
    witness = vendors("opsgenie")

    def period(who: dict[str, str], day: int, days: int = 1) -> dict[str, Any]:
        begin = START + timedelta(days=day)
        return {
            "startDate": begin.isoformat(),
            "endDate": (begin + timedelta(days=days)).isoformat(),
            "type": "default",
            "recipient": who,
        }

    periods = [
        period({"id": "1", "name": "asha@ops.example", "type": "user"}, -3, 4),
        period({"type": "none"}, 1),
        period({"id": "2", "name": "budi@ops.example", "type": "user"}, 2),
        period({"id": "2", "name": "budi@ops.example", "type": "user"}, 9),
    ]
    witness.instead["GET", f"/v2/schedules/{name}/timeline"] = {
        "data": {"finalTimeline": {"rotations": [{"id": "r", "name": "Rota", "periods": periods}]}}
    }
    options = opsgenie.Options.model_validate({"url": witness.url, "token": "made-up"})
    found = await asked(opsgenie.Source("og", options, HeldClock()), name)
    assert [(one.who.email, one.start.day, one.end.day) for one in found] == [
        ("asha@ops.example", 2, 6),
        ("budi@ops.example", 7, 8),
    ]
    (request,) = witness.requests
    assert (request.one("identifierType"), request.one("interval"), request.one("intervalUnit")) == (
        kind,
        "7",
        "days",
    )


async def test_schedules_that_are_not_there(vendors: Vendors) -> None:
    for kind, module in (("pagerduty", pagerduty), ("opsgenie", opsgenie)):
        witness = vendors(kind)
        witness.prefer = "code=404"
        source = module.Source(
            "x", module.Options.model_validate({"url": witness.url, "token": "x"}), HeldClock()
        )
        with pytest.raises(SourceError, match='no schedule "X"') as caught:
            await asked(source, "X")
        assert caught.value.permanent
