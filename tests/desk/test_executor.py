from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from console.desk.executor import TRIES, Executor, Order
from console.domain import commands as cmd
from console.domain import events as ev
from console.domain.actors import ENGINE
from console.domain.fold import fold
from console.domain.health import EngineReport
from console.domain.incident import State
from console.domain.priority import Priority
from console.domain.summary import summarise
from console.domain.vocabulary import EffectKind, PauseReason, Sufficed
from console.errors import Conflict, FenceLost, StoreError
from console.ports.desk import Asks, Nothing, NotSaved, Refused, Saved, Unknown
from console.ports.store import Lease
from tests.engine.kits import ASHA, BUDI, policy
from tests.fakes.sources import alert
from tests.fakes.store import FakeClock, MemoryStore


class Store(MemoryStore):
    """Lets a test do something between our reading and our writing, or break after writing."""

    before_append: Callable[[], None] | None = None
    after_append: StoreError | None = None

    def append(self, writes: Any, lease: Any = None) -> int:
        if self.before_append is not None:
            self.before_append()
        position = super().append(writes, lease)
        if self.after_append is not None:
            raise self.after_append
        return position


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def executor(store: Store) -> Executor:
    return Executor(store, policy)


def opened(executor: Executor, name: str = "A", op: str = "open-1") -> str:
    outcome = executor.carry_out(
        "",
        cmd.Open(f"{name} burns", "payments", key=name, alert_name=name, alerts=(alert(name),)),
        ENGINE,
        op,
    )
    assert isinstance(outcome, Saved)
    return outcome.incident


def clock_of(store: Store) -> FakeClock:
    assert isinstance(store.clock, FakeClock)
    return store.clock


def a_lease(store: Store, holder: str = "one") -> Lease:
    now = store.now()
    lease = store.acquire(EngineReport(holder, "host", 1, 0, now, now, now), 10)
    assert lease is not None
    return lease


def test_events_row_and_effects_are_written_together(store: Store, executor: Executor) -> None:
    incident = opened(executor)
    outcome = executor.carry_out(incident, cmd.Ack(), ASHA, "op-1")
    assert isinstance(outcome, Saved)
    assert (outcome.incident, outcome.op, outcome.text) == ("INC-1", "op-1", "acked INC-1")
    log = store.log(incident)
    assert [event.n for event in log] == list(range(1, len(log) + 1))
    assert log[-len(outcome.events) :] == outcome.events
    assert {event.at for event in outcome.events} == {store.now()}
    assert store.summary(incident) == summarise(fold(log))
    (entry,) = store.outbox(store.now())
    assert (entry.incident, entry.source, entry.kind, entry.actor) == (
        incident,
        "prod",
        EffectKind.ACK,
        "asha",
    )


def test_every_kind_of_answer(store: Store, executor: Executor) -> None:
    incident = opened(executor)
    assert isinstance(executor.carry_out("INC-99", cmd.Ack(), ASHA, "a"), Refused)
    assert executor.carry_out(incident, cmd.PauseClock(PauseReason.SCHEDULED), ASHA, "b").__class__ is Refused
    asked = executor.carry_out(incident, cmd.Resolve(), ASHA, "c")
    assert isinstance(asked, Asks)
    assert asked.field == "despite_firing"
    executor.carry_out(incident, cmd.Ack(), ASHA, "d")
    clock_of(store).advance(4)
    second = executor.carry_out(incident, cmd.Ack(), BUDI, "e")
    assert second == Nothing(incident, "acked by Asha 4s ago")
    assert store.info().events == len(store.log(incident))


def test_the_same_op_is_carried_out_once_and_answered_alike(store: Store, executor: Executor) -> None:
    incident = opened(executor)
    first = executor.carry_out(incident, cmd.Escalate(), ASHA, "op-1")
    clock_of(store).advance(30)
    assert executor.carry_out(incident, cmd.Escalate(), ASHA, "op-1") == first
    assert len([one for one in store.log(incident) if isinstance(one.body, ev.Escalated)]) == 1
    assert opened(executor, op="open-1") == incident
    assert store.info().incidents == 1


