"""Reading the tuning list: in pieces, bounded, the same beside the loop as on the command line."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from console.desk import noise
from console.desk.noise import NOT_READ, read_beside, read_noise
from console.desk.worker import StoreWorker
from console.domain.events import Event
from console.errors import StoreError
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
    """Return a store with five incidents, a minute apart, that is read two logs at a time."""
    monkeypatch.setattr(noise, "AT_ONCE", 2)
    clock = FakeClock()
    store = Watched(clock)
    for name in "ABCDE":
        open_incident(store, name)
        clock.advance(60)
    return store


async def test_beside_the_loop_it_is_the_same_list_read_in_pieces(store: Watched) -> None:
    worker = StoreWorker()
    found = await read_beside(store, worker, policy())
    await worker.close()
    assert store.asked == [2, 2, 1]
    assert found == read_noise(store, policy())
    assert found.totals.fired == 5


def test_only_the_latest_are_counted_and_the_rest_is_told(
    store: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noise, "MOST", 3)
    found = read_noise(store, policy())
    assert found.incidents == 3
    assert dict(found.left_out)[NOT_READ] == 2


async def test_a_store_that_goes_away_meanwhile_is_told(store: Watched) -> None:
    store.gone = True
    worker = StoreWorker()
    with pytest.raises(StoreError, match="gone"):
        await read_beside(store, worker, policy())
    await worker.close()


def test_another_team_has_its_own_list(store: Watched) -> None:
    assert read_noise(store, policy(), team="nobody's").rules == ()
    assert store.asked == []
