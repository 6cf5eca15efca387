"""The engine keeps measures up to date beside its work."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from console.domain.commands import Ack
from console.domain.measures import Measure
from console.engine.bookkeeper import EVERY
from tests.engine.kits import Office
from tests.fakes.sources import FakeSource, alert
from tests.fakes.virtualtime import START, VirtualClock, run_virtual

DAY = timedelta(days=1)


def measured(office: Office) -> list[Measure]:
    return list(office.store.measures(START - DAY, START + DAY))


def test_what_happens_is_measured_soon_after() -> None:
    async def story(clock: VirtualClock) -> None:
        office, source = Office(clock), FakeSource()
        source.fires(alert("a"))
        async with office.running(office.engine(source)):
            await asyncio.sleep(3 * EVERY)
            assert [one.unacked for one in measured(office)] == [True]
            office.do("INC-1", Ack())
            await asyncio.sleep(2 * EVERY)
            assert [one.unacked for one in measured(office)] == [False]
            await asyncio.sleep(5 * EVERY)
            assert office.store.all_unmeasured() == ()

    run_virtual(story)
