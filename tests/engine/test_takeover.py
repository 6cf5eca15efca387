"""Who is the engine, and what nobody loses while that changes or the store is away."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from console.domain import events as ev
from console.domain.alert import Poll
from console.domain.health import EngineReport
from console.domain.policy import Chain, Level
from console.errors import StoreError
from tests.engine.kits import Office, policy
from tests.fakes.sources import FakeSource, alert
from tests.fakes.virtualtime import VirtualClock, run_virtual


def test_two_engines_one_works_and_the_other_takes_over() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        first, second = FakeSource(), FakeSource()
        first.fires(alert("A"))
        second.fires(alert("A"))
        one, two = office.engine(first, name="one"), office.engine(second, name="two")
        async with office.running(two):
            await asyncio.sleep(1)
            async with office.running(one):
                await asyncio.sleep(60)
                assert (first.polls, second.polls) == (0, 5)
        stopped = clock.now()
        report = office.store.engine()
        assert report is not None
        assert (report.holder, report.expires_at) == ("two", stopped)  # given up at once
        async with office.running(one):
            await asyncio.sleep(2)
            assert first.polls == 1
            assert office.incident().id == "INC-1"  # the same alert is the same incident

    run_virtual(scenario)


@pytest.mark.parametrize("seconds", [59, 60, 61])
def test_escalation_happens_once_however_engines_race(seconds: float) -> None:
    """Two engines that both believe to be in office: one was asleep while the other took over."""

    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        levels = [Level((who,), timedelta(minutes=n)) for n, who in enumerate(("asha", "budi", "dewi"))]
        office.policy = policy(chains=(Chain("payments", tuple(levels), repeat=0),))
        sources = [FakeSource(), FakeSource()]
        for source in sources:
            source.fires(alert("A"))
        one = office.engine(sources[0], name="one")
        two = office.engine(sources[1], name="two")
        async with office.running(one):
            await asyncio.sleep(1)
            async with office.running(two):
                await asyncio.sleep(seconds - 1)
                office.store.shelf.lease = office.store.shelf.report = None  # lapsed, and one does not know
                await asyncio.sleep(90)
        pages = office.bodies("INC-1", ev.Escalated)
        assert [page.to for page in pages if isinstance(page, ev.Escalated)] == [
            ("asha",),
            ("budi",),
            ("dewi",),
        ]
        assert len(office.incidents()) == 1

    run_virtual(scenario)


def test_a_lease_lost_in_the_middle_of_a_poll_writes_nothing() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        source = FakeSource()

        def taken_over_meanwhile() -> Poll:
            clock.set_ahead = timedelta(seconds=30)  # the machine slept while the answer was under way
            now = clock.now()
            assert office.store.acquire(EngineReport("other", "host", 2, 0, now, now, now), 3600)
            return Poll("prod", (alert("A"),))

        source.answers = [taken_over_meanwhile]
        async with office.running(office.engine(source)):
            await asyncio.sleep(60)
            assert office.incidents() == []
            assert source.polls == 1  # out of office, it does not poll
            report = office.store.engine()
            assert report is not None
            assert report.holder == "other"

    run_virtual(scenario)


def test_a_store_that_is_away_for_a_while_loses_nothing() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        connection = office.store.another()
        source = FakeSource()
        source.fires(alert("A"))
        async with office.running(office.engine(source, store=connection)):
            await asyncio.sleep(1)
            connection.down = StoreError("the disk is gone")
            source.fires(alert("A"), alert("B"))
            await asyncio.sleep(10 * 60)
            assert len(office.incidents()) == 1
            connection.down = None
            await asyncio.sleep(20)
            assert [one.alert_name for one in office.incidents()] == ["A", "B"]
            assert office.incidents()[0].paged[:2] == ("asha", "budi")  # late, but paged

    run_virtual(scenario)


def test_the_journal_says_when_nobody_was_the_engine() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        async with office.running(office.engine(FakeSource())):
            await asyncio.sleep(60)
        await asyncio.sleep(19 * 60)
        async with office.running(office.engine(FakeSource())):
            await asyncio.sleep(1)
        (entry,) = office.journal()
        assert entry.kind == "engine_gap"
        assert entry.text == "nothing was polled or escalated 10:01–10:20 UTC (19m)"

    run_virtual(scenario)
