"""What comes back by itself: pages when a hold is over, and an end once a source is heard again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from console.domain.commands import Ack
from console.domain.incident import State
from console.domain.priority import Priority
from console.domain.team.state import Maintenance
from console.errors import SourceError
from tests.engine.kits import Office, policy
from tests.fakes.sources import FakeSource, alert
from tests.fakes.virtualtime import START, VirtualClock, run_virtual

HALF_HOUR = timedelta(minutes=30)


def test_a_maintenance_that_ends_while_it_fires_pages_then() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office, source = Office(clock), FakeSource()
        office.policy = policy(maintenance=(Maintenance(START, START + HALF_HOUR, ("payments",)),))
        source.fires(alert("HighErrorRate"))
        async with office.running(office.engine(source)):
            await asyncio.sleep(29 * 60)
            assert office.incident().paged == ()
            await asyncio.sleep(61)
            assert office.incident().paged == ("asha",)

    run_virtual(scenario)


def test_a_silence_that_ends_while_it_fires_pages_then() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office, source = Office(clock), FakeSource()
        loud, held = alert("HighErrorRate"), alert("HighErrorRate", instance="b")
        source.fires(loud, held)
        async with office.running(office.engine(source)):
            await asyncio.sleep(20)
            source.fires(*(replace(one, muted_until=START + HALF_HOUR) for one in (loud, held)))
            await asyncio.sleep(28 * 60)
            assert office.incident().held_until == START + HALF_HOUR
            assert office.incident().paged == ("asha",)  # before the silence
            source.fires(loud, held)
            await asyncio.sleep(7 * 60)
            assert office.incident().paged == ("asha", "budi")

    run_virtual(scenario)


def test_nothing_is_over_while_its_source_cannot_be_heard() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office, source = Office(clock), FakeSource()
        source.fires(alert("ProbeFails", priority=Priority.P3))
        async with office.running(office.engine(source)):
            await asyncio.sleep(20)
            office.do("INC-1", Ack())
            source.fires()
            await asyncio.sleep(60)
            source.answers = [SourceError("connection refused")]
            await asyncio.sleep(15 * 60)
            assert office.incident().state is State.ACKNOWLEDGED, (
                "it cleared, but who knows what fires by now?"
            )
            source.fires()
            await asyncio.sleep(7 * 60)
            assert office.incident().auto_resolved

    run_virtual(scenario)
