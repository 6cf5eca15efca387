from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain import commands as cmd
from console.domain import events as ev
from console.domain.vocabulary import EffectKind, EffectState
from console.engine.settings import Settings
from console.errors import SourceError, StoreError
from console.ports.desk import Saved
from console.ports.sources import Settled
from tests.abilities import silencing
from tests.engine.kits import Office, policy
from tests.fakes.sources import FakeActuator, FakeSource, alert
from tests.fakes.virtualtime import START, VirtualClock, run_virtual

DOWN = SourceError("connection refused", hint="is it running?")
REVOKED = SourceError("prod does not accept our credentials (401)", parked=True, status=401)
FORBIDDEN = SourceError("prod forbids this (403)", hint="give it the right", parked=True, status=403)


def firing_office(clock: VirtualClock, source: FakeSource) -> Office:
    office = Office(clock)
    source.fires(alert("A"))
    return office


def settlements(office: Office) -> list[tuple[EffectKind, EffectState, str]]:
    found = office.bodies("INC-1", ev.EffectSettled)
    return [(one.kind, one.state, one.text) for one in found if isinstance(one, ev.EffectSettled)]


def test_an_ack_reaches_the_source_within_a_second() -> None:
    async def scenario(clock: VirtualClock) -> None:
        source = FakeActuator()
        office = firing_office(clock, source)
        async with office.running(office.engine(source)):
            await asyncio.sleep(1)
            assert isinstance(office.do("INC-1", cmd.Ack()), Saved)
            assert office.incident().effects[-1].state is EffectState.PENDING
            acked = clock.now()
            await asyncio.sleep(1)
            ((entry, at),) = source.acted
            assert (entry.kind, entry.actor, entry.incident) == (EffectKind.ACK, "asha", "INC-1")
            assert at - acked <= timedelta(seconds=1)
            assert settlements(office) == [(EffectKind.ACK, EffectState.DONE, "silenced")]
            assert office.incident().effects[-1].handle == "s-1"
            await asyncio.sleep(60)
            assert len(source.acted) == 1
            assert office.store.outbox(clock.now() + timedelta(days=9)) == ()

    run_virtual(scenario)


def test_a_crash_between_act_and_settle_repeats_it_once_with_the_same_id() -> None:
    async def scenario(clock: VirtualClock) -> None:
        source = FakeActuator()
        office = firing_office(clock, source)
        connection = office.store.another()
        async with office.running(office.engine(source, store=connection)):
            await asyncio.sleep(1)
            office.do("INC-1", cmd.Ack())
            acting = source.act

            async def dies(*args: object) -> Settled:
                settled = await acting(*args)  # type: ignore[arg-type]
                connection.down = StoreError("the process is gone")
                return settled

            source.act = dies  # type: ignore[method-assign, assignment]
            await asyncio.sleep(2)
            assert len(source.acted) == 1
            assert settlements(office) == []  # done, and nobody knows
            source.act = acting  # type: ignore[method-assign]
            await asyncio.sleep(30)
        async with office.running(office.engine(source)):
            await asyncio.sleep(60)
        assert [entry.id for entry, _ in source.acted] == [source.acted[0][0].id] * 2
        assert settlements(office) == [(EffectKind.ACK, EffectState.DONE, "silenced")]

    run_virtual(scenario)


def test_failures_are_tried_again_ever_more_rarely() -> None:
    async def scenario(clock: VirtualClock) -> None:
        source = FakeActuator(outcomes=[DOWN, DOWN, SourceError("busy", retry_after=42), DOWN])
        office = firing_office(clock, source)
        async with office.running(office.engine(source)):
            await asyncio.sleep(1)
            office.do("INC-1", cmd.Ack())
            await asyncio.sleep(3 * 60)
        waits = [
            round((later - earlier).total_seconds())
            for (_, earlier), (_, later) in zip(source.acted, source.acted[1:], strict=False)
        ]
        assert [abs(wait - due) <= 1 for wait, due in zip(waits, [5, 10, 42, 40], strict=True)] == [True] * 4
        assert [entry.attempts for entry, _ in source.acted] == [0, 1, 2, 3, 4]
        assert settlements(office) == [(EffectKind.ACK, EffectState.DONE, "silenced")]

    run_virtual(scenario)


def test_what_cannot_work_is_said_in_words() -> None:
    async def scenario(clock: VirtualClock) -> None:
        source = FakeActuator(outcomes=[SourceError("403 Forbidden", hint="ask an admin", permanent=True)])
        plain = FakeSource("plain")
        office = firing_office(clock, source)
        office.policy = policy(abilities=silencing("prod", "plain", "elsewhere"))
        plain.fires(alert("A", source="plain", instance="b"))
        elsewhere = FakeSource("elsewhere")
        elsewhere.fires(alert("A", source="elsewhere", instance="c"))
        await office.engine(source, plain, elsewhere).once()
        office.do("INC-1", cmd.Ack())
        async with office.running(office.engine(source, plain)):
            await asyncio.sleep(2)
        assert sorted(settlements(office)) == [
            (EffectKind.ACK, EffectState.FAILED, "403 Forbidden: ask an admin"),
            (EffectKind.ACK, EffectState.FAILED, "plain cannot do that (ack)"),
            (EffectKind.ACK, EffectState.FAILED, "the engine's config knows no elsewhere"),
        ]
        assert office.store.outbox(clock.now() + timedelta(days=9)) == ()

    run_virtual(scenario)


