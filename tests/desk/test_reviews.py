"""Reading what is owed, and what a review is made of: in pieces, the same beside the loop as on the command line."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from console.desk import reviews
from console.desk.executor import Executor
from console.desk.reviews import board_beside, document_beside, read_board, read_review
from console.desk.worker import StoreWorker
from console.domain.actors import Actor
from console.domain.commands import Ack, Command, Resolve, SetAction
from console.domain.events import Event
from console.errors import StoreError
from console.ports.desk import Saved
from tests.desk.desks import open_incident
from tests.engine.kits import policy
from tests.fakes.store import FakeClock, MemoryStore


class Watched(MemoryStore):
    """Keeps how many logs were asked for at once; ``gone`` answers nothing."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.asked: list[int] = []
        self.gone = False

    def logs(self, incidents: Sequence[str]) -> dict[str, tuple[Event, ...]]:
        self.asked.append(len(incidents))
        if self.gone:
            raise StoreError("the store is gone")
        return super().logs(incidents)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Watched:
    """Return a store with three incidents that are over, each with an action item, read two logs at a time."""
    monkeypatch.setattr(reviews, "AT_ONCE", 2)
    made = Watched(FakeClock())
    executor = Executor(made, policy)
    commands: tuple[Command, ...] = (
        Ack(take=True),
        Resolve("restarted", despite_firing=True),
        SetAction(text="limit it"),
    )
    for name in "ABC":
        incident = open_incident(made, name)
        for command in commands:
            assert isinstance(executor.carry_out(incident, command, Actor("asha"), ""), Saved)
    return made


async def test_the_board_is_the_same_beside_the_loop_and_read_in_pieces(store: Watched) -> None:
    worker = StoreWorker()
    store.asked.clear()
    found = await board_beside(store, worker, policy())
    await worker.close()
    assert store.asked == [2, 1]
    assert found == read_board(store, policy())
    assert len(found.actions) == len(found.reviews) == 3


def test_items_of_the_latest_are_read_and_the_rest_is_told(
    store: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reviews, "MOST_LOGS", 2)
    found = read_board(store, policy())
    assert (len(found.actions), len(found.reviews), found.left_out) == (2, 3, 1)


async def test_a_document_is_made_of_what_the_store_has(store: Watched) -> None:
    worker = StoreWorker()
    name = store.rows()[0].id
    found = await document_beside(store, worker, name, policy())
    assert found is not None
    assert (found.incident, found.resolution, len(found.items)) == (name, "restarted", 1)
    assert await document_beside(store, worker, "INC-99", policy()) is None
    store.gone = True
    with pytest.raises(StoreError, match="gone"):
        await board_beside(store, worker, policy())
    await worker.close()
    assert read_review(MemoryStore(FakeClock()), "INC-1", policy()) is None
