"""The engine goes by the roster as the team has changed it: at once, whoever changed it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from console.desk.arranger import Arranger
from console.desk.livepolicy import LivePolicy
from console.domain.actors import Actor
from console.domain.team import commands as cmd
from console.ports.desk import Saved
from tests.engine.kits import BUDI, Office
from tests.fakes.sources import FakeSource, alert
from tests.fakes.virtualtime import VirtualClock, run_virtual

HOUR = timedelta(hours=1)
DEWI = Actor("dewi")


def arrange(office: Office, command: cmd.TeamCommand, actor: Actor = BUDI) -> None:
    """Arrange something as a front end does."""
    store = office.store.another()
    live = LivePolicy(store, lambda: office.policy)
    assert isinstance(Arranger(store, live).arrange(command, actor, ""), Saved)


def test_who_took_the_pager_is_paged_and_nobody_else() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office, source = Office(clock), FakeSource()
        arrange(office, cmd.TakePager("payments", "primary", HOUR), DEWI)
        source.fires(alert("HighErrorRate"))
        async with office.running(office.engine(source)):
            await asyncio.sleep(1)
            assert office.incident().paged == ("dewi",)

    run_virtual(scenario)


def test_a_cover_made_meanwhile_counts_for_the_next_page() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office, source = Office(clock), FakeSource()
        source.fires(alert("HighErrorRate"))
        async with office.running(office.engine(source)):
            await asyncio.sleep(299)
            assert office.incident().paged == ("asha",)
            arrange(office, cmd.TakePager("payments", "secondary", HOUR), DEWI)
            await asyncio.sleep(2)
            assert office.incident().paged == ("asha", "dewi")

    run_virtual(scenario)


def test_the_next_engine_knows_of_it_too() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office, source = Office(clock), FakeSource()
        async with office.running(office.engine(name="one")):
            arrange(office, cmd.TakePager("payments", "primary", HOUR), DEWI)
            await asyncio.sleep(1)
        source.fires(alert("HighErrorRate"))
        async with office.running(office.engine(source, name="two")):
            await asyncio.sleep(1)
            assert office.incident().paged == ("dewi",)

    run_virtual(scenario)


def test_when_a_maintenance_is_ended_the_page_comes_within_seconds() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office, source = Office(clock), FakeSource()
        arrange(office, cmd.SetMaintenance(clock.now(), clock.now() + HOUR, ("payments",)))
        source.fires(alert("HighErrorRate"))
        async with office.running(office.engine(source)):
            await asyncio.sleep(10 * 60)
            assert office.incident().paged == ()
            arrange(office, cmd.EndMaintenance("M1"))
            await asyncio.sleep(2)
            assert office.incident().paged == ("asha",)

    run_virtual(scenario)
