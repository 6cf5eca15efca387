"""What ends in a product that keeps incidents while no engine works is known all the same."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from console.domain.actors import Actor
from console.domain.alert import Alert, Ended, Ending, Poll, Upstream, Who
from console.domain.incident import State
from console.sources.base.vanished import Vanished
from tests.abilities import keeping
from tests.engine.kits import Office, policy
from tests.fakes.sources import FakeSource, alert
from tests.fakes.virtualtime import START, VirtualClock, run_virtual

BUDI_THERE = Who("PB1", "Budi")
QUARTER = timedelta(minutes=15)


def kept(name: str) -> Alert:
    return replace(alert(name, source="pd"), upstream=Upstream(f"#{name}", START))


@dataclass
class Keeper(FakeSource):
    """A product that keeps incidents: those in ``ended`` are over, whoever still asks for them."""

    name: str = "pd"
    ended: dict[str, Ended] = field(default_factory=dict)
    told: list[set[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._vanished = Vanished(self._look)

    def remember(self, alerts: Iterable[Alert]) -> None:
        known = tuple(alerts)
        self.told.append({one.name for one in known})
        self._vanished.remember(known)

    async def fetch(self) -> Poll:
        return await self._vanished.settle(await super().fetch())

    async def _look(self, lost: Alert) -> Ended:
        return self.ended[lost.name]


def ends(lost: Alert) -> dict[str, Ended]:
    return {lost.name: Ended(lost.ref, Ending.RESOLVED, BUDI_THERE, START + QUARTER, "restarted it")}


def test_who_resolved_it_while_no_engine_ran_is_named() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        office.policy = policy(abilities=keeping("pd"))
        before, after = Keeper(), Keeper(ended=ends(kept("A")))
        before.fires(kept("A"), kept("B"))
        async with office.running(office.engine(before, name="one")):
            await asyncio.sleep(1)
        assert before.told == [set()]
        await asyncio.sleep(3600)
        after.fires(kept("B"))
        async with office.running(office.engine(after, name="two")):
            await asyncio.sleep(1)
        assert after.told == [{"A", "B"}]
        over, still = office.incidents()
        assert (over.state, over.resolved_by, over.epoch.resolved_at) == (
            State.RESOLVED,
            Actor("budi"),
            START + QUARTER,
        )
        assert still.firing == 1

    run_virtual(scenario)


def test_what_another_engine_saw_meanwhile_is_remembered_at_the_next_term() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        office.policy = policy(abilities=keeping("pd"))
        ours, theirs = Keeper(), Keeper()
        ours.fires(kept("A"))
        theirs.fires(kept("A"), kept("B"))
        one, two = office.engine(ours, name="one"), office.engine(theirs, name="two")
        async with office.running(one):
            await asyncio.sleep(1)
        async with office.running(two):
            await asyncio.sleep(1)
        ours.fires(kept("A"))
        ours.ended = ends(kept("B"))
        async with office.running(one):
            await asyncio.sleep(1)
        assert ours.told == [set(), {"A", "B"}]
        assert [incident.state for incident in office.incidents()] == [State.TRIGGERED, State.RESOLVED]

    run_virtual(scenario)


def test_one_cycle_knows_it_too() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        office.policy = policy(abilities=keeping("pd"))
        before, after = Keeper(), Keeper(ended=ends(kept("A")))
        before.fires(kept("A"))
        await office.engine(before).once()
        await office.engine(after).once()
        assert office.incident().resolved_by == Actor("budi")

    run_virtual(scenario)