def test_what_was_asked_of_a_parked_source_waits_until_it_accepts_us_again() -> None:
    async def scenario(clock: VirtualClock) -> None:
        source = FakeActuator(outcomes=[REVOKED])
        office = firing_office(clock, source)
        async with office.running(office.engine(source)):
            await asyncio.sleep(1)
            source.answers = [REVOKED]
            office.do("INC-1", cmd.Ack())
            await asyncio.sleep(600)
            assert len(source.acted) == 1  # the poll that followed it at once parked the source
            assert settlements(office) == []
            source.fires(alert("A"))
            office.store.request_poll()
            await asyncio.sleep(3)
            assert settlements(office) == [(EffectKind.ACK, EffectState.DONE, "silenced")]
            assert [entry.attempts for entry, _ in source.acted] == [0, 1]

    run_virtual(scenario)


def test_what_alone_is_forbidden_is_tried_once_more_and_said() -> None:
    async def scenario(clock: VirtualClock) -> None:
        source = FakeActuator(outcomes=[FORBIDDEN] * 5)
        office = firing_office(clock, source)
        async with office.running(office.engine(source)):
            await asyncio.sleep(1)
            office.do("INC-1", cmd.Ack())
            await asyncio.sleep(60)
        assert len(source.acted) == 2
        text = "prod forbids this (403): give it the right"
        assert settlements(office) == [(EffectKind.ACK, EffectState.FAILED, text)]

    run_virtual(scenario)


def test_it_is_given_up_in_the_end() -> None:
    async def scenario(clock: VirtualClock) -> None:
        source = FakeActuator(outcomes=[DOWN] * 10)
        office = firing_office(clock, source)
        settings = Settings(jitter=0.0, most_attempts=3)
        async with office.running(office.engine(source, settings=settings)):
            await asyncio.sleep(1)
            office.do("INC-1", cmd.Ack())
            await asyncio.sleep(60)
        assert len(source.acted) == 3
        text = "connection refused: is it running? (given up after 3 tries)"
        assert settlements(office) == [(EffectKind.ACK, EffectState.FAILED, text)]

    run_virtual(scenario)


def test_an_unack_never_overtakes_the_ack_that_is_tried_again() -> None:
    async def scenario(clock: VirtualClock) -> None:
        source = FakeActuator(outcomes=[DOWN])
        source.can = frozenset({EffectKind.ACK, EffectKind.UNACK})
        office = firing_office(clock, source)
        async with office.running(office.engine(source)):
            await asyncio.sleep(1)
            office.do("INC-1", cmd.Ack())
            await asyncio.sleep(1)
            office.do("INC-1", cmd.Unack())
            await asyncio.sleep(60)
        assert [entry.kind for entry, _ in source.acted] == [
            EffectKind.ACK,
            EffectKind.ACK,
            EffectKind.UNACK,
        ]

    run_virtual(scenario)


def test_a_hanging_source_delays_only_its_own_effects() -> None:
    async def scenario(clock: VirtualClock) -> None:
        stuck, quick = FakeActuator("stuck", act_hangs=True), FakeActuator("quick")
        office = Office(clock)
        office.policy = policy(abilities=silencing("stuck", "quick"))
        stuck.fires(alert("A", source="stuck"))
        quick.fires(alert("B", source="quick"))
        async with office.running(office.engine(stuck, quick)):
            await asyncio.sleep(1)
            names = {one.alert_name: one.id for one in office.incidents()}
            office.do(names["A"], cmd.Ack())
            await asyncio.sleep(3)
            office.do(names["B"], cmd.Ack())
            await asyncio.sleep(1)
            assert len(quick.acted) == 1
            assert len(stuck.acted) == 1
            stuck.act_hangs = False
            await asyncio.sleep(30)
            assert [entry.attempts for entry, _ in stuck.acted] == [0, 1]
            assert {one.effects[-1].state for one in office.incidents()} == {EffectState.DONE}

    run_virtual(scenario)


def test_a_bug_in_a_source_is_a_failure_of_that_effect(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(clock: VirtualClock) -> None:
        source = FakeActuator(outcomes=[KeyError("id")])
        office = firing_office(clock, source)
        async with office.running(office.engine(source)):
            await asyncio.sleep(1)
            office.do("INC-1", cmd.Ack())
            await asyncio.sleep(10)
        assert [state for _, state, _ in settlements(office)] == [EffectState.DONE]

    run_virtual(scenario)
    assert "broke its promise" in caplog.text


def test_nothing_is_done_in_the_world_without_the_lease() -> None:
    async def scenario(clock: VirtualClock) -> None:
        source = FakeActuator()
        office = firing_office(clock, source)
        async with office.running(office.engine(source)):
            await asyncio.sleep(1)
        office.do("INC-1", cmd.Ack())
        await asyncio.sleep(60)
        assert source.acted == []
        office.store.shelf.report = replace(
            office.store.shelf.report,  # type: ignore[type-var]
            holder="other",
            expires_at=START + timedelta(hours=1),
        )
        async with office.running(office.engine(source)):
            await asyncio.sleep(60)
            assert source.acted == []

    run_virtual(scenario)
