"""The list as it stood: what was recorded until then, and nothing that was learned later."""

from __future__ import annotations

from datetime import datetime, timedelta

from console.desk.executor import Executor
from console.desk.timetravel import as_of
from console.domain.actors import Actor
from console.domain.commands import Ack, Command, Resolve
from console.domain.incident import State
from console.ports.desk import Saved
from tests.desk.desks import open_incident
from tests.engine.kits import policy
from tests.fakes.store import FakeClock, MemoryStore

ASHA = Actor("asha")


def told_late() -> tuple[MemoryStore, datetime]:
    """Return a store with an incident that was over after five minutes, which was heard after thirty, and its begin."""
    clock = FakeClock()
    store = MemoryStore(clock)
    began = clock.now()
    name = open_incident(store)
    clock.advance(1800)
    late: tuple[Command, ...] = (
        Ack(take=True, made_at=began + timedelta(minutes=2)),
        Resolve(despite_firing=True, made_at=began + timedelta(minutes=5)),
    )
    for number, command in enumerate(late):
        outcome = Executor(store, policy).carry_out(name, command, ASHA, f"op-{number}")
        assert isinstance(outcome, Saved), outcome
    return store, began


def test_what_was_told_later_was_not_known_then() -> None:
    store, began = told_late()
    for minutes in (1, 3, 15, 29):
        (one,) = as_of(store, began + timedelta(minutes=minutes), only_open=True).incidents
        assert (one.state, one.acked_at) == (State.TRIGGERED, None), minutes
    after = as_of(store, began + timedelta(minutes=30), only_open=True)
    assert (after.incidents, after.known) == ((), True)
    (one,) = as_of(store, began + timedelta(minutes=30), only_open=False).incidents
    assert one.epoch.resolved_at == began + timedelta(minutes=5)


def test_before_the_first_nothing_is_known() -> None:
    store, began = told_late()
    for only_open in (True, False):
        before = as_of(store, began - timedelta(milliseconds=1), only_open=only_open)
        assert (before.incidents, before.known) == ((), False)
        assert as_of(store, began, only_open=only_open).known
