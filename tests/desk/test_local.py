from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from console.clock import ticks
from console.desk import follower, local, unsettled
from console.desk.executor import Executor
from console.desk.local import LocalDesk
from console.domain import commands as cmd
from console.domain.actors import ENGINE
from console.domain.clockskew import Reckoning
from console.domain.health import EngineReport
from console.domain.incident import Incident
from console.domain.runbook import Runbook
from console.domain.snapshot import Snapshot, StoreState
from console.errors import StoreError
from console.ports.desk import Desk, Nothing, NotSaved, Outcome, Saved, Unknown
from tests.engine.kits import ASHA, BUDI, policy
from tests.fakes.sources import alert
from tests.fakes.store import FakeClock, MemoryStore
from tests.waiting import BUSY, until

RUNBOOK = Runbook("a.md", "When A burns", "1. look", ())


class Gated(MemoryStore):
    """Appends wait for the gate, before or after they are written."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.gate.set()
        self.appending = threading.Event()

    def append(self, writes: Any, lease: Any = None) -> int:
        self.appending.set()
        self.gate.wait()
        return super().append(writes, lease)


@dataclass
class FakeEngine:
    trouble: str = ""
    started: int = 0
    closed: bool = False

    async def ensure(self) -> None:
        self.started += 1

    async def close(self) -> None:
        self.closed = True


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gated]:
    monkeypatch.setattr(MemoryStore, "look_every", 0.02)
    monkeypatch.setattr(local, "SEE_TO_ENGINE_EVERY", 0.02)
    monkeypatch.setattr(unsettled, "FIRST_PAUSE", 0.02)
    store = Gated()
    Executor(store, policy).carry_out(
        "", cmd.Open("A burns", "payments", key="A", alert_name="A", alerts=(alert("A"),)), ENGINE, "open-1"
    )
    yield store
    store.gate.set()


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


def find_runbook(incident: Incident) -> tuple[Runbook | None, str]:
    return (RUNBOOK, "") if incident.alert_name == "A" else (None, "no runbook for it")


@pytest_asyncio.fixture
async def desk(store: Gated, engine: FakeEngine) -> AsyncIterator[LocalDesk]:
    desk = LocalDesk(store, policy, ASHA, find_runbook=find_runbook, engine=engine)
    yield desk
    store.gate.set()
    await desk.close()


async def following(desk: LocalDesk, seen: list[Snapshot]) -> None:
    async for snapshot in desk.follow():
        seen.append(snapshot)  # noqa: PERF401 - it never ends


async def told(desk: LocalDesk) -> Outcome:
    """Return the next outcome that becomes known."""
    found: list[Outcome] = []

    def asked() -> list[Outcome]:
        found.extend(desk.resolved())
        return found

    await until(asked)
    (outcome,) = found
    return outcome


def test_it_is_a_desk() -> None:
    def as_desk(desk: LocalDesk) -> Desk:
        return desk  # mypy checks that it keeps the protocol

    assert as_desk.__name__ == "as_desk"


async def test_an_ack_is_saved_and_visible_at_once(desk: LocalDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MemoryStore, "look_every", 30.0)
    snapshots = desk.follow()
    first = await anext(snapshots)
    assert [row.owner for row in first.rows] == [""]
    shown = asyncio.ensure_future(anext(snapshots))
    await asyncio.sleep(0.05)
    began = ticks()
    outcome = await desk.carry_out("INC-1", cmd.Ack(), "op-1")
    assert isinstance(outcome, Saved)
    assert [row.owner for row in (await shown).rows] == ["asha"]
    assert ticks() - began < BUSY  # not at the next look; benchmarks say how soon
    assert isinstance(await desk.carry_out("INC-1", cmd.Ack(), "op-2"), Nothing)


async def test_a_late_answer_is_unknown_first_and_told_later(
    desk: LocalDesk, store: Gated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "SAVE_WITHIN", 0.1)
    monkeypatch.setattr(follower, "ANSWER_WITHIN", 0.1)
    seen: list[Snapshot] = []
    reader = asyncio.create_task(following(desk, seen))
    store.gate.clear()
    outcome = await desk.carry_out("INC-1", cmd.Ack(), "op-1")
    assert isinstance(outcome, Unknown)
    assert outcome.op == "op-1"
    not_begun = await desk.carry_out("INC-1", cmd.Note("waits behind it"), "op-2")
    assert isinstance(not_begun, NotSaved)
    assert desk.resolved() == ()
    await until(lambda: seen and seen[-1].store.state is StoreState.UNREACHABLE)
    count = len(seen)
    store.gate.set()
    await until(lambda: len(seen) > count and [row.owner for row in seen[-1].rows] == ["asha"])
    saved = await told(desk)
    assert isinstance(saved, Saved)
    assert saved.op == "op-1"
    assert desk.resolved() == ()
    assert [event.op for event in store.log("INC-1") if event.op == "op-2"] == []
    reader.cancel()


async def test_what_the_store_forgot_to_say_is_asked_by_op(desk: LocalDesk, store: Gated) -> None:
    append = store.append

    def breaks(writes: Any, lease: Any = None) -> int:
        append(writes, lease)
        store.down = StoreError("the connection broke")
        raise store.down

    store.append = breaks  # type: ignore[method-assign]
    assert isinstance(await desk.carry_out("INC-1", cmd.Ack(), "op-1"), Unknown)
    store.append = append  # type: ignore[method-assign]
    await asyncio.sleep(0.05)
    assert desk.resolved() == ()
    store.down = None
    saved = await told(desk)
    assert isinstance(saved, Saved)
    assert saved.text == "acked INC-1"


async def test_a_definite_no_is_told_as_such(desk: LocalDesk, store: Gated) -> None:
    store.down = StoreError("the file is read-only", hint="ask its owner")
    outcome = await desk.carry_out("INC-1", cmd.Ack(), "op-1")
    assert outcome == NotSaved("INC-1", "the file is read-only: ask its owner")


async def test_detail_has_log_runbook_and_last_time(desk: LocalDesk, store: Gated) -> None:
    assert isinstance(store.clock, FakeClock)
    await desk.carry_out("INC-1", cmd.Ack(), "op-1")
    store.clock.advance(41 * 60)
    await desk.carry_out("INC-1", cmd.Resolve("restarted the pool", despite_firing=True), "op-2")
    store.clock.advance(3 * 86400)
    Executor(store, policy).carry_out(
        "", cmd.Open("A burns again", "payments", key="A", alert_name="A"), ENGINE, "open-2"
    )
    Executor(store, policy).carry_out("", cmd.Open("B burns", "payments", key="B"), ENGINE, "open-3")
    detail = await desk.detail("INC-2")
    assert detail is not None
    assert detail.incident.title == "A burns again"
    assert detail.events == store.log("INC-2")
    assert detail.runbook == RUNBOOK
    assert detail.last_time == "INC-1, 3d ago, resolved in 41m by asha: restarted the pool"
    other = await desk.detail("INC-3")
    assert other is not None
    assert (other.runbook, other.runbook_note, other.last_time) == (None, "no runbook for it", "")
    assert await desk.detail("INC-9") is None


async def test_a_runbook_folder_that_hangs_costs_only_the_runbook(
    store: Gated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "READ_WITHIN", 0.2)
    gate = threading.Event()

    def hangs(_incident: Incident) -> tuple[Runbook | None, str]:
        gate.wait()
        return None, ""

    desk = LocalDesk(store, policy, BUDI, find_runbook=hangs)
    detail = await desk.detail("INC-1")
    assert detail is not None
    assert detail.runbook is None
    assert detail.runbook_note.startswith("the runbook folder has not answered for 0.2 s")
    began = ticks()
    await desk.close()
    assert ticks() - began < BUSY
    gate.set()


async def test_an_engine_is_started_only_while_nobody_is_one(
    desk: LocalDesk, store: Gated, engine: FakeEngine
) -> None:
    now = store.now()
    report = EngineReport("server", "host", 1, 0, now, now, now)
    lease = store.another().acquire(report, 10)
    assert lease is not None
    reader = asyncio.create_task(following(desk, []))
    await desk.ensure_engine()
    await asyncio.sleep(0.2)
    assert engine.started == 0
    store.another().release(lease, report)
    await until(lambda: desk._view.engine is not None)
    assert isinstance(store.clock, FakeClock)
    store.clock.advance(1)
    desk._view.time.set(Reckoning(store.now(), ticks(), 0.0))
    await until(lambda: engine.started)
    engine.trouble = "the engine stopped with exit code 2: no such key"
    assert desk.engine_trouble == engine.trouble
    reader.cancel()
    await desk.close()
    assert engine.closed
    assert await asyncio.sleep(0.1, engine.started) == engine.started


async def test_refresh(desk: LocalDesk, store: Gated) -> None:
    assert store.poll_requested_at() is None
    await desk.refresh()
    assert store.poll_requested_at() == store.now()
    assert desk.handovers is None


async def test_close_twice_and_with_a_hanging_store(desk: LocalDesk, store: Gated) -> None:
    store.gate.clear()
    stuck = asyncio.create_task(desk.carry_out("INC-1", cmd.Ack(), "op-1"))
    await until(store.appending.is_set)
    stuck.cancel()
    began = ticks()
    await desk.close()
    assert ticks() - began < BUSY
    await desk.close()
