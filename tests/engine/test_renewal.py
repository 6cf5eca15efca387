"""For as long as an incident is acked, the engine has its silence prolonged."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from console.domain import commands as cmd
from console.domain import events as ev
from console.domain.incident import Incident
from console.domain.vocabulary import EffectKind, EffectState
from console.ports.sources import NOBODY, People, Settled
from console.ports.store import OutboxEntry
from tests.engine.kits import Office, policy
from tests.fakes.sources import FakeActuator, alert
from tests.fakes.virtualtime import VirtualClock, run_virtual

QUARTER = timedelta(minutes=15)
HOUR = 3600.0


@dataclass
class Silencing(FakeActuator):
    """A source whose silences last a quarter of an hour; ``removed``: somebody has removed them there."""

    can: frozenset[EffectKind] = frozenset({EffectKind.ACK, EffectKind.UNACK})
    removed: bool = False
    ends: dict[str, datetime] = field(default_factory=dict)

    async def act(
        self, entry: OutboxEntry, incident: Incident, now: datetime, people: People = NOBODY
    ) -> Settled:
        await super().act(entry, incident, now, people)
        effects = {one.id: one for one in incident.effects}
        before = effects.get(effects[entry.id].renews)
        if entry.kind is EffectKind.UNACK:
            return Settled(EffectState.DONE, "silence ended")
        if before is not None and self.removed:
            return Settled(EffectState.FAILED, "silence was removed at prod")
        start = before.until if before is not None and before.until is not None else now
        until = self.ends.setdefault(entry.id, max(start, now) + QUARTER)
        return Settled(EffectState.DONE, f"silenced until {until:%H:%M}Z", "s-1", until)


def office(clock: VirtualClock, source: Silencing) -> Office:
    made = Office(clock)
    quiet = {name: replace(target, nudge_after=None) for name, target in policy().targets.items()}
    made.policy = policy(targets=quiet)
    source.fires(alert("A"))
    return made


def test_it_is_prolonged_each_quarter_until_the_ack_is_given_back() -> None:
    async def scenario(clock: VirtualClock) -> None:
        source = Silencing()
        work = office(clock, source)
        async with work.running(work.engine(source)):
            await asyncio.sleep(1)
            work.do("INC-1", cmd.Ack())
            began = clock.now()
            await asyncio.sleep(HOUR)
            entries = [entry for entry, _ in source.acted]
            due = [began + n * QUARTER - timedelta(minutes=2) for n in range(1, 5)]
            late = [at - when for when, (_, at) in zip(due, source.acted[1:], strict=True)]
            assert all(timedelta(0) <= one <= timedelta(seconds=3) for one in late)
            assert {entry.kind for entry in entries} == {EffectKind.ACK}
            assert {entry.handle for entry in entries[1:]} == {"s-1"}
            assert len({entry.id for entry in entries}) == 5
            asked = work.bodies("INC-1", ev.EffectAsked)
            settled = work.bodies("INC-1", ev.EffectSettled)
            assert (len(asked), len(settled)) == (5, 5)

            work.do("INC-1", cmd.Unack())
            await asyncio.sleep(HOUR / 2)
            assert source.acted[-1][0].kind is EffectKind.UNACK
            assert len(source.acted) == 6

    run_virtual(scenario)


def test_one_that_was_removed_there_is_said_and_not_asked_for_again() -> None:
    async def scenario(clock: VirtualClock) -> None:
        source = Silencing(removed=True)
        work = office(clock, source)
        async with work.running(work.engine(source)):
            await asyncio.sleep(1)
            work.do("INC-1", cmd.Ack())
            await asyncio.sleep(HOUR / 2)
            assert len(source.acted) == 2
            effect = work.incident().effects[-1]
            assert (effect.state, effect.text) == (EffectState.FAILED, "silence was removed at prod")
            assert work.incident().is_acked

    run_virtual(scenario)


def test_an_engine_that_takes_over_late_has_it_made_anew() -> None:
    async def scenario(clock: VirtualClock) -> None:
        source = Silencing()
        work = office(clock, source)
        async with work.running(work.engine(source)):
            await asyncio.sleep(1)
            work.do("INC-1", cmd.Ack())
            await asyncio.sleep(60)
        await asyncio.sleep(HOUR)
        async with work.running(work.engine(source, name="two")):
            await asyncio.sleep(5)
            back = clock.now()
            assert len(source.acted) == 2
            until = work.incident().effects[-1].until
            assert until is not None
            assert QUARTER - timedelta(seconds=5) <= until - back <= QUARTER

    run_virtual(scenario)


def test_a_source_in_trouble_delays_it_and_does_not_double_it() -> None:
    async def scenario(clock: VirtualClock) -> None:
        source = Silencing()
        work = office(clock, source)
        async with work.running(work.engine(source)):
            await asyncio.sleep(1)
            work.do("INC-1", cmd.Ack())
            await asyncio.sleep(12 * 60)
            source.act_hangs = True
            await asyncio.sleep(10 * 60)
            source.act_hangs = False
            await asyncio.sleep(10 * 60)
        assert len({entry.id for entry, _ in source.acted}) <= 3
        assert [one.state for one in work.incident().effects] == [EffectState.DONE] * len(source.ends)

    run_virtual(scenario)
