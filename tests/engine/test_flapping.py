"""An alert that flaps for an hour, through the whole engine: one incident, one page, one end."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from console.domain import commands as cmd
from console.domain import events as ev
from console.domain.incident import State
from console.domain.priority import Priority
from console.engine.settings import Settings
from tests.engine.kits import Office
from tests.fakes.sources import FakeSource, alert
from tests.fakes.virtualtime import START, VirtualClock, run_virtual

FLAPS = 40
SLOW = Settings(jitter=0.0, ttl=120.0)  # few heartbeats: hours pass in this test


async def flap(source: FakeSource, times: int, priority: Priority) -> None:
    for _ in range(times):
        source.fires()
        await asyncio.sleep(45)
        source.fires(alert("ProbeFails", priority=priority))
        await asyncio.sleep(45)


def test_forty_flaps_in_an_hour_are_one_incident_one_page_and_one_end() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office, source = Office(clock), FakeSource()
        source.fires(alert("ProbeFails", priority=Priority.P3))
        async with office.running(office.engine(source, settings=SLOW)):
            await asyncio.sleep(30)
            office.do("INC-1", cmd.Ack())
            await flap(source, FLAPS, Priority.P3)
            assert office.incident().flaps == FLAPS + 1
            source.fires()
            await asyncio.sleep(14 * 60)
            assert office.incident().state is State.ACKNOWLEDGED
            await asyncio.sleep(2 * 60)
        incident = office.incident()
        assert (incident.state, incident.auto_resolved) == (State.RESOLVED, True)
        assert len(incident.epochs) == 1
        assert [person for _, person in incident.pages] == ["asha"]
        assert len(office.bodies("INC-1", ev.FlappingBegan)) == 1
        assert len(office.bodies("INC-1", ev.FlappingEnded)) == 1
        assert len(office.bodies("INC-1", ev.Resolved)) == 1

    run_virtual(scenario)


def test_one_that_flaps_and_nobody_takes_is_escalated_in_time() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office, source = Office(clock), FakeSource()
        source.fires(alert("ProbeFails", priority=Priority.P1))
        async with office.running(office.engine(source, settings=SLOW)):
            await asyncio.sleep(1)
            await flap(source, 8, Priority.P1)
        incident = office.incident()
        assert [person for _, person in incident.pages] == ["asha", "budi", "dewi"]
        after = [at - START for at, _ in incident.pages]
        for at, due in zip(after, (0, 5, 10), strict=True):
            assert timedelta() <= at - timedelta(minutes=due) < timedelta(minutes=1)
        assert incident.state is State.TRIGGERED

    run_virtual(scenario)