def test_v17_two_ack_at_once_one_wins_and_the_other_hears_of_it(store: Store, executor: Executor) -> None:
    incident = opened(executor)
    other = Executor(store.another(), policy)

    def budi_is_faster() -> None:
        store.before_append = None
        assert isinstance(other.carry_out(incident, cmd.Ack(), BUDI, "op-b"), Saved)

    store.before_append = budi_is_faster
    assert executor.carry_out(incident, cmd.Ack(), ASHA, "op-a") == Nothing(incident, "acked by Budi 0s ago")
    assert [one.actor for one in store.log(incident) if isinstance(one.body, ev.Acked)] == [BUDI]


def test_a_note_survives_a_race_and_endless_races_end(store: Store, executor: Executor) -> None:
    incident = opened(executor)
    other = Executor(store.another(), policy)
    races = 0

    def somebody_writes() -> None:
        nonlocal races
        races += 1
        other.carry_out(incident, cmd.Note(f"note {races}"), BUDI, f"op-b{races}")

    store.before_append = somebody_writes
    assert executor.carry_out(incident, cmd.Note("mine"), ASHA, "op-a") == NotSaved(
        incident, "others keep changing it at this moment: try again"
    )
    assert races == TRIES
    races = -1

    def twice() -> None:
        somebody_writes()
        if races == 1:
            store.before_append = None

    store.before_append = twice
    assert isinstance(executor.carry_out(incident, cmd.Note("mine"), ASHA, "op-a"), Saved)


def test_a_merge_writes_both_or_none(store: Store, executor: Executor) -> None:
    child, parent = opened(executor, "A", "o1"), opened(executor, "B", "o2")
    outcome = executor.carry_out(child, cmd.MergeInto(parent), ASHA, "op-1")
    assert isinstance(outcome, Saved)
    assert outcome.incident == child
    after = {name: fold(store.log(name)) for name in (child, parent)}
    assert (after[child].merged_into, after[parent].children) == (parent, (child,))
    assert after[parent].firing == 2
    assert executor.carry_out(child, cmd.MergeInto(parent), ASHA, "op-1") == outcome
    third = opened(executor, "C", "o3")
    refused = executor.carry_out(third, cmd.MergeInto("INC-77"), ASHA, "op-2")
    assert refused == Refused(third, "there is no incident INC-77")
    into_child = executor.carry_out(third, cmd.MergeInto(child), ASHA, "op-3")
    assert isinstance(into_child, Saved), "a merge into a part goes to the whole"
    assert fold(store.log(third)).merged_into == parent


def test_undo_takes_back_what_the_log_says(store: Store, executor: Executor) -> None:
    incident = opened(executor)
    executor.carry_out(incident, cmd.Ack(), ASHA, "op-1")
    executor.carry_out(incident, cmd.SetPriority(Priority.P1), ASHA, "op-2")
    clock_of(store).advance(5)
    assert isinstance(executor.carry_out(incident, cmd.Undo(), ASHA, "op-3"), Saved)
    assert isinstance(executor.carry_out(incident, cmd.Undo("op-1"), ASHA, "op-4"), Saved)
    after = fold(store.log(incident))
    assert (after.priority, after.state) == (None, State.TRIGGERED)
    assert store.summary(incident) == summarise(after)


def test_store_trouble_is_told_for_what_it_is(store: Store, executor: Executor) -> None:
    incident = opened(executor)
    store.down = StoreError("the disk is full", hint="make room")
    assert executor.carry_out(incident, cmd.Ack(), ASHA, "op-1") == NotSaved(
        incident, "the disk is full: make room"
    )
    store.down = None

    def breaks() -> None:
        store.before_append = None
        raise StoreError("the disk is full")

    store.before_append = breaks
    assert executor.carry_out(incident, cmd.Ack(), ASHA, "op-2") == NotSaved(incident, "the disk is full")
    assert fold(store.log(incident)).state is State.TRIGGERED


