"""Measures are made from logs, in pieces, by whoever may; a report is whole whoever reads it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from console.desk import measuring
from console.desk.executor import Executor
from console.desk.measuring import catch_up, read_report
from console.domain.actors import Actor
from console.domain.commands import Ack, Resolve
from console.domain.events import Event
from console.domain.fold import fold
from console.domain.measures import measure_of
from console.domain.reports.report import Scope
from console.errors import StoreError
from console.ports.measures import Made
from tests.desk.desks import open_incident
from tests.engine.kits import policy
from tests.fakes.store import LONG_AGO, FakeClock, MemoryStore

ASHA = Actor("asha")
SCOPE = Scope(weeks=4)


class Limited(MemoryStore):
    """May refuse to keep anything, and has logs that cannot be read."""

    may_keep = True
    broken: frozenset[str] = frozenset()

    def keep_measures(self, made: Sequence[Made]) -> None:
        if not self.may_keep:
            raise StoreError("you have no right to do that")
        super().keep_measures(made)

    def logs(self, incidents: Sequence[str]) -> dict[str, tuple[Event, ...]]:
        if self.broken & set(incidents):
            raise StoreError("an event was written by a newer version")
        return super().logs(incidents)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Limited:
    """Return a store with five incidents, a minute apart, measured two at a time."""
    monkeypatch.setattr(measuring, "AT_ONCE", 2)
    clock = FakeClock()
    store = Limited(clock)
    for name in "ABCDE":
        open_incident(store, name)
        clock.advance(60)
    return store


def kept(store: Limited) -> list[str]:
    return [one.incident for one in store.measures(LONG_AGO, store.now())]


def caught_up(store: Limited, after: int = 0) -> list[int]:
    reached = []
    while (position := catch_up(store, policy(), after)) is not None:
        reached.append(after := position)
    return reached


def test_the_engine_measures_a_few_at_a_time(store: Limited) -> None:
    assert len(caught_up(store)) == 3
    assert kept(store) == ["INC-1", "INC-2", "INC-3", "INC-4", "INC-5"]
    assert catch_up(store, policy()) is None


def test_what_changes_is_measured_again(store: Limited) -> None:
    caught_up(store)
    Executor(store, policy).carry_out("INC-2", Ack(take=True), ASHA, "op-1")
    caught_up(store)
    assert store.measures(LONG_AGO, store.now())[1] == measure_of(fold(store.log("INC-2")))


def test_a_report_makes_up_for_what_is_missing_and_keeps_it(store: Limited) -> None:
    catch_up(store, policy())
    report = read_report(store, policy(), SCOPE)
    assert report.total.metrics.incidents == 5
    assert len(kept(store)) == 5
    assert read_report(store, policy(), SCOPE) == report


def test_who_may_not_keep_them_reads_the_same_report(store: Limited) -> None:
    Executor(store, policy).carry_out("INC-2", Resolve(despite_firing=True), ASHA, "op-1")
    store.may_keep = False
    found = read_report(store, policy(), SCOPE)
    assert (kept(store), found.total.metrics.incidents) == ([], 5)
    store.may_keep = True
    assert read_report(store, policy(), SCOPE) == found


def test_a_log_that_cannot_be_read_is_told_and_holds_nothing_up(store: Limited) -> None:
    store.broken = frozenset({"INC-2"})
    caught_up(store)
    assert kept(store) == ["INC-1", "INC-3", "INC-4", "INC-5"]
    report = read_report(store, policy(), SCOPE)
    assert (report.unread, report.total.metrics.incidents) == (("INC-2",), 4)
    store.broken = frozenset()
    assert read_report(store, policy(), SCOPE).total.metrics.incidents == 5
