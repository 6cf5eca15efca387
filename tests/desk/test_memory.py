"""Looking back in a store: what was seen, how it ended, what was like it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta

import pytest

from console.desk.executor import Executor
from console.desk.memory import read_memory
from console.domain import commands as cmd
from console.domain.actors import ENGINE, Actor
from console.domain.events import Event
from console.domain.similar import LOOKED_AT, Earlier
from console.ports.desk import Saved
from tests.engine.kits import ASHA, BUDI, policy
from tests.fakes.sources import alert
from tests.fakes.store import FakeClock, MemoryStore

DAY = 86_400


class Past:
    """A store in which incidents come and go."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.store = MemoryStore(self.clock)
        self.executor = Executor(self.store, policy)
        self.ops = 0

    def do(self, incident: str, command: cmd.Command, actor: Actor = ASHA) -> str:
        self.ops += 1
        outcome = self.executor.carry_out(incident, command, actor, f"op-{self.ops}")
        assert isinstance(outcome, Saved), outcome
        return outcome.incident

    def fires(self, key: str, title: str = "pool exhausted", service: str = "payments") -> str:
        opened = cmd.Open(title, service, key=key, alert_name=key.partition("/")[2], alerts=(alert(key),))
        return self.do("", opened, ENGINE)

    def ended(
        self, key: str, minutes: float = 40, *, title: str = "pool exhausted", fix: str = "restarted"
    ) -> str:
        name = self.fires(key, title)
        self.do(name, cmd.Ack())
        self.clock.advance(minutes * 60)
        self.do(name, cmd.Resolve(fix, "a leak", despite_firing=True), BUDI)
        return name


def test_how_often_and_how_it_ended_last_time() -> None:
    past = Past()
    for days in (50, 20, 10):
        past.ended("payments/Pool", fix=f"fix {days}")
        past.clock.advance(days * DAY / 2)
    now = past.fires("payments/Pool")
    memory = read_memory(past.store, now)
    assert memory is not None
    assert memory.seen == 2
    assert memory.last is not None
    assert (memory.last.id, memory.last.lasted, memory.last.by) == ("INC-3", timedelta(minutes=40), "budi")
    assert (memory.last.cause, memory.last.resolution) == ("a leak", "fix 10")
    assert [one.past.id for one in memory.similar] == ["INC-3", "INC-2"]
    assert "same alert" in memory.similar[0].why


def test_the_first_of_its_kind_has_no_past() -> None:
    past = Past()
    past.ended("search/Disk", title="disk full")
    memory = read_memory(past.store, past.fires("orders/Queue", "queue grows", "orders"))
    assert memory is not None
    assert (memory.seen, memory.last, memory.similar) == (0, None, ())
    assert read_memory(past.store, "INC-99") is None


def test_an_earlier_one_counts_only_what_was_before_it() -> None:
    past = Past()
    first = past.ended("payments/Pool")
    past.clock.advance(DAY)
    past.ended("payments/Pool")
    memory = read_memory(past.store, first)
    assert memory is not None
    assert (memory.seen, memory.last) == (0, None)


def test_among_ten_thousand_only_the_latest_rows_and_a_few_logs_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    past = Past()
    now = past.fires("payments/Pool")
    at = past.clock.now()
    many = [
        Earlier(
            f"OLD-{n}", f"pool {n % 700} exhausted at node-{n}", "search", "Pool", at - timedelta(minutes=n)
        )
        for n in range(LOOKED_AT)
    ]
    asked: list[int] = []
    logs: list[int] = []

    def ended(limit: int) -> tuple[Earlier, ...]:
        asked.append(limit)
        return tuple(many[:limit])

    whole = past.store.logs

    def counted(names: Sequence[str]) -> dict[str, tuple[Event, ...]]:
        logs.append(len(names))
        return whole(names)

    monkeypatch.setattr(past.store, "ended", ended)
    monkeypatch.setattr(past.store, "logs", counted)
    started = time.process_time()
    assert read_memory(past.store, now) is not None
    assert time.process_time() - started < 0.5
    assert asked == [LOOKED_AT]
    assert logs == [20]
