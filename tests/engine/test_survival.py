"""An engine outlives sources that break their promise, bugs of its own, and a store that is away."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from unittest.mock import patch

import pytest

from console.desk.executor import Order
from console.domain import commands as cmd
from console.domain import events as ev
from console.domain.health import SourceStatus, status
from console.engine.asking import Asking
from console.engine.board import Board
from console.engine.tally import Tally
from console.errors import StoreError
from tests.engine.kits import Office
from tests.fakes.sources import FakeActuator, FakeSource, alert
from tests.fakes.store import MemoryStore
from tests.fakes.virtualtime import InlineWorker, VirtualClock, run_virtual


@pytest.mark.parametrize(
    "broken", [KeyError("labels"), asyncio.CancelledError(), SystemExit(3), RecursionError()]
)
def test_whatever_a_source_raises_is_its_own_failure(broken: BaseException) -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        bad, good = FakeSource("bad"), FakeSource("good")

        def fetch() -> object:
            raise broken

        bad.answers = [fetch]  # type: ignore[list-item]  # it never answers
        async with office.running(office.engine(bad, good)):
            await asyncio.sleep(400)
            assert good.polls > 20
            assert bad.polls > 5
            assert office.health("bad").error == f"{type(broken).__name__} in the source itself"
            report = office.store.engine()
            assert report is not None
            assert report.token == 1  # one term for all of it

    run_virtual(scenario)


def test_a_source_whose_answer_makes_no_sense_is_not_called_live() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        bad = FakeSource("bad")
        bad.answers = [lambda: "not a poll"]  # type: ignore[list-item,return-value]
        async with office.running(office.engine(bad)):
            await asyncio.sleep(120)
            assert bad.polls > 5
            assert status(office.health("bad"), office.store.engine(), clock.now()) is not SourceStatus.LIVE

    run_virtual(scenario)


def test_a_bug_ends_the_term_and_not_the_engine(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        source = FakeSource()
        source.fires(alert("A"))
        with patch.object(Board, "refresh", side_effect=ZeroDivisionError("ours")):
            async with office.running(office.engine(source)):
                await asyncio.sleep(600)
                faults = [one for one in caplog.records if getattr(one, "event", "") == "engine_fault"]
                assert [getattr(one, "pause", 0) for one in faults[:7]] == [1, 2, 4, 8, 16, 32, 60]
                assert all(one.exc_info for one in faults)
                assert source.polls >= len(faults)
        assert office.incident().paged  # for the moments that it works, it does its work

    run_virtual(scenario)


def test_while_one_engine_is_broken_another_works() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        broken, sound = office.engine(FakeSource(), name="broken"), office.engine(FakeSource(), name="sound")
        healthy = Board.load

        async def load(self: Board) -> None:
            if self._keeper._identity.holder == "broken":
                raise ZeroDivisionError("ours")
            await healthy(self)

        with patch.object(Board, "load", load):
            async with office.running(broken):
                await asyncio.sleep(1)
                async with office.running(sound):
                    await asyncio.sleep(120)
                    report = office.store.engine()
                    assert report is not None
                    assert (report.holder, report.expires_at > clock.now()) == ("sound", True)

    run_virtual(scenario)


def test_one_incident_that_cannot_be_advanced_keeps_no_other_from_being_paged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        source = FakeSource()
        source.fires(alert("A"), alert("B"), alert("C"))
        writing = Board.write

        async def write(self: Board, orders: Sequence[Order]) -> object:
            if any(order.incident == "INC-2" for order in orders):
                raise ZeroDivisionError("ours")
            return await writing(self, orders)

        async with office.running(office.engine(source)):
            await asyncio.sleep(1)
            with patch.object(Board, "write", write):
                await asyncio.sleep(11 * 60)
        assert [len(one.paged) for one in office.incidents()] == [3, 1, 3]
        named = {getattr(one, "incident", "") for one in caplog.records if one.levelno >= logging.ERROR}
        assert "INC-2" in named

    run_virtual(scenario)


def test_one_effect_that_cannot_be_carried_out_keeps_no_other_waiting(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        source = FakeActuator()
        source.fires(alert("A"), alert("B"))
        engine = office.engine(source)
        loading = engine._kit.executor.load

        def load(incident: str) -> object:
            if incident == "INC-1":
                raise ZeroDivisionError("ours")
            return loading(incident)

        engine._kit.executor.load = load  # type: ignore[assignment,method-assign]  # a bug of ours
        async with office.running(engine):
            await asyncio.sleep(1)
            for name in ("INC-1", "INC-2"):
                office.do(name, cmd.Ack())
            await asyncio.sleep(60)
            assert [entry.incident for entry, _ in source.acted] == ["INC-2"]
            (left,) = office.store.outbox(clock.now() + timedelta(days=1))
            assert (left.incident, left.attempts) == ("INC-1", 1)
        assert caplog.text.count("could not be carried out") == 1

    run_virtual(scenario)


def test_a_stop_in_the_middle_of_an_effect_leaves_it_in_the_outbox() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        source = FakeActuator()
        source.fires(alert("A"))
        source.act_hangs = True
        async with office.running(office.engine(source, name="one")) as stop:
            await asyncio.sleep(1)
            office.do("INC-1", cmd.Ack())
            await asyncio.sleep(2)
            assert len(source.acted) == 1
            asked = clock.ticks()
            stop.set()
        assert clock.ticks() - asked < 0.1
        (left,) = office.store.outbox(clock.now())
        assert office.bodies("INC-1", ev.EffectSettled) == []
        source.act_hangs = False
        async with office.running(office.engine(source, name="two")):
            await asyncio.sleep(2)
        assert [entry.id for entry, _ in source.acted] == [left.id, left.id]
        assert len(office.bodies("INC-1", ev.EffectSettled)) == 1

    run_virtual(scenario)


def test_a_store_that_is_away_is_said_once_and_that_it_is_back(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        connection = office.store.another()
        engine = office.engine(FakeSource(), store=connection)
        async with office.running(engine):
            await asyncio.sleep(5)
            connection.down = StoreError("the disk is gone")
            await asyncio.sleep(10 * 60)
            assert engine.view().words() == "the store cannot be used: the disk is gone"
            assert engine.view().silent_for < 10
            connection.down = None
            await asyncio.sleep(20)
            assert engine.view().words() == "working since 2026-03-02 10:10 UTC, 1 of 1 source live"
        told = [one for one in caplog.records if one.name.startswith("console.engine")]
        events = [getattr(one, "event", "") for one in told]
        assert events.count("store_lost") == 1
        assert events.count("store_back") == 1
        assert len([one for one in told if "the disk is gone" in one.getMessage()]) < 8
        assert engine.view().tally.store_errors > 500

    run_virtual(scenario)


def test_a_question_that_is_never_asked_again_does_not_stand_for_trouble_for_ever() -> None:
    async def scenario(clock: VirtualClock) -> None:
        store = MemoryStore(clock)
        asking = Asking(InlineWorker(), Tally(), clock.ticks)
        store.down = StoreError("gone")
        with pytest.raises(StoreError):
            await asking.run(store.poll_requested_at)
        store.down = None
        await asking.run(store.now)
        assert asking.trouble == "gone"
        await asyncio.sleep(6)
        await asking.run(store.now)
        assert asking.trouble == ""

    run_virtual(scenario)


def test_what_is_over_for_long_is_forgotten() -> None:
    async def scenario(clock: VirtualClock) -> None:
        office = Office(clock)
        source = FakeSource(interval=30.0)
        source.fires(alert("A"), alert("B"))
        engine = office.engine(source)
        async with office.running(engine):
            await asyncio.sleep(1)
            office.do("INC-1", cmd.Ack())
            office.do("INC-1", cmd.Resolve(despite_firing=True))
            source.fires(alert("B"))
            await asyncio.sleep(60)
            assert engine._term is not None
            book = engine._term.board.book
            key = office.incidents()[0].key
            assert book.latest(key) is not None
            book.forget(clock.now() + timedelta(days=1), engine._term.board.incidents.keys())
            assert book.latest(key) is None
            assert book.latest(office.incidents()[1].key) is not None

    run_virtual(scenario)
