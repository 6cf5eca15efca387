"""Who the sources say is on call travels with their health."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from console.domain.alert import Who
from console.domain.oncall import OnCall
from console.engine.rosters import EVERY, MOST
from console.errors import SourceError
from tests.engine.kits import Office
from tests.fakes.sources import FakeSource
from tests.fakes.virtualtime import VirtualClock, run_virtual

PRIMARY = OnCall("Payments", Who("PB", "Budi"), level=1)


@dataclass
class Paging(FakeSource):
    """A source that knows who is on call."""

    people: list[tuple[OnCall, ...] | Exception] = field(default_factory=list)
    asked: int = 0

    async def on_call(self, now: datetime) -> tuple[OnCall, ...]:
        assert now.tzinfo is not None
        self.asked += 1
        answer = self.people.pop(0) if len(self.people) > 1 else self.people[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_it_is_asked_now_and_then_and_the_last_answer_outlives_a_failure() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        source = Paging(people=[(PRIMARY,), SourceError("no"), (PRIMARY,) * (MOST + 5)])
        async with office.running(office.engine(source)):
            await asyncio.sleep(EVERY + 60)
            report = office.store.engine()
            assert report is not None
            health = report.sources[0]
            assert (source.asked, health.on_call) == (2, (PRIMARY,))
            assert health.on_call_at is not None
            assert (clock.now() - health.on_call_at).total_seconds() > EVERY
            await asyncio.sleep(EVERY)
            report = office.store.engine()
            assert report is not None
            assert len(report.sources[0].on_call) == MOST
        assert source.polls > source.asked

    run_virtual(scenario)


def test_a_source_without_a_roster_is_not_asked() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        engine = office.engine(FakeSource())
        async with office.running(engine):
            await asyncio.sleep(30)
            report = office.store.engine()
        assert report is not None
        assert report.sources[0].on_call == ()

    run_virtual(scenario)
