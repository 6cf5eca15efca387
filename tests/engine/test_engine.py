"""The whole engine, over a store in memory, on virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from console.domain import commands as cmd
from console.domain.health import SourceStatus, status
from console.domain.incident import State
from console.domain.policy import Chain, Level
from console.domain.priority import Priority
from console.engine.kit import Result
from console.errors import SourceError
from console.ports.desk import Saved
from tests.engine.kits import BUDI, Office, policy
from tests.fakes.sources import FakeSource, alert
from tests.fakes.virtualtime import START, InlineWorker, VirtualClock, run_virtual

DOWN = SourceError("connection refused")


class CountingWorker(InlineWorker):
    def __init__(self) -> None:
        self.appends = 0

    async def run(self, fn: Callable[..., Result], *args: Any, deadline: float = 2.0) -> Result:
        self.appends += getattr(fn, "__name__", "") == "carry_out_many"
        return await super().run(fn, *args, deadline=deadline)


def test_alerts_become_one_incident_that_pages_at_once_and_then_escalates() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        source = FakeSource()
        source.fires(alert("HighErrorRate", instance="a"), alert("HighErrorRate", instance="b"))
        async with office.running(office.engine(source)):
            await asyncio.sleep(1)
            incident = office.incident()
            assert (incident.firing, incident.key) == (2, "payments/HighErrorRate")
            assert incident.paged == ("asha",)
            await asyncio.sleep(5 * 60)
            assert office.incident().paged == ("asha", "budi")
            assert office.incident().level_at == START + timedelta(minutes=5)
            assert isinstance(office.do("INC-1", cmd.Ack(), BUDI), Saved)
            await asyncio.sleep(15 * 60)
            assert office.incident().paged == ("asha", "budi")  # the ack halts it

    run_virtual(scenario)


def test_an_unchanged_poll_writes_nothing() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office, worker = Office(clock), CountingWorker()
        source = FakeSource()
        source.fires(*(alert(f"Rule{n}") for n in range(50)))
        async with office.running(office.engine(source, worker=worker)):
            await asyncio.sleep(1)
            events, appends = office.store.info().events, worker.appends
            assert office.store.info().incidents == 50
            await asyncio.sleep(4 * 60)
            assert source.polls > 15
            assert (office.store.info().events, worker.appends) == (events, appends)

    run_virtual(scenario)


def test_v21_only_a_complete_poll_clears_and_a_dead_source_clears_nothing() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        source = FakeSource()
        source.fires(alert("A"), alert("B"))
        async with office.running(office.engine(source)):
            await asyncio.sleep(1)
            source.fires(alert("A"), complete=False)
            await asyncio.sleep(60)
            assert [one.firing for one in office.incidents()] == [1, 1]
            source.answers = [DOWN]
            await asyncio.sleep(5 * 60)
            assert [one.firing for one in office.incidents()] == [1, 1]
            assert status(office.health(), office.store.engine(), clock.now()) is SourceStatus.STALE
            source.fires(alert("A"))
            await asyncio.sleep(4 * 60)
            assert [one.firing for one in office.incidents()] == [1, 0]
            assert office.incidents()[1].state is State.CLEARED_UNACKED
            assert status(office.health(), office.store.engine(), clock.now()) is SourceStatus.LIVE
            kinds = [entry.kind for entry in office.journal()]
            assert kinds == ["source_blind", "source_back"]

    run_virtual(scenario)


def test_failing_and_hanging_sources_stop_nobody() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        good = FakeSource("good")
        good.fires(alert("A", source="good"))
        bad = FakeSource("bad", answers=[DOWN])
        broken = FakeSource("broken", answers=[ValueError("not JSON")])
        silent = FakeSource("silent", hang=True)
        async with office.running(office.engine(bad, silent, broken, good)):
            await asyncio.sleep(5 * 60)
            assert good.polls >= 20
            assert office.health("good").misses == 0
            assert {name: office.health(name).error for name in ("bad", "broken", "silent")} == {
                "bad": "connection refused",
                "broken": "ValueError in the source itself",
                "silent": "no answer within 30 s",
            }
            good.fires()
            await asyncio.sleep(16)
            assert office.incident().firing == 0

    run_virtual(scenario)


def test_a_poll_that_is_asked_for_comes_within_a_second() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        source = FakeSource(interval=300)
        office.store.request_poll()  # before its time: not asked of this engine
        await asyncio.sleep(5)
        async with office.running(office.engine(source)):
            await asyncio.sleep(100)
            assert source.polls == 1
            office.store.request_poll()
            await asyncio.sleep(1)
            assert source.polls == 2
            await asyncio.sleep(100)
            assert source.polls == 2

    run_virtual(scenario)


def test_what_people_do_meanwhile_is_respected() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        source = FakeSource()
        source.fires(alert("A"))
        async with office.running(office.engine(source)):
            await asyncio.sleep(1)
            office.do("INC-1", cmd.Ack())
            office.do("INC-1", cmd.SetPriority(Priority.P3))
            source.fires()
            await asyncio.sleep(16)
            assert office.incident().epoch.recovered_at is not None
            await asyncio.sleep(5 * 60)
            assert office.incident().state is State.RESOLVED  # S4: stable for five minutes
            assert office.incident().auto_resolved
            source.fires(alert("A"))
            await asyncio.sleep(16)
            assert len(office.incident().epochs) == 2  # V9: the same incident again
            assert office.incident().state is State.TRIGGERED
            assert office.incident().level == 0

    run_virtual(scenario)


def test_resolved_by_hand_while_it_fires_stays_resolved() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        source = FakeSource()
        source.fires(alert("A"))
        async with office.running(office.engine(source)):
            await asyncio.sleep(1)
            office.do("INC-1", cmd.Resolve(despite_firing=True))
            await asyncio.sleep(120)
            assert office.incident().state is State.RESOLVED
        async with office.running(office.engine(source)):  # a new engine knows it, too
            await asyncio.sleep(120)
            assert office.incident().state is State.RESOLVED

    run_virtual(scenario)


def test_one_cycle_does_everything_and_tells() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        good = FakeSource("good")
        good.fires(alert("A", source="good"))
        bad = FakeSource("bad", answers=[SourceError("401", hint="check the token", permanent=True)])
        engine = office.engine(good, bad)
        cycle = await engine.once()
        assert cycle.failures == ("bad: 401: check the token",)
        assert cycle.incidents_changed == 1
        assert office.incident().paged == ("asha",)
        await asyncio.sleep(301)
        cycle = await engine.once()
        assert (cycle.incidents_changed, cycle.incidents_advanced) == (0, 1)
        assert office.incident().paged == ("asha", "budi")
        report = office.store.engine()
        assert report is not None
        assert report.expires_at == clock.now()
        assert [health.name for health in report.sources] == ["good", "bad"]
        async with office.running(office.engine(FakeSource("good"), name="server")):
            await asyncio.sleep(2)
            assert (await engine.once()).held_by == "host, pid 4711"
        await engine.close()
        assert good.closed

    run_virtual(scenario)


def test_a_changed_config_moves_what_is_due() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        source = FakeSource()
        source.fires(alert("A"))
        async with office.running(office.engine(source)):
            await asyncio.sleep(30)

            office.policy = policy(
                chains=(
                    Chain(
                        "payments",
                        (Level(("primary",), timedelta(0)), Level(("secondary",), timedelta(minutes=1))),
                    ),
                )
            )
            await asyncio.sleep(61)
            assert office.incident().paged == ("asha", "budi")

    run_virtual(scenario)


def test_two_sources_with_the_same_trouble_make_one_incident() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        east, west = FakeSource("east"), FakeSource("west")
        east.fires(alert("A", source="east"))
        west.fires(alert("A", source="west"))
        async with office.running(office.engine(east, west)):
            await asyncio.sleep(1)
            assert (office.incident().firing, office.incident().sources) == (2, ("east", "west"))
            west.fires()
            await asyncio.sleep(16)
            assert office.incident().firing == 1

    run_virtual(scenario)


def test_merged_and_reopened_incidents_keep_their_alerts() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        source = FakeSource()
        source.fires(alert("A"), alert("B"))
        async with office.running(office.engine(source)):
            await asyncio.sleep(1)
            office.do("INC-1", cmd.MergeInto("INC-2"))
            await asyncio.sleep(60)
            child, parent = office.incidents()
            assert (child.merged_into, parent.firing) == ("INC-2", 2)
            source.fires(alert("A"))
            await asyncio.sleep(16)
            assert office.incidents()[1].firing == 1  # the alert of the child belongs to the parent
            office.do("INC-2", cmd.Ack())
            office.do("INC-2", cmd.Resolve(despite_firing=True))
            office.do("INC-2", cmd.Reopen())
            source.fires()
            await asyncio.sleep(16)
            assert office.incidents()[1].firing == 0
            assert len(office.incidents()) == 2

    run_virtual(scenario)