def test_an_answer_lost_after_the_commit_is_found_by_its_op(store: Store, executor: Executor) -> None:
    incident = opened(executor)
    store.after_append = StoreError("the connection broke")
    assert isinstance(executor.carry_out(incident, cmd.Ack(), ASHA, "op-1"), Saved)

    def gone() -> None:
        store.down = StoreError("the connection broke")

    store.after_append = None
    store.before_append = gone
    note = cmd.Note("is it there?")
    unknown = executor.carry_out(incident, note, ASHA, "op-2")
    assert isinstance(unknown, Unknown)
    assert unknown.op == "op-2"
    with pytest.raises(StoreError):
        executor.outcome_of(incident, note, ASHA, "op-2")
    store.down = store.before_append = None
    assert isinstance(executor.outcome_of(incident, note, ASHA, "op-2"), NotSaved)
    saved = executor.outcome_of(incident, cmd.Ack(), ASHA, "op-1")
    assert isinstance(saved, Saved)
    assert saved.text == f"acked {incident}"


def test_a_batch_is_fenced_numbered_and_whole(store: Store, executor: Executor) -> None:
    lease = a_lease(store)
    orders = [
        Order("", ((cmd.Open(f"{n} burns", "payments", key=str(n)), ENGINE), (cmd.Advance(), ENGINE)))
        for n in range(100)
    ]
    after = executor.carry_out_many(orders, {}, lease)
    assert [one.id for one in after] == [f"INC-{n}" for n in range(1, 101)]
    assert all(one.paged == ("asha",) for one in after)
    assert all(fold(store.log(one.id)) == one for one in after)
    known = {one.id: one for one in after}
    nothing_due = [Order(name, ((cmd.Advance(), ENGINE),)) for name in known]
    assert executor.carry_out_many(nothing_due, known, lease) == ()
    clock_of(store).advance(300)
    again = [Order(name, ((cmd.Advance(), ENGINE),)) for name in list(known)[:3]]
    store.another()
    assert Executor(store, policy).carry_out("INC-2", cmd.Note("meanwhile"), ASHA, "x").__class__ is Saved
    with pytest.raises(Conflict):
        executor.carry_out_many(again, known, lease)
    assert fold(store.log("INC-1")) == known["INC-1"], "a part of the batch was written"
    clock_of(store).advance(60)
    a_lease(store, "two")
    with pytest.raises(FenceLost):
        executor.carry_out_many(again[:1], known, lease)
    with pytest.raises(FenceLost):
        executor.carry_out("INC-1", cmd.Note("late"), ENGINE, "late", lease=lease)


def test_of_many_who_advance_at_once_one_does(store: Store, executor: Executor) -> None:
    incident = opened(executor)
    lease = a_lease(store)
    executor.carry_out_many(
        [Order(incident, ((cmd.Advance(), ENGINE),))], {incident: fold(store.log(incident))}, lease
    )
    known = {incident: fold(store.log(incident))}
    clock_of(store).advance(300)
    outcomes: list[str] = []
    start = threading.Barrier(8)

    def race() -> None:
        rival = Executor(store.another(), policy)
        start.wait()
        try:
            changed = rival.carry_out_many([Order(incident, ((cmd.Advance(), ENGINE),))], known, lease)
            outcomes.append("won" if changed else "nothing")
        except Conflict:
            outcomes.append("lost")

    threads = [threading.Thread(target=race) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["lost"] * 7 + ["won"]
    pages = [event.body.to for event in store.log(incident) if isinstance(event.body, ev.Escalated)]
    assert pages == [("asha",), ("budi",)]


def test_resolving_says_what_was_found(store: Store, executor: Executor) -> None:
    incident = opened(executor)
    executor.carry_out(incident, cmd.Ack(), ASHA, "op-1")
    resolve = cmd.Resolve("restarted", "deploy", Sufficed.YES, despite_firing=True)
    clock_of(store).advance(timedelta(minutes=9).total_seconds())
    outcome = executor.carry_out(incident, resolve, ASHA, "op-2")
    assert isinstance(outcome, Saved)
    row = store.summary(incident)
    assert row is not None
    assert not row.is_open
    kinds = [entry.kind for entry in store.outbox(store.now())]
    assert kinds == [EffectKind.ACK, EffectKind.UNACK]
